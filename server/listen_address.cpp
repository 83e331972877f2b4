#include "server/listen_address.h"

#include <charconv>

#include "base/asio.h"
#include "base/error.h"

namespace server {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr std::size_t unix_path_limit = 107;  // sockaddr_un

[[noreturn]] void refuse(std::string_view text, const char* why) {
  throw Error(Fault::invalid, '"' + std::string(text) + "\": " + why,
              "an address is \"127.0.0.1:143\", \"0.0.0.0:25\", \"[::1]:993\" or \"unix:/path\"");
}

ListenAddress parsed_unix(std::string_view text) {
  const auto path = text.substr(unix_prefix.size());
  if (!path.starts_with('/')) refuse(text, "the path of a socket begins with /");
  if (path.size() > unix_path_limit) refuse(text, "the path of a socket has at most 107 octets");
  return {{}, 0, std::string(path)};
}

std::string_view without_brackets(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
  return host;
}

}  // namespace

ListenAddress ListenAddress::parsed(std::string_view text) {
  if (text.starts_with(unix_prefix)) return parsed_unix(text);
  const auto colon = text.rfind(':');
  if (colon == text.npos) refuse(text, "the port is missing");
  const std::string host(without_brackets(text.substr(0, colon)));
  boost::system::error_code failure;
  boost::asio::ip::make_address(host, failure);
  if (failure) refuse(text, "not an IP address");
  if (host.find(':') != host.npos && !text.starts_with('[')) refuse(text, "IPv6 stands in []");

  const auto digits = text.substr(colon + 1);
  const auto* end = digits.data() + digits.size();
  std::uint16_t port = 0;
  const auto read = std::from_chars(digits.data(), end, port);
  if (digits.empty() || read.ec != std::errc() || read.ptr != end) refuse(text, "not a port");
  return {host, port, {}};
}

std::string ListenAddress::text() const {
  if (!unix_path.empty()) return std::string(unix_prefix) + unix_path;
  if (host.find(':') != host.npos) return '[' + host + "]:" + std::to_string(port);
  return host + ':' + std::to_string(port);
}

}  // namespace server
