#include "server/smtp/command.h"

#include <algorithm>
#include <charconv>

#include "server/smtp/path.h"

namespace server::smtp {
namespace {

struct Parameter {
  std::string keyword;  // upper case
  std::optional<std::string> value;
};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string upper_ascii(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), upper);
  return out;
}

[[noreturn]] void refuse(int code, std::string_view status, std::string_view text) {
  throw BadCommand(reply(code, status, text));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_keyword(std::string_view text) {
  const auto alnum = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  return !text.empty() && alnum(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return alnum(c) || c == '-'; });
}

// esmtp-value: anything but "=", blanks and controls (RFC 5321 4.1.2; 8-bit by RFC 6531 3.3).
bool is_value(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet > 32 && octet != 127 && c != '=';
  });
}

Parameter parse_parameter(std::string_view word) {
  const auto equals = word.find('=');
  Parameter out{upper_ascii(word.substr(0, equals)), {}};
  if (!is_keyword(out.keyword)) refuse(501, "5.5.4", "a parameter is malformed");
  if (equals == word.npos) return out;
  out.value = word.substr(equals + 1);
  if (!is_value(*out.value)) refuse(501, "5.5.4", "the value of a parameter is malformed");
  return out;
}

std::vector<Parameter> parse_parameters(std::string_view text) {
  std::vector<Parameter> out;
  for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
    const auto end = std::min(text.find(' '), text.size());
    auto parameter = parse_parameter(text.substr(0, end));
    text.remove_prefix(end);
    const auto same = [&](const Parameter& other) { return other.keyword == parameter.keyword; };
    if (std::ranges::any_of(out, same)) refuse(501, "5.5.4", "a parameter is given twice");
    if (out.size() == parameter_limit) refuse(501, "5.5.4", "too many parameters");
    out.push_back(std::move(parameter));
  }
  return out;
}

// "FROM:" or "TO:", in any case; blanks after the colon are common and harmless.
std::string_view after_keyword(std::string_view argument, std::string_view keyword) {
  if (argument.size() < keyword.size() ||
      upper_ascii(argument.substr(0, keyword.size())) != keyword)
    refuse(501, "5.5.4", "expected " + std::string(keyword) + "<address>");
  return trimmed(argument.substr(keyword.size()));
}

// Up to 20 digits. What does not fit 64 bits is surely too big.
std::optional<std::uint64_t> parse_octets(std::string_view digits) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (digits.empty() || digits.size() > 20 || !std::ranges::all_of(digits, is_digit)) return {};
  std::uint64_t size = 0;
  const auto* end = digits.data() + digits.size();
  return std::from_chars(digits.data(), end, size).ec == std::errc() ? size : ~std::uint64_t{0};
}

// RFC 1870 3.
std::uint64_t parse_size(const Parameter& parameter) {
  const auto size = parse_octets(parameter.value.value_or(""));
  if (!size) refuse(501, "5.5.4", "SIZE= wants a number of octets");
  return *size;
}

Body parse_body(const Parameter& parameter) {
  const auto value = upper_ascii(parameter.value.value_or(""));
  if (value == "7BIT") return Body::seven_bit;
  if (value == "8BITMIME") return Body::eight_bit;
  if (value == "BINARYMIME") return Body::binary;
  refuse(501, "5.5.4", "BODY= is 7BIT, 8BITMIME or BINARYMIME");
}

// RFC 3461 4: a value, and one that is well formed.
template <class Parse>
auto dsn_value(const Parameter& parameter, Parse parse) {
  const auto out = parse(parameter.value.value_or(""));
  if (!out) refuse(501, "5.5.4", parameter.keyword + "= is malformed");
  return *out;
}

void apply(const Parameter& parameter, MailArguments& arguments) {
  if (parameter.keyword == "SIZE") {
    arguments.size = parse_size(parameter);
  } else if (parameter.keyword == "BODY") {
    arguments.body = parse_body(parameter);
  } else if (parameter.keyword == "SMTPUTF8") {
    if (parameter.value) refuse(501, "5.5.4", "SMTPUTF8 has no value");
    arguments.utf8 = true;
  } else if (parameter.keyword == "REQUIRETLS") {
    if (parameter.value) refuse(501, "5.5.4", "REQUIRETLS has no value");
    arguments.require_tls = true;
  } else if (parameter.keyword == "RET") {
    arguments.dsn.returned = dsn_value(parameter, parse_returned);
  } else if (parameter.keyword == "ENVID") {
    arguments.dsn.envelope_id = dsn_value(parameter, parse_envelope_id);
  } else if (parameter.keyword == "AUTH") {
    if (!parameter.value || !decode_xtext(*parameter.value))
      refuse(501, "5.5.4", "AUTH= is malformed");
  } else {
    refuse(555, "5.5.4", "parameter not recognized");
  }
}

void apply(const Parameter& parameter, RecipientArguments& arguments) {
  if (parameter.keyword == "NOTIFY")
    arguments.dsn.notify = dsn_value(parameter, parse_notify);
  else if (parameter.keyword == "ORCPT")
    arguments.dsn.original = dsn_value(parameter, parse_original_recipient);
  else
    refuse(555, "5.5.4", "parameter not recognized");
}

}  // namespace

CommandLine split_command(std::string_view line) {
  line = trimmed(line);
  const auto end = std::min(line.find(' '), line.size());
  auto verb = upper_ascii(line.substr(0, end));
  if (!is_keyword(verb)) refuse(500, "5.5.2", "not a command");
  return {std::move(verb), std::string(trimmed(line.substr(end)))};
}

MailArguments parse_mail(std::string_view argument) {
  auto rest = after_keyword(argument, "FROM:");
  MailArguments out;
  out.sender = parse_path(rest, "5.1.7");
  for (const auto& parameter : parse_parameters(rest)) apply(parameter, out);
  if (out.sender.domain.empty() && !out.sender.is_null())
    refuse(501, "5.1.7", "the sender's address has no domain");
  if (!out.utf8 && !out.sender.is_ascii())
    refuse(553, "5.6.7", "a non-ASCII address needs SMTPUTF8");
  return out;
}

Address parse_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == text.npos) return {std::string(text), {}};
  return {std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

RecipientArguments parse_recipient(std::string_view argument) {
  auto rest = after_keyword(argument, "TO:");
  RecipientArguments out{parse_path(rest, "5.1.3"), {}};
  if (out.address.is_null()) refuse(501, "5.1.3", "a recipient is needed");
  for (const auto& parameter : parse_parameters(rest)) apply(parameter, out);
  return out;
}

std::optional<Chunk> parse_chunk(std::string_view argument) {
  const auto blank = std::min(argument.find(' '), argument.size());
  const auto size = parse_octets(argument.substr(0, blank));
  const auto marker = upper_ascii(trimmed(argument.substr(blank)));
  if (!size || !(marker.empty() || marker == "LAST")) return {};
  return Chunk{*size, !marker.empty()};
}

std::string parse_hello(std::string_view argument) {
  const auto printable = [](char c) { return c > ' ' && c != 127; };
  if (argument.empty() || argument.size() > domain_limit ||
      !std::ranges::all_of(argument, printable))
    refuse(501, "5.5.4", "give the name of your host");
  return std::string(argument);
}

}  // namespace server::smtp
