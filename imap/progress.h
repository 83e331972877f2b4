#pragma once
// INPROGRESS (RFC 9585): a client that waits long for a command hears how far it is, every
// Limits::progress, and not at all before.

#include <chrono>
#include <cstddef>
#include <exception>
#include <type_traits>

#include "imap/ahead.h"
#include "imap/session.h"

namespace imap {

class Progress {
 public:
  explicit Progress(Session&);

  // So much is done of `goal`, which is not 0. Sends what was said when it says something.
  Task<> tell(std::size_t done, std::size_t goal);
  Task<> tell();  // how much is not known

  std::chrono::steady_clock::duration until_due() const;

 private:
  bool is_due() const { return until_due() <= std::chrono::steady_clock::duration::zero(); }
  Task<> say(const std::string& state);

  Session& session_;
  std::chrono::steady_clock::time_point last_;
};

// Session::blocking for one long piece of work that cannot be looked into.
template <class Work>
Task<std::invoke_result_t<Work&>> blocking_told(Session& session, Work work) {
  const auto home = co_await boost::asio::this_coro::executor;
  Ahead<std::invoke_result_t<Work&>> ahead(session.backend().pool, home, std::move(work));
  Progress progress(session);
  std::exception_ptr failure;  // to be thrown once the work no longer runs
  try {
    while (!co_await ahead.done_within(progress.until_due())) co_await progress.tell();
  } catch (...) {
    failure = std::current_exception();
  }
  auto result = co_await ahead.result();
  if (failure) std::rethrow_exception(failure);
  co_return result;
}

}  // namespace imap
