#include "imap/imap_url.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>

#include "imap/date_text.h"

namespace imap {
namespace {

constexpr std::size_t shown_limit = 1000;  // octets
constexpr std::size_t token_shortest = 32, token_longest = 1024;

// What a URL breaks: caught where it is read.
struct NoUrl {};

bool is_visible(char c) { return c > ' ' && c < 0x7f; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      result += text[at];
      continue;
    }
    if (at + 2 >= text.size() || digit(text[at + 1]) < 0 || digit(text[at + 2]) < 0) throw NoUrl();
    result += static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2]));
    at += 2;
  }
  return result;
}

bool starts_with(std::string_view text, std::string_view lower_case) {
  return lower(text.substr(0, lower_case.size())) == lower_case;
}

std::uint32_t number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) throw NoUrl();
  return value;
}

std::uint32_t nz_number(std::string_view text) {
  const auto value = number(text);
  if (value == 0) throw NoUrl();
  return value;
}

// RFC 5092 section 11, partial-range: "0.1024", or "1024" for all from there on.
Partial partial(std::string_view text) {
  const auto dot = text.find('.');
  Partial result{number(text.substr(0, dot)), std::numeric_limits<std::uint32_t>::max()};
  if (dot != text.npos) result.length = nz_number(text.substr(dot + 1));
  return result;
}

FetchItem section(const std::string& text) {
  try {
    return section_named(text);
  } catch (const BadSyntax&) {
    throw NoUrl();
  }
}

// The text from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  ImapUrl url() {
    const auto whole = rest_;
    ImapUrl url;
    server(url);
    mailbox(url);
    parameters(url);
    if (!rest_.empty()) throw NoUrl();
    url.rump = whole.substr(0, rump_);
    if (!url.authorization || url.authorization->mechanism.empty()) url.rump = whole;
    return url;
  }

 private:
  std::string_view take(std::size_t size) {
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    taken_ += taken.size();
    return taken;
  }
  std::string_view take_to(std::string_view ends) {
    return take(std::min(rest_.find_first_of(ends), rest_.size()));
  }
  bool try_take(std::string_view lower_case) {
    if (!starts_with(rest_, lower_case)) return false;
    take(lower_case.size());
    return true;
  }

  // "imap://user;AUTH=*@host:port"
  void server(ImapUrl& url) {
    if (!try_take("imap://") && !try_take("//")) return;
    auto text = take_to("/?");
    if (const auto at = text.rfind('@'); at != text.npos) {
      const auto user = text.substr(0, at);
      url.user = decoded(user.substr(0, user.find(';')));
      text.remove_prefix(at + 1);
    }
    if (text.empty()) throw NoUrl();
    url.server = text;
  }

  void mailbox(ImapUrl& url) {
    url.from_root = try_take("/");
    auto text = take_to(";?");
    slash_ = text.ends_with('/') || (url.from_root && text.empty());
    if (text.ends_with('/')) text.remove_suffix(1);
    if (!text.empty()) url.mailbox = decoded(text);
    if (text.empty() && !url.server) url.from_root = false;  // "/;UID=20"
    first_ = text.empty();
  }

  // In their order, each at most once, with "/" before those that name something smaller.
  void parameters(ImapUrl& url) {
    if (!slash_ && try_take(";uidvalidity=")) {
      url.uid_validity = nz_number(value());
      first_ = false;
    }
    if (smaller(";uid=")) url.uid = nz_number(value());
    if (smaller(";section=")) url.section = section(decoded(value()));
    if (smaller(";partial=")) {
      url.section.partial = partial(value());
    }
    if (slash_) throw NoUrl();
    authorization(url);
  }

  // Relative URLs may begin with it.
  bool smaller(std::string_view name) {
    if ((!slash_ && !first_) || !try_take(name)) return false;
    slash_ = first_ = false;
    return true;
  }

  // Up to the next parameter; a "/" before that is none of it.
  std::string_view value() {
    auto text = take_to(";?");
    slash_ = text.ends_with('/');
    if (slash_) text.remove_suffix(1);
    if (text.empty()) throw NoUrl();
    return text;
  }

  void authorization(ImapUrl& url) {
    UrlAuthorization result;
    const bool expires = try_take(";expire=");
    if (expires) {
      result.expires = parse_rfc3339(take_to(";"));
      if (!result.expires) throw NoUrl();
    }
    if (!try_take(";urlauth=")) {
      if (expires) throw NoUrl();
      return;
    }
    access(result, take_to(":"));
    rump_ = taken_;
    if (!rest_.empty()) verifier(result);
    url.authorization = std::move(result);
  }

  static void access(UrlAuthorization& result, std::string_view text) {
    using Access = UrlAuthorization::Access;
    if (starts_with(text, "user+") || starts_with(text, "submit+")) {
      result.access = starts_with(text, "user+") ? Access::user : Access::submit;
      result.user = decoded(text.substr(text.find('+') + 1));
      if (result.user.empty()) throw NoUrl();
    } else if (lower(text) == "authuser") {
      result.access = Access::authenticated;
    } else if (lower(text) != "anonymous") {
      throw NoUrl();
    }
  }

  void verifier(UrlAuthorization& result) {
    take(1);
    result.mechanism = upper_ascii(take_to(":"));
    if (result.mechanism.empty() || rest_.empty()) throw NoUrl();
    take(1);
    result.token = lower(take(rest_.size()));
    const bool is_hex =
        std::all_of(result.token.begin(), result.token.end(), [](char c) { return digit(c) >= 0; });
    if (!is_hex || result.token.size() < token_shortest || result.token.size() > token_longest)
      throw NoUrl();
  }

  std::string_view rest_;
  std::size_t taken_ = 0, rump_ = 0;
  bool slash_ = false;  // the last thing taken was "/"
  bool first_ = false;  // nothing was named yet
};

}  // namespace

bool is_url_mechanism(std::string_view name) {
  const auto may_stand = [](unsigned char c) {
    return (c < 128 && std::isalnum(c)) || c == '-' || c == '.';
  };
  if (!std::ranges::all_of(name, may_stand)) throw BadSyntax("that is no mechanism's name");
  return upper_ascii(name) == "INTERNAL";
}

std::optional<ImapUrl> parse_imap_url(std::string_view text) {
  if (text.empty() || text.size() > url_limit) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), is_visible)) return std::nullopt;
  try {
    return Reader(text).url();
  } catch (const NoUrl&) {
    return std::nullopt;
  }
}

void resolve(ImapUrl& url, std::string_view base) {
  if (url.server || url.from_root) return;
  if (!url.mailbox) {
    if (!base.empty()) url.mailbox = base;
    return;
  }
  const auto slash = base.rfind('/');
  if (slash != base.npos) *url.mailbox = std::string(base.substr(0, slash + 1)) + *url.mailbox;
}

std::string url_shown(std::string_view url) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string result;
  for (const char c : url.substr(0, shown_limit)) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_visible(c) && std::string_view("\"\\]").find(c) == std::string_view::npos) {
      result += c;
    } else {
      result += {'%', hex[byte >> 4], hex[byte & 15]};
    }
  }
  return result;
}

}  // namespace imap
