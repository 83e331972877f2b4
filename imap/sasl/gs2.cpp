#include "imap/sasl/gs2.h"

#include <algorithm>

namespace imap::sasl {

namespace {

std::string_view take_field(std::string_view& text) {
  const auto comma = std::min(text.find(','), text.size());
  const auto field = text.substr(0, comma);
  text.remove_prefix(std::min(comma + 1, text.size()));
  return field;
}

// RFC 5801 section 4: cb-name.
bool is_binding_type(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-';
  });
}

bool set_binding(Gs2Header& header, std::string_view flag) {
  if (flag == "n" || flag == "y") {
    header.binding = flag == "n" ? Gs2Header::Binding::n : Gs2Header::Binding::y;
    return true;
  }
  if (!flag.starts_with("p=") || !is_binding_type(flag.substr(2))) return false;
  header.binding = Gs2Header::Binding::p;
  header.binding_type = flag.substr(2);
  return true;
}

}  // namespace

std::optional<std::string> decoded_saslname(std::string_view coded) {
  std::string out;
  for (std::size_t at = 0; at < coded.size(); ++at) {
    if (coded[at] == '\0' || coded[at] == ',') return std::nullopt;
    if (coded[at] != '=') {
      out += coded[at];
      continue;
    }
    const auto escape = coded.substr(at, 3);
    if (escape != "=2C" && escape != "=3D") return std::nullopt;
    out += escape == "=2C" ? ',' : '=';
    at += 2;
  }
  if (out.empty()) return std::nullopt;
  return out;
}

std::optional<std::string_view> take_attribute(std::string_view& text, char name) {
  if (text.size() < 2 || text[0] != name || text[1] != '=') return std::nullopt;
  return take_field(text).substr(2);
}

std::optional<Gs2Header> take_gs2_header(std::string_view& message) {
  const auto whole = message;
  if (std::ranges::count(message, ',') < 2) return std::nullopt;
  Gs2Header header;
  if (!set_binding(header, take_field(message))) return std::nullopt;
  const auto as = take_field(message);
  if (!as.empty() && as != "a=") {  // which GNU SASL writes where there is none
    const auto name = as.starts_with("a=") ? decoded_saslname(as.substr(2)) : std::nullopt;
    if (!name) return std::nullopt;
    header.as = *name;
  }
  header.text = whole.substr(0, whole.size() - message.size());
  return header;
}

}  // namespace imap::sasl
