#include "server/transfer/maildir_name.h"

#include <algorithm>
#include <charconv>

#include "imap/mime/header.h"
#include "server/transfer/mail.h"

namespace server::transfer {
namespace {

constexpr std::string_view forwarded = "$Forwarded";
constexpr UnixTime last_plausible = 4'102'444'800;  // 2100-01-01

struct Letter {
  char letter;
  storage::SystemFlag flag;
};
constexpr Letter letters[] = {{'D', storage::draft},
                              {'F', storage::flagged},
                              {'R', storage::answered},
                              {'S', storage::seen},
                              {'T', storage::deleted}};

std::string_view info_of(std::string_view name) {
  const auto at = name.rfind("2,");
  if (at == std::string_view::npos || at == 0) return {};
  const char before = name[at - 1];
  return before == ':' || before == ';' || before == '!' ? name.substr(at + 2) : "";
}

// The index of the keyword, made if there is room.
std::optional<std::size_t> letter_of(MaildirKeywords& keywords, const std::string& name) {
  const auto same = [&](const auto& known) { return imap::mime::same_name(known, name); };
  const auto found = std::ranges::find_if(keywords, same);
  if (found != keywords.end()) return found - keywords.begin();
  if (keywords.size() >= maildir_keyword_limit) return {};
  keywords.push_back(name);
  return keywords.size() - 1;
}

}  // namespace

MaildirKeywords parse_maildir_keywords(std::string_view file) {
  MaildirKeywords keywords;
  while (!file.empty()) {
    const auto end = std::min(file.find('\n'), file.size());
    auto line = file.substr(0, end);
    file.remove_prefix(std::min(end + 1, file.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::size_t index = 0;
    const auto read = std::from_chars(line.data(), line.data() + line.size(), index);
    if (read.ec != std::errc() || index >= maildir_keyword_limit) continue;
    const auto rest = line.substr(static_cast<std::size_t>(read.ptr - line.data()));
    if (rest.size() < 2 || rest[0] != ' ' || !is_keyword(rest.substr(1))) continue;
    if (keywords.size() <= index) keywords.resize(index + 1);
    keywords[index] = rest.substr(1);
  }
  return keywords;
}

std::string written(const MaildirKeywords& keywords) {
  std::string file;
  for (std::size_t n = 0; n < keywords.size(); ++n)
    if (!keywords[n].empty()) file += std::to_string(n) + ' ' + keywords[n] + '\n';
  return file;
}

storage::FlagNames maildir_flags(std::string_view file_name, const MaildirKeywords& keywords) {
  storage::FlagNames flags;
  const auto add = [&](std::string_view name) {
    const auto same = [&](const auto& known) { return imap::mime::same_name(known, name); };
    if (!name.empty() && std::ranges::none_of(flags.keywords, same))
      flags.keywords.emplace_back(name);
  };
  for (const char letter : info_of(file_name)) {
    if (letter == ',') break;  // of other programs
    for (const auto& known : letters)
      if (known.letter == letter) flags.system |= known.flag;
    if (letter == 'P') add(forwarded);
    const auto index = static_cast<std::size_t>(letter - 'a');
    if (letter >= 'a' && letter <= 'z' && index < keywords.size()) add(keywords[index]);
  }
  return flags;
}

std::optional<UnixTime> maildir_time(std::string_view file_name) {
  UnixTime time = 0;
  const auto* end = file_name.data() + file_name.size();
  const auto read = std::from_chars(file_name.data(), end, time);
  if (read.ec != std::errc() || read.ptr == end || *read.ptr != '.') return {};
  if (time <= 0 || time >= last_plausible) return {};
  return time;
}

std::string maildir_letters(const storage::FlagNames& flags, MaildirKeywords& keywords) {
  std::string out;
  for (const auto& known : letters)
    if (flags.system & known.flag) out += known.letter;
  for (const auto& name : flags.keywords) {
    if (imap::mime::same_name(name, forwarded)) {
      out += 'P';
    } else if (const auto index = letter_of(keywords, name)) {
      out += static_cast<char>('a' + *index);
    }
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace server::transfer
