#include "server/transfer/mbox_status.h"

#include <algorithm>
#include <vector>

#include "server/transfer/mail.h"

namespace server::transfer {
namespace {

struct Letter {
  char letter;
  storage::SystemFlag flag;
};
constexpr Letter letters[] = {{'A', storage::answered},
                              {'F', storage::flagged},
                              {'D', storage::deleted},
                              {'T', storage::draft}};

// Where the empty line after the header begins, or else the end.
std::size_t end_of_header(std::string_view octets) {
  for (std::size_t at = 0; at < octets.size();) {
    const auto line = octets.substr(at);
    if (line.starts_with('\n') || line.starts_with("\r\n")) return at;
    at = std::min(octets.find('\n', at), octets.size() - 1) + 1;
  }
  return octets.size();
}

std::string fields(const storage::FlagNames& flags) {
  std::string out = flags.system & storage::seen ? "Status: RO\n" : "Status: O\n";
  std::string more;
  for (const auto& known : letters)
    if (flags.system & known.flag) more += known.letter;
  if (!more.empty()) out += "X-Status: " + more + '\n';
  if (flags.keywords.empty()) return out;
  out += "X-Keywords:";
  for (const auto& keyword : flags.keywords) (out += ' ') += keyword;
  return out += '\n';
}

// The last line of the header without its line end, if it is that field; it is taken off.
std::optional<std::string_view> take_last(std::string_view& header, std::string_view name) {
  if (!header.ends_with('\n')) return {};
  const auto before = header.substr(0, header.size() - 1);
  const auto begin = before.rfind('\n') + 1;  // npos + 1 is 0: the first line
  const auto line = before.substr(begin);
  if (!line.starts_with(name)) return {};
  header = header.substr(0, begin);
  return line.substr(name.size());
}

void add_keywords(storage::FlagNames& flags, std::string_view words) {
  while (!words.empty()) {
    const auto word = words.substr(0, words.find(' '));
    if (is_keyword(word)) flags.keywords.emplace_back(word);
    words.remove_prefix(std::min(word.size() + 1, words.size()));
  }
}

}  // namespace

std::string with_status(std::string_view octets, const storage::FlagNames& flags) {
  std::string out(octets);
  // The line end can make the empty line of what ends in a bare CR.
  if (!out.empty() && out.back() != '\n' && end_of_header(out) == out.size()) out += '\n';
  return out.insert(end_of_header(out), fields(flags));
}

std::optional<storage::FlagNames> take_status(std::string& octets) {
  const auto end = end_of_header(octets);
  std::string_view header(octets.data(), end);
  storage::FlagNames flags;
  if (const auto words = take_last(header, "X-Keywords: ")) add_keywords(flags, *words);
  if (const auto more = take_last(header, "X-Status: "))
    for (const auto& known : letters)
      if (more->find(known.letter) != std::string_view::npos) flags.system |= known.flag;
  const auto status = take_last(header, "Status: ");
  if (status == "RO") flags.system |= storage::seen;
  const auto begin = header.size();
  // Anything else, and a field that was not written like this, came with the mail.
  if (!status || octets.substr(begin, end - begin) != fields(flags)) return {};
  octets.erase(begin, end - begin);
  return flags;
}

}  // namespace server::transfer
