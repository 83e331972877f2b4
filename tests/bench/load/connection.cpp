#include "connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace load {

namespace {

constexpr std::size_t first_size = 4096, read_at_least = 2048, largest_step = 1 << 20;

SSL_CTX* tls_context() {
  static SSL_CTX* const context = [] {
    auto* made = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS);
    return made;
  }();
  return context;
}

int connected(int port) {
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (made < 0 || connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
  const int on = 1;
  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return made;
}

}  // namespace

Connection::Connection(int port, Transport transport)
    : socket_(connected(port)), buffer_(first_size) {
  if (transport == Transport::plain) return;
  tls_ = SSL_new(tls_context());
  SSL_set_fd(tls_, socket_);
  if (SSL_connect(tls_) != 1) throw std::runtime_error("TLS handshake failed");
}

Connection::Connection(Connection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      tls_(std::exchange(other.tls_, nullptr)),
      buffer_(std::move(other.buffer_)),
      begin_(other.begin_),
      end_(other.end_) {}

Connection::~Connection() {
  if (tls_) SSL_free(tls_);
  if (socket_ >= 0) close(socket_);
}

void Connection::send(std::string_view octets) {
  while (!octets.empty()) {
    const auto sent = tls_ ? SSL_write(tls_, octets.data(), static_cast<int>(octets.size()))
                           : ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("connection closed while sending");
    octets.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string_view Connection::line() {
  std::size_t looked_at = 0;
  while (true) {
    const auto* start = buffer_.data() + begin_;
    const auto* found =
        static_cast<const char*>(std::memchr(start + looked_at, '\n', end_ - begin_ - looked_at));
    if (found) {
      const auto length = static_cast<std::size_t>(found - start);
      begin_ += length + 1;
      return {start, length > 0 && start[length - 1] == '\r' ? length - 1 : length};
    }
    looked_at = end_ - begin_;
    fill();
  }
}

std::string_view Connection::take(std::size_t octets) {
  while (end_ - begin_ < octets) {
    if (buffer_.size() < octets) buffer_.resize(octets + largest_step);
    fill();
  }
  const auto* start = buffer_.data() + begin_;
  begin_ += octets;
  return {start, octets};
}

void Connection::shrink() {
  buffer_ = std::vector<char>(64);
  begin_ = end_ = 0;
}

void Connection::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < read_at_least)
    buffer_.resize(std::min(buffer_.size() * 4, buffer_.size() + largest_step) + read_at_least);
  const auto room = buffer_.size() - end_;
  const auto got = tls_ ? SSL_read(tls_, buffer_.data() + end_, static_cast<int>(room))
                        : recv(socket_, buffer_.data() + end_, room, 0);
  if (got < 0 && errno == EAGAIN) throw std::runtime_error("the server told nothing for too long");
  if (got <= 0) throw std::runtime_error("connection closed by the server");
  end_ += static_cast<std::size_t>(got);
}

}  // namespace load
