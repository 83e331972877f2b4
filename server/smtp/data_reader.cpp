#include "server/smtp/data_reader.h"

#include <algorithm>

namespace server::smtp {

std::size_t DataReader::feed(std::string_view octets) {
  std::size_t taken = 0;
  while (taken < octets.size() && !done()) {
    taken += take_plain(octets.substr(taken));
    if (taken < octets.size()) step(octets[taken++]);
  }
  return taken;
}

// The fast way: whole lines that begin with no dot and end with CR LF, and what follows them up to
// the next CR or LF.
std::size_t DataReader::take_plain(std::string_view octets) {
  if (at_ != At::text && at_ != At::line_start) return 0;
  std::size_t taken = 0;
  while (taken < octets.size() && !(at_ == At::line_start && octets[taken] == '.')) {
    const auto rest = octets.substr(taken);
    const auto line = rest.substr(0, rest.find('\n'));
    const auto text = line.substr(0, line.find('\r'));
    const bool whole = text.size() + 1 == line.size() && line.size() < rest.size();
    taken += whole ? line.size() + 1 : text.size();
    if (whole || !text.empty()) at_ = whole ? At::line_start : At::text;
    if (!whole) break;
  }
  add(octets.substr(0, taken));
  return taken;
}

void DataReader::step(char c) {
  const auto before = at_;
  if (before == At::line_start && c == '.') {
    at_ = At::dot;
    return;
  }
  if (before == At::dot && c == '\r') {
    at_ = At::dot_cr;
    return;
  }
  if (before == At::dot_cr) {
    if (c == '\n') {
      at_ = At::end;
      return;
    }
    malformed_ = true;  // ".", then a CR that stands alone
    add("\r");
  }
  if ((before == At::cr) != (c == '\n')) malformed_ = true;
  add({&c, 1});
  at_ = c == '\r' ? At::cr : c == '\n' && before == At::cr ? At::line_start : At::text;
}

void DataReader::add(std::string_view octets) {
  size_ += octets.size();
  if (too_big())
    std::string().swap(message_);
  else
    message_ += octets;
}

}  // namespace server::smtp
