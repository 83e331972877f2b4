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

// The fast way: a run of text without CR or LF.
std::size_t DataReader::take_plain(std::string_view octets) {
  if (at_ != At::text) return 0;
  const auto line = octets.substr(0, octets.find('\n'));
  const auto count = std::min(line.find('\r'), line.size());
  add(octets.substr(0, count));
  return count;
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
