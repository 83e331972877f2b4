#include "crypto/near_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "crypto/dial.h"

namespace crypto {
namespace {

int dialled_near(const std::string& host, unsigned short port, Deadline deadline) {
  if (!is_near(host))
    throw HttpsError(HttpsFault::untrusted, "without TLS only this machine and its link: " + host);
  return dial(host, port, deadline);
}

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
    : PlainConnection(dialled_near(host, port, deadline)) {}

}  // namespace crypto
