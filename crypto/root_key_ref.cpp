#include <algorithm>
#include <charconv>
#include <optional>

#include "crypto/root_keys.h"

namespace crypto {
namespace {

constexpr std::string_view managed = "managed://", https = "https://", keys = "/keys/";
constexpr std::size_t longest_kid = 512, longest_name = 127, longest_version = 64;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Foreign text, fit for a line of a terminal or a log.
std::string shown(std::string_view text) {
  constexpr std::size_t longest_shown = 200;
  std::string out(text.substr(0, longest_shown));
  std::ranges::replace_if(
      out, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text.size() > longest_shown ? out + "..." : out;
}

// Where the vault's part of a kid ends.
std::size_t vault_end(std::string_view kid) {
  if (kid.starts_with(managed)) return managed.size();
  return kid.find('/', https.size());
}

std::string_view path_of(std::string_view kid) {
  const auto path = kid.substr(vault_end(kid));
  return kid.starts_with(managed) ? path : path.substr(keys.size());
}

bool valid_port(std::string_view port) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc() && end == port.data() + port.size() && number > 0 &&
         number <= 65535 && port.front() != '0';
}

// RFC 3986 section 3.2, without user information.
bool valid_authority(std::string_view authority) {
  const auto bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const auto colon = authority.find(':', bracket);
  const auto host = authority.substr(0, colon);
  if (host.empty() || host.size() > 253) return false;
  if (colon != std::string_view::npos && !valid_port(authority.substr(colon + 1))) return false;
  if (bracket > 0)
    return host.size() > 2 && host.ends_with(']') &&
           std::ranges::all_of(host.substr(1, host.size() - 2), [](char c) {
             return c == ':' || c == '.' || (is_alphanumeric(c) && lower(c) <= 'f');
           });
  return std::ranges::all_of(host,
                             [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

bool valid_path(std::string_view path) {
  const auto slash = path.find('/');
  const auto name = path.substr(0, slash);
  const auto version = slash == std::string_view::npos ? "0" : path.substr(slash + 1);
  return !name.empty() && name.size() <= longest_name &&
         std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '-'; }) &&
         !version.empty() && version.size() <= longest_version &&
         std::ranges::all_of(version, is_alphanumeric);
}

// Nothing unless it is a kid.
std::optional<std::string> canonical(std::string kid) {
  if (kid.size() > longest_kid) return std::nullopt;
  if (kid.starts_with(managed)) return valid_path(path_of(kid)) ? std::optional(kid) : std::nullopt;
  std::ranges::transform(kid.begin(), kid.begin() + std::min(kid.size(), https.size()), kid.begin(),
                         lower);
  if (!kid.starts_with(https)) return std::nullopt;
  const auto end = vault_end(kid);
  if (end == std::string::npos || !std::string_view(kid).substr(end).starts_with(keys) ||
      !valid_authority(std::string_view(kid).substr(https.size(), end - https.size())) ||
      !valid_path(path_of(kid)))
    return std::nullopt;
  std::ranges::transform(kid.begin(), kid.begin() + end, kid.begin(), lower);
  constexpr std::string_view standard_port = ":443";
  if (std::string_view(kid).substr(0, end).ends_with(standard_port))
    kid.erase(end - standard_port.size(), standard_port.size());
  return kid;
}

}  // namespace

RootKeyRef::RootKeyRef(std::string kid) {
  auto found = canonical(kid);
  if (!found)
    throw Error(Fault::invalid, "not a key identifier: \"" + shown(kid) + '"',
                "give https://HOST[:PORT]/keys/NAME[/VERSION]");
  kid_ = std::move(*found);
}

std::string RootKeyRef::vault() const { return kid_.substr(0, vault_end(kid_)); }

std::string RootKeyRef::name() const {
  const auto path = path_of(kid_);
  return std::string(path.substr(0, path.find('/')));
}

std::string RootKeyRef::version() const {
  const auto path = path_of(kid_);
  const auto slash = path.find('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(slash + 1));
}

}  // namespace crypto
