#include "crypto/challenge.h"

#include <algorithm>

#include "base/error.h"
#include "crypto/url.h"

namespace crypto {
namespace {

constexpr std::size_t longest_header = 8 * 1024;
constexpr std::string_view every_right = "/.default";  // a scope is a resource and this

bool is_token_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool at(char c) const { return !at_end() && rest_.front() == c; }
  void step() { rest_.remove_prefix(1); }

  void skip(std::string_view these) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(these), rest_.size()));
  }
  // To the next comma: what is not understood, as of another scheme (token68).
  void skip_element() { rest_.remove_prefix(std::min(rest_.find(','), rest_.size())); }

  std::string_view token() {
    const auto end = std::ranges::find_if_not(rest_, is_token_char);
    const auto word = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(word.size());
    return word;
  }

  // Unquoted values are taken to their end, also such as RFC 9110 would have quoted.
  std::string value() {
    if (at('"')) return quoted();
    const std::string out(rest_.substr(0, rest_.find_first_of(", \t")));
    rest_.remove_prefix(out.size());
    return out;
  }

 private:
  std::string quoted() {
    std::string out;
    for (step(); !at_end() && !at('"'); step()) {
      if (at('\\') && rest_.size() > 1) step();
      out += rest_.front();
    }
    if (!at_end()) step();
    return out;
  }

  std::string_view rest_;
};

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

void note(Challenge& challenge, std::string_view name, const std::string& value) {
  if (same_word(name, "authorization") || same_word(name, "authorization_uri"))
    challenge.authority = without_slash(value);
  if (same_word(name, "resource") || same_word(name, "resource_id"))
    challenge.resource = without_slash(value);
  if (same_word(name, "scope") && value.ends_with(every_right) && challenge.resource.empty())
    challenge.resource = without_slash(value.substr(0, value.size() - every_right.size()));
}

}  // namespace

std::optional<Challenge> bearer_challenge(std::string_view header) {
  std::optional<Challenge> found;
  bool inside = false;  // a Bearer challenge
  Scanner scanner(header.substr(0, longest_header));
  for (scanner.skip(" \t,"); !scanner.at_end(); scanner.skip(" \t,")) {
    const auto word = scanner.token();
    scanner.skip(" \t");
    if (word.empty()) {
      scanner.step();
    } else if (!scanner.at('=')) {
      if (found) break;
      inside = same_word(word, "Bearer");
      if (inside) found.emplace();
    } else {
      scanner.step();
      scanner.skip(" \t");
      const auto value = scanner.value();
      if (inside) note(*found, word, value);
      scanner.skip_element();
    }
  }
  return found;
}

bool covers(const std::string& resource, const std::string& vault_host) {
  try {
    const auto url = parse_url(resource);
    return url.tls && url.path.empty() && url.host.find('.') != std::string::npos &&
           vault_host.size() > url.host.size() && vault_host.ends_with('.' + url.host) &&
           vault_host.find_first_not_of("0123456789.") != std::string::npos;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace crypto
