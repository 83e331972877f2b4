#pragma once
// Where to listen, as the configuration writes it: "127.0.0.1:143", "[::1]:993", "unix:/run/x".

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace server {

struct ListenAddress {
  std::string host;        // an IPv4 or IPv6 address; empty for a Unix socket
  std::uint16_t port = 0;  // 0: any free one
  std::string unix_path;   // empty for TCP

  static ListenAddress parsed(std::string_view);  // throws invalid, saying what is allowed
  std::string text() const;
  auto operator<=>(const ListenAddress&) const = default;
};

}  // namespace server
