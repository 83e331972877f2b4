#include "tests/support/test_client.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace test_support {

namespace {

constexpr int patience = 10'000;  // milliseconds

}  // namespace

TestClient::TestClient(std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
}

TestClient::~TestClient() { ::close(socket_); }

void TestClient::send(std::string_view octets) {
  while (!octets.empty()) {
    const auto gone =
        tls_ ? SSL_write(tls_.get(), octets.data(), static_cast<int>(octets.size()))
             : static_cast<int>(::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL));
    if (gone <= 0) throw std::runtime_error("the server does not take what is sent");
    octets.remove_prefix(static_cast<std::size_t>(gone));
  }
}

bool TestClient::wait_readable(int milliseconds) {
  if (tls_ && SSL_pending(tls_.get()) > 0) return true;
  pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, milliseconds) > 0;
}

// 0 when the server has closed.
std::size_t TestClient::receive(char* into, std::size_t size) {
  if (!wait_readable(patience)) throw std::runtime_error("nothing came for ten seconds");
  const auto got = tls_ ? SSL_read(tls_.get(), into, static_cast<int>(size))
                        : static_cast<int>(::recv(socket_, into, size, 0));
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

std::string TestClient::line() {
  std::size_t end;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    char octets[4096];
    const auto got = receive(octets, sizeof(octets));
    if (got == 0) throw std::runtime_error("the server has closed the connection");
    buffer_.append(octets, got);
  }
  auto line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::string TestClient::octets(std::size_t count) {
  while (buffer_.size() < count) {
    char octets[16384];
    const auto got = receive(octets, sizeof(octets));
    if (got == 0) throw std::runtime_error("the server has closed the connection");
    buffer_.append(octets, got);
  }
  auto result = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return result;
}

bool TestClient::is_closed() {
  char octet;
  return buffer_.empty() && receive(&octet, 1) == 0;
}

bool TestClient::is_silent_for(int milliseconds) {
  return buffer_.empty() && !wait_readable(milliseconds);
}

void TestClient::start_tls() { start_tls({}); }

void TestClient::start_tls(const CertificateFiles& shown) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(context_.get(), newest_tls_);
  if (!shown.certificate.empty() &&
      (SSL_CTX_use_certificate_file(context_.get(), shown.certificate.c_str(), SSL_FILETYPE_PEM) !=
           1 ||
       SSL_CTX_use_PrivateKey_file(context_.get(), shown.key.c_str(), SSL_FILETYPE_PEM) != 1))
    throw std::runtime_error("cannot use the client's certificate");
  tls_.reset(SSL_new(context_.get()));
  SSL_set_fd(tls_.get(), socket_);
  if (SSL_connect(tls_.get()) != 1) throw std::runtime_error("the TLS handshake failed");
}

Bytes TestClient::exported(const std::string& label) const {
  Bytes out(32);
  if (SSL_export_keying_material(tls_.get(), out.data(), out.size(), label.data(), label.size(),
                                 nullptr, 0, 0) != 1)
    throw std::runtime_error("TLS exports nothing");
  return out;
}

Bytes TestClient::finished() const {
  Bytes out(64);
  out.resize(SSL_get_finished(tls_.get(), out.data(), out.size()));
  return out;
}

void TestClient::close_sending() { ::shutdown(socket_, SHUT_WR); }

}  // namespace test_support
