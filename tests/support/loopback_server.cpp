#include "tests/support/loopback_server.h"

#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

#include "server/vault/certificate.h"

namespace test_support {

namespace {

constexpr timeval longest_wait{20, 0};

}  // namespace

void LoopbackPeer::Free::operator()(SSL* ssl) const { SSL_free(ssl); }

bool LoopbackPeer::start_tls(SSL_CTX* context) {
  ssl_.reset(SSL_new(context));
  SSL_set_fd(ssl_.get(), socket_);
  const bool done = SSL_accept(ssl_.get()) == 1;
  ERR_clear_error();
  return done;
}

Bytes LoopbackPeer::exporter() const {
  constexpr std::string_view label = "EXPORTER-Channel-Binding";
  Bytes out(32);
  SSL_export_keying_material(ssl_.get(), out.data(), out.size(), label.data(), label.size(),
                             nullptr, 0, 1);
  return out;
}

bool LoopbackPeer::read(std::string& more) {
  std::array<char, 16384> space;
  const auto count = ssl_ ? SSL_read(ssl_.get(), space.data(), static_cast<int>(space.size()))
                          : static_cast<int>(::recv(socket_, space.data(), space.size(), 0));
  ERR_clear_error();
  if (count <= 0) return false;
  more.append(space.data(), static_cast<std::size_t>(count));
  return true;
}

void LoopbackPeer::write(const std::string& octets) {
  if (ssl_)
    SSL_write(ssl_.get(), octets.data(), static_cast<int>(octets.size()));
  else
    ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
  ERR_clear_error();
}

LoopbackServer::LoopbackServer(std::function<void(LoopbackPeer&)> serve)
    : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("the server of the test cannot listen");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

LoopbackServer::~LoopbackServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
}

std::size_t LoopbackServer::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void LoopbackServer::accept_all() {
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

void LoopbackServer::serve(int socket) {
  sigset_t pipe;
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  {
    LoopbackPeer peer(socket);
    serve_(peer);
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, socket);
  ::close(socket);
}

OwnDirectory::OwnDirectory() {
  auto pattern = (std::filesystem::temp_directory_path() / "scripted-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

std::shared_ptr<SSL_CTX> context_with_certificate(const std::filesystem::path& directory,
                                                  const std::vector<std::string>& names) {
  const auto certificate = directory / "certificate.pem", key = directory / "key.pem";
  vault::make_certificate(certificate, key, names);
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("the server of the test has no certificate");
  return context;
}

}  // namespace test_support
