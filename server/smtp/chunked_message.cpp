#include "server/smtp/chunked_message.h"

#include <algorithm>

namespace server::smtp {

std::size_t ChunkedMessage::feed(std::string_view octets) {
  const auto taken = octets.substr(0, std::min<std::uint64_t>(octets.size(), left_));
  left_ -= taken.size();
  size_ += taken.size();
  if (too_big()) {
    std::string().swap(message_);
  } else {
    look_at(taken);
    message_ += taken;
  }
  return taken.size();
}

void ChunkedMessage::look_at(std::string_view octets) {
  for (const char c : octets) {
    if (binary_) return;
    binary_ = c == '\0' || (c == '\n') != after_cr_;
    after_cr_ = c == '\r';
  }
}

}  // namespace server::smtp
