#include "tests/support/scripted_host.h"

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
#include <fstream>
#include <stdexcept>

#include "base/bytes.h"
#include "server/vault/certificate.h"

namespace test_support {

namespace {

using namespace std::chrono_literals;

constexpr timeval longest_wait{20, 0};
constexpr auto longest_test_wait = 20s;

std::string verb_of(const std::string& line) { return line.substr(0, line.find(' ')); }

}  // namespace

// One connection; reading ends when the client is gone.
class ScriptedHost::Peer {
 public:
  explicit Peer(int socket) : socket_(socket) {}

  bool start_tls(SSL_CTX* context) {
    ssl_.reset(SSL_new(context));
    SSL_set_fd(ssl_.get(), socket_);
    const bool done = SSL_accept(ssl_.get()) == 1;
    ERR_clear_error();
    return done;
  }
  bool is_tls() const { return ssl_ != nullptr; }

  bool read_line(std::string& line) {
    auto end = buffer_.find("\r\n");
    for (; end == buffer_.npos; end = buffer_.find("\r\n"))
      if (!read_more()) return false;
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return true;
  }
  void say(const std::string& text) {
    const auto octets = text + "\r\n";
    if (ssl_)
      SSL_write(ssl_.get(), octets.data(), static_cast<int>(octets.size()));
    else
      ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
    ERR_clear_error();
  }

 private:
  bool read_more() {
    std::array<char, 16384> space;
    const auto count = ssl_ ? SSL_read(ssl_.get(), space.data(), static_cast<int>(space.size()))
                            : static_cast<int>(::recv(socket_, space.data(), space.size(), 0));
    ERR_clear_error();
    if (count <= 0) return false;
    buffer_.append(space.data(), static_cast<std::size_t>(count));
    return true;
  }

  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  int socket_;
  std::unique_ptr<SSL, Free> ssl_;
  std::string buffer_;
};

ScriptedHost::ScriptedHost(Options options, Script script)
    : options_(std::move(options)), script_(std::move(script)) {
  auto pattern = (std::filesystem::temp_directory_path() / "scripted-host-XXXXXX").string();
  directory_ = ::mkdtemp(pattern.data());
  const auto certificate = directory_ / "certificate.pem", key = directory_ / "key.pem";
  vault::make_certificate(certificate, key, options_.names);
  context_.reset(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (SSL_CTX_use_certificate_chain_file(context_.get(), certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context_.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("the scripted host has no certificate");
  std::ofstream(directory_ / "password") << options_.password << "\n";
  std::filesystem::permissions(directory_ / "password", std::filesystem::perms(0600));
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("the scripted host cannot listen");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedHost::~ScriptedHost() {
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

void ScriptedHost::set_script(Script script) {
  const std::lock_guard lock(mutex_);
  script_ = std::move(script);
}

server::outgoing::SmartHost ScriptedHost::settings() const {
  using server::outgoing::SmartHost;
  SmartHost out;
  out.host = "127.0.0.1";
  out.port = port_;
  out.tls = options_.tls == Tls::from_the_start ? SmartHost::Tls::from_the_start
                                                : SmartHost::Tls::start_tls;
  out.ca = directory_ / "certificate.pem";
  out.user = options_.user;
  out.password_file = directory_ / "password";
  out.waits = {.connect = 5s, .command = 5s, .data = 5s, .block = 5s, .end = 5s, .stop = 1s};
  return out;
}

std::vector<TakenMail> ScriptedHost::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

bool ScriptedHost::wait_for(std::size_t messages) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, longest_test_wait, [&] { return taken_.size() >= messages; });
}

std::vector<std::string> ScriptedHost::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

std::size_t ScriptedHost::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void ScriptedHost::accept_all() {
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

void ScriptedHost::serve(int socket) {
  sigset_t pipe;
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  {
    Peer peer(socket);
    if (options_.tls != Tls::from_the_start || peer.start_tls(context_.get())) converse(peer);
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, socket);
  ::close(socket);
}

std::optional<std::string> ScriptedHost::scripted(const std::string& line) {
  const auto script = [&] {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
    return script_;
  }();
  return script ? script(line) : std::nullopt;
}

std::string ScriptedHost::hello(const Peer& peer) const {
  std::string all = "host.example\n";
  if (options_.tls == Tls::start_tls && !peer.is_tls())
    all += "STARTTLS";
  else
    all += options_.offers;
  std::string out;
  for (auto end = all.find('\n'); end != all.npos; end = all.find('\n')) {
    out += "250-" + all.substr(0, end) + "\r\n";
    all.erase(0, end + 1);
  }
  return out + "250 " + all;
}

void ScriptedHost::converse(Peer& peer) {
  const auto greeting = scripted("").value_or("220 host.example ESMTP");
  if (greeting.empty()) return;
  peer.say(greeting);
  TakenMail mail;
  for (std::string line; peer.read_line(line);)
    if (!answer(peer, line, mail)) return;
}

// Whether the connection goes on.
bool ScriptedHost::answer(Peer& peer, const std::string& line, TakenMail& mail) {
  const auto verb = verb_of(line);
  auto said = scripted(line);
  if (said && said->empty()) return false;
  const bool good = !said || said->starts_with('2') || said->starts_with('3');
  if (verb == "STARTTLS" && good) {
    peer.say(said.value_or("220 go ahead"));
    return peer.start_tls(context_.get());
  }
  if (verb == "DATA" && good) {
    peer.say(said.value_or("354 go ahead"));
    return take_data(peer, mail);
  }
  if (verb == "MAIL" && good) mail = {line, {}, {}};
  if (verb == "RCPT" && good) mail.recipients.push_back(line);
  const auto plain = "AUTH PLAIN " + to_base64(bytes_of(std::string(1, '\0') + options_.user +
                                                        std::string(1, '\0') + options_.password));
  if (verb == "AUTH" && !said) said = line == plain ? "235 2.7.0 in" : "535 5.7.8 wrong";
  peer.say(said.value_or(verb == "EHLO" ? hello(peer) : "250 2.0.0 ok"));
  return verb != "QUIT";
}

bool ScriptedHost::take_data(Peer& peer, TakenMail& mail) {
  std::string line;
  for (mail.octets.clear(); peer.read_line(line) && line != ".";)
    mail.octets += (line.starts_with('.') ? line.substr(1) : line) + "\r\n";
  if (line != ".") return false;
  const auto said = scripted(".");
  if (said && said->empty()) return false;
  if (!said || said->starts_with('2')) {
    const std::lock_guard lock(mutex_);
    taken_.push_back(mail);
    changed_.notify_all();
  }
  peer.say(said.value_or("250 2.0.0 taken"));
  return true;
}

}  // namespace test_support
