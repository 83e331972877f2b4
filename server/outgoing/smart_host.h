#pragma once
// The server that takes our mail to other domains, as the configuration names it ([outgoing]), and
// how long we wait for it.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace server::outgoing {

struct Patience {                    // RFC 5321 4.5.3.2
  std::chrono::seconds connect{20};  // name, TCP and TLS
  std::chrono::seconds command{300};
  std::chrono::seconds data{120};   // to DATA
  std::chrono::seconds block{180};  // a piece of the message
  std::chrono::seconds end{600};    // to the end of the message
  std::chrono::seconds stop{3};     // likewise, once we are told to stop
};

struct SmartHost {
  std::string host;
  unsigned short port = 587;
  enum class Tls { start_tls, from_the_start } tls = Tls::start_tls;
  std::optional<std::filesystem::path> ca;  // PEM; none: the system's
  std::string user;                         // empty: no login
  std::filesystem::path password_file;      // its one line
  Patience waits{};
};

}  // namespace server::outgoing
