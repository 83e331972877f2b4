#include "server/transfer/mail.h"

#include <algorithm>
#include <charconv>

#include "imap/mime/header.h"

namespace server::transfer {
namespace {

constexpr std::size_t header_limit = 256 * 1024;  // flags further down are not looked for
constexpr std::size_t keyword_length_limit = 255;

struct Letter {
  char letter;
  storage::SystemFlag flag;
};
constexpr Letter status_letters[] = {{'R', storage::seen},
                                     {'A', storage::answered},
                                     {'F', storage::flagged},
                                     {'D', storage::deleted},
                                     {'T', storage::draft}};

// Bits of nsMsgMessageFlags that Thunderbird writes as four hexadecimal digits.
struct MozillaBit {
  unsigned bit;
  storage::SystemFlag flag;
};
constexpr MozillaBit mozilla_bits[] = {{0x0001, storage::seen},
                                       {0x0002, storage::answered},
                                       {0x0004, storage::flagged},
                                       {0x0008, storage::deleted}};
constexpr unsigned mozilla_forwarded = 0x1000;

void add_letters(storage::FlagNames& flags, std::string_view value) {
  for (const auto& known : status_letters)
    if (value.find(known.letter) != std::string_view::npos) flags.system |= known.flag;
}

void add_keyword(storage::FlagNames& flags, std::string_view name) {
  if (!is_keyword(name) || flags.keywords.size() >= storage::keyword_limit) return;
  const auto same = [&](const auto& known) { return imap::mime::same_name(known, name); };
  if (std::ranges::none_of(flags.keywords, same)) flags.keywords.emplace_back(name);
}

void add_keywords(storage::FlagNames& flags, std::string_view value) {
  constexpr std::string_view between = " \t,\r\n";
  while (true) {
    const auto begin = value.find_first_not_of(between);
    if (begin == std::string_view::npos) return;
    value.remove_prefix(begin);
    const auto end = std::min(value.find_first_of(between), value.size());
    add_keyword(flags, value.substr(0, end));
    value.remove_prefix(end);
  }
}

void add_mozilla(storage::FlagNames& flags, std::string_view value) {
  const auto text = imap::mime::unfolded(value);
  unsigned bits = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), bits, 16);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return;
  for (const auto& known : mozilla_bits)
    if (bits & known.bit) flags.system |= known.flag;
  if (bits & mozilla_forwarded) add_keyword(flags, "$Forwarded");
}

}  // namespace

std::string store_form(std::string file_form) {
  const auto lines = static_cast<std::size_t>(std::ranges::count(file_form, '\n'));
  if (lines == 0 || file_form.find("\r\n") != std::string::npos) return file_form;
  std::string out;
  out.reserve(file_form.size() + lines);
  for (const char octet : file_form) {
    if (octet == '\n') out += '\r';
    out += octet;
  }
  return out;
}

std::string file_form(std::string store_form) {
  for (auto at = store_form.find('\n'); at != std::string::npos; at = store_form.find('\n', at + 1))
    if (at == 0 || store_form[at - 1] != '\r' || (at > 1 && store_form[at - 2] == '\r'))
      return store_form;
  std::size_t to = 0;
  for (std::size_t from = 0; from < store_form.size(); ++from) {
    const bool ends_line =
        store_form[from] == '\r' && from + 1 < store_form.size() && store_form[from + 1] == '\n';
    if (!ends_line) store_form[to++] = store_form[from];
  }
  store_form.resize(to);
  return store_form;
}

storage::FlagNames header_flags(std::string_view octets) {
  storage::FlagNames flags;
  const imap::mime::Header header(octets.substr(0, header_limit));
  for (const auto& field : header.fields()) {
    const auto name = imap::mime::lower_ascii(field.name);
    if (name == "status" || name == "x-status") add_letters(flags, field.value);
    if (name == "x-keywords") add_keywords(flags, field.value);
    if (name == "x-mozilla-status") add_mozilla(flags, field.value);
  }
  return flags;
}

bool is_keyword(std::string_view name) {
  const auto atom = [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("(){%*\"\\]").find(c) == std::string_view::npos;
  };
  return !name.empty() && name.size() <= keyword_length_limit && std::ranges::all_of(name, atom);
}

}  // namespace server::transfer
