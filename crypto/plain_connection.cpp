#include "crypto/plain_connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "crypto/dial.h"

namespace crypto {
namespace {

[[noreturn]] void cut() { throw HttpsError(HttpsFault::unreachable, "the connection was cut"); }

}  // namespace

PlainConnection::PlainConnection(const std::string& host, unsigned short port, Deadline deadline)
    : socket_(dial(host, port, deadline)) {}

PlainConnection::~PlainConnection() {
  if (socket_ >= 0) ::close(socket_);
}

void PlainConnection::write(std::string_view octets, Deadline deadline) {
  while (!octets.empty()) {
    const auto count = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (count >= 0)
      octets.remove_prefix(static_cast<std::size_t>(count));
    else if (errno == EAGAIN)
      wait_until_ready(socket_, POLLOUT, deadline, "sending");
    else if (errno != EINTR)
      cut();
  }
}

std::size_t PlainConnection::read_some(std::span<char> space, Deadline deadline) {
  for (;;) {
    const auto count = ::recv(socket_, space.data(), space.size(), 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN)
      wait_until_ready(socket_, POLLIN, deadline, "the answer");
    else if (errno != EINTR)
      cut();
  }
}

bool PlainConnection::quiet() const {
  pollfd now{socket_, POLLIN, 0};
  return ::poll(&now, 1, 0) == 0;
}

}  // namespace crypto
