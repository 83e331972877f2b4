#include "imap/mime/html.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "imap/mime/header.h"

namespace imap::mime {
namespace {

struct Entity {
  std::string_view name;
  char32_t character;
};

// Sorted. Latin-1 and what mailers write beside it.
constexpr Entity entities[] = {
    {"AElig", 0xC6},   {"Aacute", 0xC1},   {"Acirc", 0xC2},   {"Agrave", 0xC0},  {"Aring", 0xC5},
    {"Atilde", 0xC3},  {"Auml", 0xC4},     {"Ccedil", 0xC7},  {"Eacute", 0xC9},  {"Ecirc", 0xCA},
    {"Egrave", 0xC8},  {"Euml", 0xCB},     {"Iacute", 0xCD},  {"Icirc", 0xCE},   {"Igrave", 0xCC},
    {"Iuml", 0xCF},    {"Ntilde", 0xD1},   {"OElig", 0x152},  {"Oacute", 0xD3},  {"Ocirc", 0xD4},
    {"Ograve", 0xD2},  {"Oslash", 0xD8},   {"Otilde", 0xD5},  {"Ouml", 0xD6},    {"Scaron", 0x160},
    {"Uacute", 0xDA},  {"Ucirc", 0xDB},    {"Ugrave", 0xD9},  {"Uuml", 0xDC},    {"Yacute", 0xDD},
    {"aacute", 0xE1},  {"acirc", 0xE2},    {"acute", 0xB4},   {"aelig", 0xE6},   {"agrave", 0xE0},
    {"amp", '&'},      {"apos", '\''},     {"aring", 0xE5},   {"atilde", 0xE3},  {"auml", 0xE4},
    {"bdquo", 0x201E}, {"brvbar", 0xA6},   {"bull", 0x2022},  {"ccedil", 0xE7},  {"cent", 0xA2},
    {"copy", 0xA9},    {"deg", 0xB0},      {"divide", 0xF7},  {"eacute", 0xE9},  {"ecirc", 0xEA},
    {"egrave", 0xE8},  {"emsp", ' '},      {"ensp", ' '},     {"euml", 0xEB},    {"euro", 0x20AC},
    {"frac12", 0xBD},  {"frac14", 0xBC},   {"frac34", 0xBE},  {"gt", '>'},       {"hellip", 0x2026},
    {"iacute", 0xED},  {"icirc", 0xEE},    {"iexcl", 0xA1},   {"igrave", 0xEC},  {"iquest", 0xBF},
    {"iuml", 0xEF},    {"laquo", 0xAB},    {"larr", 0x2190},  {"ldquo", 0x201C}, {"lsaquo", 0x2039},
    {"lsquo", 0x2018}, {"lt", '<'},        {"mdash", 0x2014}, {"micro", 0xB5},   {"middot", 0xB7},
    {"nbsp", ' '},     {"ndash", 0x2013},  {"not", 0xAC},     {"ntilde", 0xF1},  {"oacute", 0xF3},
    {"ocirc", 0xF4},   {"oelig", 0x153},   {"ograve", 0xF2},  {"ordf", 0xAA},    {"ordm", 0xBA},
    {"oslash", 0xF8},  {"otilde", 0xF5},   {"ouml", 0xF6},    {"para", 0xB6},    {"plusmn", 0xB1},
    {"pound", 0xA3},   {"quot", '"'},      {"raquo", 0xBB},   {"rarr", 0x2192},  {"rdquo", 0x201D},
    {"reg", 0xAE},     {"rsaquo", 0x203A}, {"rsquo", 0x2019}, {"sbquo", 0x201A}, {"scaron", 0x161},
    {"sect", 0xA7},    {"shy", 0xAD},      {"sup2", 0xB2},    {"sup3", 0xB3},    {"szlig", 0xDF},
    {"thinsp", ' '},   {"times", 0xD7},    {"trade", 0x2122}, {"uacute", 0xFA},  {"ucirc", 0xFB},
    {"ugrave", 0xF9},  {"uml", 0xA8},      {"uuml", 0xFC},    {"yacute", 0xFD},  {"yen", 0xA5},
    {"yuml", 0xFF},    {"zwj", 0x200D},    {"zwnj", 0x200C},
};

// Elements that do not part words.
constexpr std::string_view inlines[] = {
    "a",     "abbr", "b",      "bdi",    "bdo", "big",  "cite", "code", "del", "dfn",
    "em",    "font", "i",      "ins",    "kbd", "mark", "o:p",  "q",    "s",   "samp",
    "small", "span", "strike", "strong", "sub", "sup",  "tt",   "u",    "var", "wbr"};

// Elements whose content nobody reads.
constexpr std::string_view silent[] = {"script", "style", "template"};

template <std::size_t size>
bool among(std::string_view name, const std::string_view (&names)[size]) {
  return std::any_of(std::begin(names), std::end(names), [&](auto n) { return n == name; });
}

void add_character(std::string& out, char32_t c) {
  if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

int digit(char c, int base) {
  int value = base;
  if (c >= '0' && c <= '9')
    value = c - '0';
  else if (c >= 'a' && c <= 'f')
    value = c - 'a' + 10;
  else if (c >= 'A' && c <= 'F')
    value = c - 'A' + 10;
  return value < base ? value : -1;
}

char32_t numbered(std::string_view digits) {
  int base = 10;
  if (digits.starts_with('x') || digits.starts_with('X')) {
    base = 16;
    digits.remove_prefix(1);
  }
  if (digits.empty() || digits.size() > 8) return 0;
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (digit(c, base) < 0) return 0;
    value = value * static_cast<unsigned>(base) + static_cast<unsigned>(digit(c, base));
  }
  return value > 0x10FFFF ? 0xFFFD : static_cast<char32_t>(value);
}

char32_t character_of(std::string_view name) {
  if (name.starts_with('#')) return numbered(name.substr(1));
  const auto* found =
      std::lower_bound(std::begin(entities), std::end(entities), name,
                       [](const Entity& entity, std::string_view n) { return entity.name < n; });
  return found != std::end(entities) && found->name == name ? found->character : 0;
}

// Adds what begins with '&', and says how long it was. Without a semicolon it stays as it is, as do
// names nobody knows.
std::size_t add_entity(std::string& out, std::string_view text) {
  const auto name = text.substr(1, 12);
  const auto end = name.find(';');
  const auto character = end == std::string_view::npos ? U'\0' : character_of(name.substr(0, end));
  if (character == 0) {
    out += '&';
    return 1;
  }
  add_character(out, character);
  return end + 2;
}

void add_decoded(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain = std::min(text.find('&'), text.size());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(add_entity(out, text));
  }
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

// Attributes with something to read or to follow.
constexpr std::string_view telling[] = {"alt", "href", "src", "title"};

// The values of one tag's telling attributes. `rest` is what follows the tag's name.
class Attributes {
 public:
  Attributes(std::string_view rest, std::string& out) : rest_(rest), out_(out) {}

