#pragma once
// A set of peers, as the configuration writes it: "192.0.2.1", "192.0.2.0/24", "2001:db8::/32", and
// "unix" for whoever may open a local socket.

#include <string>
#include <string_view>
#include <vector>

namespace server {

class Networks {
 public:
  Networks() = default;
  explicit Networks(const std::vector<std::string>&);  // throws invalid, saying what is allowed

  bool contains(std::string_view peer) const;  // as imap::Stream::peer() names it
  bool empty() const { return words_.empty(); }

 private:
  std::vector<std::string> words_;  // with their prefix length, or "unix"
};

}  // namespace server
