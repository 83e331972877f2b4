#include "server/transfer/from_line.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "imap/mime/date.h"

namespace server::transfer {
namespace {

using imap::mime::Sent;

constexpr std::string_view prefix = "From ";
constexpr std::array<std::string_view, 7> days = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
using Words = std::span<const std::string_view>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  constexpr std::string_view blanks = " \t\r\n";
  for (std::size_t at = 0; (at = text.find_first_not_of(blanks, at)) != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(blanks, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

bool is_day(std::string_view word) {
  if (word.ends_with(',')) word.remove_suffix(1);
  return std::ranges::find(days, word) != days.end();
}

bool is_year(std::string_view word) {
  return word.size() == 4 && std::ranges::all_of(word, is_digit);
}

bool is_zone(std::string_view word) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return word[0] == '+' || word[0] == '-' ||
         (word.size() <= 5 && std::ranges::all_of(word, capital));
}

// "Nov 23 21:40:00 2026", the zone on either side of the year.
std::optional<Sent> asctime(Words words) {
  if (words.size() < 4) return {};
  std::string_view year, zone;
  for (const auto word : words.subspan(3, std::min<std::size_t>(2, words.size() - 3))) {
    if (year.empty() && is_year(word))
      year = word;
    else if (zone.empty() && is_zone(word))
      zone = word;
  }
  if (year.empty()) return {};
  std::string date;
  for (const auto word : {words[1], words[0], year, words[2], zone}) date.append(word) += ' ';
  return imap::mime::parse_date(date);
}

// "23 Nov 2026 21:40:00 +0100".
std::optional<Sent> internet_date(Words words) {
  if (words.size() < 4 || !is_year(words[2])) return {};
  std::string date;
  for (const auto word : words.first(std::min<std::size_t>(5, words.size())))
    date.append(word) += ' ';
  return imap::mime::parse_date(date);
}

}  // namespace

std::optional<Sent> parse_from_line(std::string_view line) {
  if (line.size() > from_line_limit || !line.starts_with(prefix)) return {};
  const auto words = words_of(line.substr(prefix.size()));
  for (std::size_t n = 0; n + 4 < words.size(); ++n) {
    if (!is_day(words[n])) continue;
    const auto date = Words(words).subspan(n + 1);
    const auto sent = is_digit(date[0][0]) ? internet_date(date) : asctime(date);
    if (sent) return sent;
  }
  return {};
}

std::string from_line(UnixTime time) {
  // "Mon, 23 Nov 2026 21:40:00 +0000", whose words stand in another order here.
  const auto date = imap::mime::date_field(time, 0);
  const auto words = words_of(date);
  std::string line = "From MAILER-DAEMON ";
  line.append(words[0].substr(0, 3)) += ' ';
  line.append(words[2]) += ' ';
  line.append(words[1]) += ' ';
  line.append(words[4]) += ' ';
  return line.append(words[3]) + '\n';
}

}  // namespace server::transfer
