#include "crypto/url.h"

#include <algorithm>
#include <charconv>

#include "base/error.h"

namespace crypto {
namespace {

constexpr std::string_view https = "https://", http = "http://";
constexpr unsigned short https_port = 443, http_port = 80;
constexpr std::size_t longest = 512;

[[noreturn]] void refuse(const std::string& text) {
  throw Error(Fault::invalid, "not a URL: " + text.substr(0, longest),
              "write it as https://HOST[:PORT][/PATH]");
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool valid_host(std::string_view host, bool v6) {
  return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [v6](char c) {
    return is_alphanumeric(c) || c == '.' || c == (v6 ? ':' : '-');
  });
}

bool valid_path(std::string_view path) {
  return std::ranges::all_of(path, [](char c) {
    return is_alphanumeric(c) || c == '/' || c == '-' || c == '.' || c == '_';
  });
}

void lower(std::string& text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
}

unsigned short port_in(std::string_view digits, const std::string& text) {
  unsigned short port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0) refuse(text);
  return port;
}

}  // namespace

std::string Url::origin() const {
  const auto name = host.find(':') == std::string::npos ? host : '[' + host + ']';
  const auto out = std::string(tls ? https : http) + name;
  return port == (tls ? https_port : http_port) ? out : out + ':' + std::to_string(port);
}

Url parse_url(const std::string& text) {
  auto scheme = text.substr(0, https.size());
  lower(scheme);
  const bool tls = scheme == https;
  if (text.size() > longest || (!tls && !scheme.starts_with(http))) refuse(text);
  const auto begin = tls ? https.size() : http.size();
  const auto slash = std::min(text.find('/', begin), text.size());
  const auto authority = text.substr(begin, slash - begin);
  const bool v6 = authority.starts_with('[');
  const auto host_end = v6 ? authority.find(']') : authority.find(':');
  if (v6 && host_end == authority.npos) refuse(text);

  Url url{.tls = tls,
          .host = v6 ? authority.substr(1, host_end - 1) : authority.substr(0, host_end),
          .port = tls ? https_port : http_port,
          .path = text.substr(slash)};
  const auto after = host_end == authority.npos ? "" : authority.substr(host_end + (v6 ? 1 : 0));
  if (!after.empty()) {
    if (after.front() != ':') refuse(text);
    url.port = port_in(std::string_view(after).substr(1), text);
  }
  while (url.path.ends_with('/')) url.path.pop_back();
  if (!valid_host(url.host, v6) || !valid_path(url.path)) refuse(text);
  lower(url.host);
  return url;
}

}  // namespace crypto
