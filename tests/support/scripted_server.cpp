#include "tests/support/scripted_server.h"

#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "server/vault/certificate.h"

namespace test_support {

namespace {

constexpr timeval longest_wait{20, 0};
constexpr char tls_handshake = 22;  // RFC 8446 section 5.1: its first octet, to a plain server

bool same_letters(char a, char b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return lower(a) == lower(b);
}

std::size_t content_length(const Asked& asked) {
  const auto text = asked.header("content-length");
  return text.empty() ? 0 : std::stoul(text);
}

}  // namespace

std::string Asked::header(const std::string& name) const {
  const auto line = "\r\n" + name + ":";
  const auto found = std::ranges::search(head, line, same_letters);
  if (found.empty()) return "";
  const std::string rest(found.end(), head.end());
  const auto begin = rest.find_first_not_of(' ');
  return rest.substr(begin, rest.find("\r\n") - begin);
}

// One connection, plain or TLS; reading and writing end when the client is gone.
class ScriptedServer::Peer {
 public:
  Peer(int socket, SSL_CTX* context) : socket_(socket) {
    if (context == nullptr) return;
    ssl_.reset(SSL_new(context));
    SSL_set_fd(ssl_.get(), socket);
    talks_ = SSL_accept(ssl_.get()) == 1;
    ERR_clear_error();
  }
  bool talks() const { return talks_; }

  bool read_request(Asked& asked) {
    std::string text;
    auto end = text.npos;
    for (; (end = text.find("\r\n\r\n")) == text.npos;) {
      if (!read(text)) return false;
      if (text.front() == tls_handshake) return true;
    }
    const auto first = text.find(' '), second = text.find(' ', first + 1);
    asked = {text.substr(0, first), text.substr(first + 1, second - first - 1),
             text.substr(0, end + 2), text.substr(end + 4)};
    while (asked.body.size() < content_length(asked))
      if (!read(asked.body)) return false;
    return true;
  }
  void write(const std::string& text) {
    if (ssl_)
      SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
    else
      ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
    ERR_clear_error();
  }
  void wait_for_end() {
    for (std::string text; read(text);) text.clear();
  }

 private:
  bool read(std::string& text) {
    std::array<char, 4096> space;
    const auto count = ssl_ ? SSL_read(ssl_.get(), space.data(), static_cast<int>(space.size()))
                            : static_cast<int>(::recv(socket_, space.data(), space.size(), 0));
    ERR_clear_error();
    if (count <= 0) return false;
    text.append(space.data(), static_cast<std::size_t>(count));
    return true;
  }

  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  int socket_;
  std::unique_ptr<SSL, Free> ssl_;
  bool talks_ = true;
};

ScriptedServer::ScriptedServer(Script script, Transport transport,
                               const std::vector<std::string>& hosts)
    : script_(std::move(script)), transport_(transport) {
  auto pattern = (std::filesystem::temp_directory_path() / "scripted-XXXXXX").string();
  directory_ = ::mkdtemp(pattern.data());
  if (transport == Transport::tls) {
    vault::make_certificate(ca(), directory_ / "key.pem", hosts);
    context_.reset(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    if (SSL_CTX_use_certificate_chain_file(context_.get(), ca().c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context_.get(), (directory_ / "key.pem").c_str(),
                                    SSL_FILETYPE_PEM) != 1)
      throw std::runtime_error("the scripted server has no certificate");
  }
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("the scripted server cannot listen");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  std::filesystem::remove_all(directory_);
}

std::string ScriptedServer::url() const {
  return (transport_ == Transport::tls ? "https://127.0.0.1:" : "http://127.0.0.1:") +
         std::to_string(port_);
}

std::filesystem::path ScriptedServer::ca() const { return directory_ / "certificate.pem"; }

std::vector<Asked> ScriptedServer::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

std::size_t ScriptedServer::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void ScriptedServer::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &longest_wait, sizeof longest_wait);
    const std::lock_guard lock(mutex_);
    ++connections_;
    open_.push_back(socket);
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void ScriptedServer::serve(int socket) {
  sigset_t pipe;
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  {
    Peer peer(socket, context_.get());
    if (peer.talks()) converse(peer);
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, socket);
  ::close(socket);
}

void ScriptedServer::converse(Peer& peer) {
  for (Asked asked; peer.read_request(asked);) {
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(asked);
    }
    if (!answer(peer, asked)) return;
  }
}

// Whether the connection goes on.
bool ScriptedServer::answer(Peer& peer, const Asked& asked) {
  using enum Says::Manner;
  const auto says = script_(asked);
  const auto whole = "HTTP/1.1 " + std::to_string(says.status) +
                     " X\r\nContent-Type: " + says.type + "\r\n" + says.head +
                     "Content-Length: " + std::to_string(says.body.size()) + "\r\n\r\n" + says.body;
  switch (says.manner) {
    case answers:
      peer.write(whole);
      return true;
    case stays_silent:
      peer.wait_for_end();
      return false;
    case cuts_before:
      return false;
    case cuts_within:
      peer.write(whole.substr(0, whole.size() - says.body.size() / 2 - 1));
      return false;
    case talks_rubbish:
      peer.write("220 mail.example.org ESMTP\r\n\r\n");
      return false;
  }
  return false;
}

}  // namespace test_support