  void run() {
    for (rest_ = without_blanks(rest_); !rest_.empty(); rest_ = without_blanks(rest_)) {
      const auto name = lower_ascii(taken("= \t\r\n\f/>\"'"));
      rest_ = without_blanks(rest_);
      if (rest_.starts_with('=')) {
        rest_ = without_blanks(rest_.substr(1));
        add(name, value());
      } else if (name.empty()) {
        rest_.remove_prefix(1);  // '/', '>', or a quote that stands alone
      }
    }
  }

 private:
  std::string_view taken(std::string_view until) {
    const auto text = rest_.substr(0, rest_.find_first_of(until));
    rest_.remove_prefix(text.size());
    return text;
  }

  std::string_view value() {
    if (!rest_.starts_with('"') && !rest_.starts_with('\'')) return taken(" \t\r\n\f>");
    const auto quote = rest_.substr(0, 1);
    rest_.remove_prefix(1);
    const auto text = taken(quote);
    if (!rest_.empty()) rest_.remove_prefix(1);
    return text;
  }

  void add(std::string_view name, std::string_view value) {
    value = without_blanks(value);
    if (value.empty() || !among(name, telling)) return;
    if (lower_ascii(value.substr(0, 5)) == "data:") return;
    if (!out_.empty()) out_ += ' ';
    add_decoded(out_, value);
  }

  std::string_view rest_;
  std::string& out_;
};

class Stripper {
 public:
  explicit Stripper(std::string_view text) : text_(text) {}

  HtmlText run() {
    while (at_ < text_.size()) {
      const auto next = text_.find_first_of("<&", at_);
      out_ += text_.substr(at_, next == std::string_view::npos ? next : next - at_);
      if (next == std::string_view::npos) break;
      at_ = next;
      if (text_[at_] == '&')
        at_ += add_entity(out_, rest());
      else
        tag();
    }
    return {std::move(out_), std::move(behind_)};
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }

  // At '<'.
  void tag() {
    if (rest().starts_with("<!--")) {
      skip_past("-->", 4);
      return;
    }
    const auto name = tag_name();
    if (name.empty() && !rest().starts_with("<!") && !rest().starts_with("<?")) {
      out_ += text_[at_++];  // a plain "<", as in "3 < 4"
      return;
    }
    const bool closes = rest().starts_with("</");
    if (!among(name, inlines)) out_ += ' ';
    const auto inside = at_ + 1 + name.size();
    end_of_tag();
    if (!closes) Attributes(text_.substr(inside, at_ - inside), behind_).run();
    if (!closes && among(name, silent)) skip_content(name);
  }

  std::string tag_name() const {
    auto at = at_ + 1;
    if (at < text_.size() && text_[at] == '/') ++at;
    const auto start = at;
    const auto in_name = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == ':' || c == '-';
    };
    while (at < text_.size() && at - start < 32 && in_name(text_[at])) ++at;
    return lower_ascii(text_.substr(start, at - start));
  }

  // Past the '>', not counting those in quoted attributes. A quote that never ends is none.
  void end_of_tag() {
    const auto limit = std::min(text_.size(), at_ + tag_limit);
    char quote = 0;
    for (auto at = at_; at < limit; ++at) {
      const char c = text_[at];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if ((c == '"' || c == '\'') && text_[at - 1] == '=') {
        quote = c;
      } else if (c == '>') {
        at_ = at + 1;
        return;
      }
    }
    skip_past(">", 1);
  }

  void skip_past(std::string_view mark, std::size_t from) {
    const auto end = text_.find(mark, std::min(at_ + from, text_.size()));
    at_ = end == std::string_view::npos ? text_.size() : end + mark.size();
  }

  void skip_content(const std::string& name) {
    while (at_ < text_.size()) {
      at_ = std::min(text_.find("</", at_), text_.size());
      if (at_ == text_.size() || tag_name() == name) return;
      at_ += 2;
    }
  }

  static constexpr std::size_t tag_limit = 64 * 1024;
  std::string_view text_;
  std::string out_, behind_;
  std::size_t at_ = 0;
};

}  // namespace

HtmlText text_of_html(std::string_view utf8) { return Stripper(utf8).run(); }

}  // namespace imap::mime
