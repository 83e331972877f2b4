#include "server/outgoing/dot_stuffing.h"

#include <algorithm>

namespace server::outgoing {

std::string DotStuffing::next(std::size_t most) {
  std::string out;
  while (!rest_.empty() && out.size() < most) {
    if (line_start_ && rest_.front() == '.') out += '.';
    const auto end = rest_.find('\n');
    const auto size = std::min({end == rest_.npos ? rest_.size() : end + 1, most});
    out += rest_.substr(0, size);
    line_start_ = end != rest_.npos && size == end + 1;
    rest_.remove_prefix(size);
  }
  if (rest_.empty()) {
    if (!line_start_) out += "\r\n";
    line_start_ = ended_ = true;
  }
  return out;
}

}  // namespace server::outgoing
