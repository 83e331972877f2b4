#include "server/smtp/xclient.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/asio.h"
#include "server/smtp/command.h"

namespace server::smtp {
namespace {

constexpr std::size_t value_limit = 255;  // octets, decoded

[[noreturn]] void refuse(std::string_view attribute) {
  throw BadCommand(reply(501, "5.5.4", std::string(attribute) + "= is malformed"));
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string host_name(const std::string& value) {
  if (!is_host_name(value)) refuse("NAME");
  return value;
}

// With "IPV6:" ahead of an IPv6 address.
std::string address(const std::string& value) {
  const bool six = upper(value.substr(0, 5)) == "IPV6:";
  boost::system::error_code failure;
  const auto out = boost::asio::ip::make_address(six ? value.substr(5) : value, failure);
  if (failure || out.is_v6() != six) refuse("ADDR");
  return out.to_string();
}

std::string protocol(const std::string& value) {
  auto out = upper(value);
  if (out != "SMTP" && out != "ESMTP") refuse("PROTO");
  return out;
}

std::string hello(const std::string& value) {
  const auto printable = [](char c) { return c > ' ' && c < 127; };
  if (!std::ranges::all_of(value, printable)) refuse("HELO");
  return value;
}

std::string login(const std::string& value) {
  if (!is_utf8(value)) refuse("LOGIN");
  return lower(value);
}

std::string port(const std::string& value) {
  std::uint16_t number = 0;
  const auto* end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) refuse("PORT");
  return value;
}

// Every attribute, how its value is checked, and where it is kept: nowhere for some.
struct Attribute {
  std::string_view name;
  std::string (*checked)(const std::string&);
  std::string ClaimedClient::*kept;
};
constexpr Attribute attributes[] = {
    {"NAME", host_name, &ClaimedClient::name},
    {"ADDR", address, &ClaimedClient::address},
    {"PORT", port, nullptr},
    {"PROTO", protocol, &ClaimedClient::protocol},
    {"HELO", hello, &ClaimedClient::hello},
    {"LOGIN", login, &ClaimedClient::login},
    {"DESTADDR", address, nullptr},
    {"DESTPORT", port, nullptr},
};

bool is_offered(const Attribute& attribute, const Mode& mode) {
  return attribute.name != "LOGIN" || mode.authentication == Authentication::required;
}

std::string checked(const Attribute& attribute, std::string_view encoded) {
  const auto value = decode_xtext(encoded);
  if (!value || value->empty() || value->size() > value_limit) refuse(attribute.name);
  if (*value == "[UNAVAILABLE]" || *value == "[TEMPUNAVAIL]") return {};
  return attribute.checked(*value);
}

void apply(std::string_view word, const Mode& mode, ClaimedClient& client) {
  const auto equals = std::min(word.find('='), word.size());
  const auto name = upper(word.substr(0, equals));
  const auto* found = std::ranges::find(attributes, name, &Attribute::name);
  if (found == std::end(attributes) || !is_offered(*found, mode) || equals == word.size())
    throw BadCommand(reply(501, "5.5.4", "not an attribute of XCLIENT here"));
  auto value = checked(*found, word.substr(equals + 1));
  if (found->kept) client.*found->kept = std::move(value);
}

}  // namespace

ClaimedClient parse_xclient(std::string_view argument, const Mode& mode, ClaimedClient before) {
  if (argument.empty()) throw BadCommand(reply(501, "5.5.4", "XCLIENT wants attributes"));
  while (!argument.empty()) {
    const auto end = std::min(argument.find(' '), argument.size());
    if (end > 0) apply(argument.substr(0, end), mode, before);
    argument.remove_prefix(std::min(end + 1, argument.size()));
  }
  return before;
}

std::string xclient_keyword(const Mode& mode) {
  std::string out = "XCLIENT";
  for (const auto& attribute : attributes)
    if (is_offered(attribute, mode)) out += ' ' + std::string(attribute.name);
  return out;
}

}  // namespace server::smtp
