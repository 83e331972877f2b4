#include "server/outgoing/reply_reader.h"

#include <algorithm>
#include <utility>

namespace server::outgoing {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

[[noreturn]] void refuse(const char* why) {
  throw Error(Fault::unavailable, std::string("the smart host speaks no SMTP: ") + why);
}

int code_in(std::string_view line) {
  if (line.size() < 3 || line[0] < '2' || line[0] > '5' || !is_digit(line[1]) || !is_digit(line[2]))
    refuse("a reply without a code");
  if (line.size() > 3 && line[3] != '-' && line[3] != ' ') refuse("no blank after a reply code");
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

std::string_view digits(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  return text.substr(0, std::min<std::size_t>(3, static_cast<std::size_t>(end - text.begin())));
}

// "5.1.1", of the class of the code (RFC 2034 4), at the head of a text; empty: none.
std::string_view status_in(std::string_view text, char code_class) {
  if (text.size() < 2 || text[0] != code_class || text[1] != '.') return {};
  const auto subject = digits(text.substr(2));
  const auto after = 2 + subject.size();
  if (subject.empty() || after >= text.size() || text[after] != '.') return {};
  const auto detail = digits(text.substr(after + 1));
  const auto end = after + 1 + detail.size();
  if (detail.empty() || (end < text.size() && text[end] != ' ')) return {};
  return text.substr(0, end);
}

std::string printable(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c < ' ' || c == 0x7f) c = '?';
  return out;
}

}  // namespace

std::optional<smtp::Reply> ReplyReader::feed(std::string_view line) {
  if (line.size() > line_limit || ++lines_ > lines_limit) refuse("a reply without end");
  const auto code = code_in(line);
  if (lines_ > 1 && code != reply_.code) refuse("a reply of two codes");
  const bool last = line.size() == 3 || line[3] == ' ';
  auto text = line.size() > 4 ? line.substr(4) : std::string_view();
  const auto status = status_in(text, line[0]);
  if (lines_ == 1) reply_.status = status;
  if (!status.empty() && status == reply_.status)
    text.remove_prefix(std::min(status.size() + 1, text.size()));
  reply_.code = code;
  reply_.text += (lines_ > 1 ? "\n" : "") + printable(text);
  if (!last) return std::nullopt;
  lines_ = 0;
  return std::exchange(reply_, smtp::Reply{0, {}, {}});
}

}  // namespace server::outgoing
