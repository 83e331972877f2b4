#include "server/smtp/path.h"

#include <algorithm>

namespace server::smtp {
namespace {

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_eight_bit(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// RFC 5322 3.2.3 atext, with UTF-8 (RFC 6531 3.3).
bool is_atext(char c) {
  return is_alnum(c) || is_eight_bit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool is_dot_string(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         text.find("..") == text.npos &&
         std::ranges::all_of(text, [](char c) { return is_atext(c) || c == '.'; });
}

// Labels of letters, digits, hyphens and (seen in practice) underscores.
bool is_domain(std::string_view text) {
  if (text.empty() || text.size() > domain_limit || text.front() == '.' || text.back() == '.' ||
      text.find("..") != text.npos)
    return false;
  return std::ranges::all_of(text, [](char c) {
    return is_alnum(c) || is_eight_bit(c) || c == '-' || c == '_' || c == '.';
  });
}

// [192.0.2.1], [IPv6:2001:db8::1]; what is inside is not looked at closer: no mail goes there.
bool is_literal(std::string_view text) {
  return text.size() > 2 && text.size() <= domain_limit && text.front() == '[' &&
         text.back() == ']' && std::ranges::all_of(text.substr(1, text.size() - 2), [](char c) {
           return is_alnum(c) || c == '.' || c == ':' || c == '-';
         });
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

class PathReader {
 public:
  PathReader(std::string_view text, std::string_view status) : text_(text), status_(status) {}

  Address read() {
    if (!try_char('<')) return fail("an address stands in <>");
    if (try_char('>')) return {};
    skip_source_route();
    Address out{try_char('"') ? quoted_string() : dot_string(), {}};
    if (try_char('@')) {
      out.domain = domain();
    } else if (lower_ascii(out.local) != "postmaster") {
      return fail("the address has no domain");  // RFC 5321 4.5.1 allows but one
    }
    if (!try_char('>')) return fail("the address does not end with >");
    return out;
  }

  std::string_view rest() const { return text_; }

 private:
  [[noreturn]] Address fail(std::string_view why) const {
    throw BadCommand(reply(501, status_, why));
  }

  bool try_char(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  std::string_view take(std::size_t count) {
    const auto out = text_.substr(0, count);
    text_.remove_prefix(count);
    return out;
  }

  // "@one,@two:" ahead of the address.
  void skip_source_route() {
    if (text_.empty() || text_.front() != '@') return;
    do {
      if (!try_char('@')) fail("the source route is malformed");
      domain();
    } while (try_char(','));
    if (!try_char(':')) fail("the source route is malformed");
  }

  std::string dot_string() {
    const auto out = take(std::min(text_.find_first_of("@>"), text_.size()));
    if (!is_dot_string(out)) fail("the local part is malformed");
    return std::string(out);
  }

  // After the opening quote. Controls are refused, quoted or not.
  std::string quoted_string() {
    std::string out;
    while (!try_char('"')) {
      try_char('\\');
      if (text_.empty() || static_cast<unsigned char>(text_.front()) < ' ' || text_.front() == 127)
        fail("the quoted local part is malformed");
      out += take(1);
    }
    if (out.empty()) fail("the local part is empty");
    return out;
  }

  std::string domain() {
    const auto literal = !text_.empty() && text_.front() == '[';
    const auto stop = literal ? text_.find(']') : text_.find_first_of(",:>@");
    const auto out = take(std::min(stop == text_.npos ? stop : stop + literal, text_.size()));
    if (literal ? !is_literal(out) : !is_domain(out)) fail("the domain is malformed");
    return lower_ascii(out);
  }

  std::string_view text_;
  std::string_view status_;
};

}  // namespace

bool Address::is_ascii() const {
  return std::ranges::none_of(local, is_eight_bit) && std::ranges::none_of(domain, is_eight_bit);
}

std::string Address::text() const { return domain.empty() ? local : local + '@' + domain; }

std::string Address::wire() const {
  if (is_null() || is_dot_string(local)) return text();
  std::string out = "\"";
  for (const char c : local) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"' + (domain.empty() ? "" : '@' + domain);
}

Address parse_path(std::string_view& text, std::string_view status) {
  const auto all = text;
  PathReader reader(text, status);
  auto out = reader.read();
  text = reader.rest();
  if (all.size() - text.size() > path_limit + 2 ||
      !is_utf8(all.substr(0, all.size() - text.size())))
    throw BadCommand(reply(501, status, "the address is too long or not UTF-8"));
  if (!text.empty() && text.front() != ' ')
    throw BadCommand(reply(501, status, "a blank is needed after the address"));
  return out;
}

bool is_host_name(std::string_view text) {
  return (is_domain(text) && std::ranges::none_of(text, is_eight_bit)) || is_literal(text);
}

// RFC 3629 4: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i++]);
    if (first < 0x80) continue;
    const std::size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4 || text.size() - i < more) return false;
    std::uint32_t point = first & (0x3fu >> more);
    for (std::size_t end = i + more; i < end; ++i) {
      const auto next = static_cast<unsigned char>(text[i]);
      if ((next & 0xc0) != 0x80) return false;
      point = point << 6 | (next & 0x3f);
    }
    const std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    if (point < least[more] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
      return false;
  }
  return true;
}

}  // namespace server::smtp
