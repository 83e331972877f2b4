// How a session learns of changes while it waits.

#include <algorithm>

#include "imap/announcing.h"
#include "imap/notifications.h"
#include "imap/session.h"
#include "imap/session_waker.h"

namespace imap {

std::function<void()> Session::waker() {
  return [waker = waker_] {
    if (!waker->armed) return;
    boost::asio::post(waker->executor, [waker] { waker->look(); });
  };
}

std::function<void(const Error&)> Session::ender() {
  return [waker = waker_](const Error& why) {
    boost::asio::post(waker->executor, [waker, fault = why.fault()] {
      if (waker->stream == nullptr) return;
      waker->ended = fault;
      waker->stream->stop_reading();
    });
  };
}

std::function<void()> Session::withdrawer() {
  return [waker = waker_] {
    boost::asio::post(waker->executor, [waker] {
      if (waker->stream == nullptr) return;
      waker->withdrawn = true;
      waker->ended = Fault::denied;
      waker->stream->stop_reading();
    });
  };
}

// Until there is input, or nothing has come for so long, or the session ends.
Task<Stream::Ready> Session::wait_for_input(View::Expunges expunges, std::chrono::seconds timeout) {
  waker_->armed = true;
  auto ready = Stream::Ready::woken;
  while (ready == Stream::Ready::woken && state_ != State::logout) {
    waker_->due = false;
    co_await announce(*this, expunges, false, Answers::others);
    co_await flush();
    if (!waker_->due) ready = co_await stream_.wait(timeout);
  }
  waker_->armed = false;
  co_return ready;
}

Task<> Session::announce_until_input() {
  auto ready = Stream::Ready::timed_out;
  while (ready == Stream::Ready::timed_out && state_ != State::logout) {
    ready = co_await wait_for_input(View::Expunges::tell, backend_.limits.keep_alive);
    if (ready == Stream::Ready::timed_out) say("OK Still here");
  }
}

Task<> Session::announce_between_commands() {
  if (!pushes(*this) || stream_.has_line()) co_return;
  const auto& limits = backend_.limits;
  auto ready = Stream::Ready::timed_out;
  for (std::chrono::seconds silent{0}; ready == Stream::Ready::timed_out && silent < limits.idle;) {
    const auto pace = std::min(limits.keep_alive, limits.idle - silent);
    ready = co_await wait_for_input(pushed_expunges(*this), pace);
    silent += pace;
  }
  if (ready == Stream::Ready::timed_out) throw TimedOut("the client was silent for too long");
}

}  // namespace imap
