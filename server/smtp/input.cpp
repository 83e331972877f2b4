#include "server/smtp/input.h"

#include <algorithm>

#include "crypto/locked_memory.h"

namespace server::smtp {
namespace {

constexpr std::size_t piece = 64 * 1024;

std::chrono::seconds left_until(std::chrono::steady_clock::time_point deadline) {
  const auto left = deadline - std::chrono::steady_clock::now();
  return std::chrono::ceil<std::chrono::seconds>(left);
}

}  // namespace

Task<> Input::more(Deadline deadline) {
  const auto left = left_until(deadline);
  const auto in_time = left.count() > 0 && co_await stream_.readable(left);
  if (!in_time) throw imap::TimedOut("timed out");
  auto octets = co_await stream_.read_some(piece, left);
  if (octets.empty()) throw Disconnected("the client has gone");
  if (buffer_.empty())
    buffer_ = std::move(octets);
  else
    buffer_ += octets;
}

// Lines may hold passwords: what was read is wiped, not only forgotten.
std::string Input::taken_line(std::size_t end) {
  auto out = buffer_.substr(0, end);
  auto rest = buffer_.substr(end + 1);
  crypto::wipe(buffer_.data(), buffer_.size());
  buffer_ = std::move(rest);
  return out;
}

Task<std::string> Input::line(std::size_t limit) {
  const auto deadline = std::chrono::steady_clock::now() + limits_.command;
  std::size_t dropped = 0;
  auto end = buffer_.find('\n');
  while (end == buffer_.npos) {
    if (buffer_.size() > limit) {
      dropped += buffer_.size();
      buffer_.clear();
    }
    if (dropped > limits_.dropped_line) throw Disconnected("a line without end");
    const auto seen = buffer_.size();
    co_await more(deadline);
    end = buffer_.find('\n', seen);
  }
  auto out = taken_line(end);
  if (dropped > 0 || out.size() > limit)
    throw BadCommand(reply(500, "5.5.2", "the line is too long"));
  if (!out.ends_with('\r')) throw BadCommand(reply(500, "5.5.2", "lines end with CR LF"));
  out.pop_back();
  co_return out;
}

Task<> Input::message(MessageReader& reader) {
  const auto deadline = std::chrono::steady_clock::now() + limits_.message_time;
  while (true) {
    buffer_.erase(0, reader.feed(buffer_));
    if (reader.done()) {
      std::string(buffer_).swap(buffer_);  // the message is not kept by a connection that waits
      co_return;
    }
    if (reader.size() > limits_.dropped) throw Disconnected("a message without end");
    const auto piece_deadline = std::chrono::steady_clock::now() + limits_.data;
    co_await more(std::min(deadline, piece_deadline));
  }
}

bool Input::empty() const { return buffer_.empty() && !stream_.has_buffered_input(); }

void Input::discard() {
  buffer_.clear();
  stream_.discard_input();
}

}  // namespace server::smtp
