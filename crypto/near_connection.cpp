#include "crypto/near_connection.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "crypto/dial.h"

namespace crypto {
namespace {

int dialled_near(const std::string& host, unsigned short port, Deadline deadline) {
  if (!is_near(host))
    throw HttpsError(HttpsFault::untrusted, "without TLS only this machine and its link: " + host);
  return dial(host, port, deadline);
}

[[noreturn]] void cut() { throw HttpsError(HttpsFault::unreachable, "the connection was cut"); }

}  // namespace

bool is_near(const std::string& host) {
  if (host == "localhost") return true;
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    const auto address = ntohl(v4.s_addr);
    return address >> 24 == 127 || address >> 16 == (169u << 8 | 254);
  }
  in6_addr v6{};
  return ::inet_pton(AF_INET6, host.c_str(), &v6) == 1 &&
         (IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_LINKLOCAL(&v6));
}

NearConnection::NearConnection(const std::string& host, unsigned short port, Deadline deadline)
    : socket_(dialled_near(host, port, deadline)) {}

NearConnection::~NearConnection() { ::close(socket_); }

void NearConnection::write(std::string_view octets, Deadline deadline) {
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

std::size_t NearConnection::read_some(std::span<char> space, Deadline deadline) {
  for (;;) {
    const auto count = ::recv(socket_, space.data(), space.size(), 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN)
      wait_until_ready(socket_, POLLIN, deadline, "the answer");
    else if (errno != EINTR)
      cut();
  }
}

bool NearConnection::quiet() const {
  pollfd now{socket_, POLLIN, 0};
  return ::poll(&now, 1, 0) == 0;
}

}  // namespace crypto
