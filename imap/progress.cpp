#include "imap/progress.h"

namespace imap {

namespace {

// A "]" would end the response code too early for some clients: then without the tag.
std::string quoted_tag(const std::string& tag) {
  return tag.find(']') == std::string::npos ? '"' + tag + '"' : "NIL";
}

}  // namespace

Progress::Progress(Session& session) : session_(session), last_(std::chrono::steady_clock::now()) {}

std::chrono::steady_clock::duration Progress::until_due() const {
  return last_ + session_.backend().limits.progress - std::chrono::steady_clock::now();
}

Task<> Progress::say(const std::string& state) {
  last_ = std::chrono::steady_clock::now();
  session_.say("OK [INPROGRESS (" + quoted_tag(session_.tag()) + ' ' + state + ")] Working on it");
  co_await session_.flush();
}

Task<> Progress::tell(std::size_t done, std::size_t goal) {
  if (is_due()) co_await say(std::to_string(done) + ' ' + std::to_string(goal));
}

Task<> Progress::tell() {
  if (is_due()) co_await say("NIL NIL");
}

}  // namespace imap
