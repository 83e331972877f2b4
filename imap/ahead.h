#pragma once
// Blocking work begun while a coroutine does something else, such as reading the next piece while
// the present one is being sent. The coroutine must await result() before anything that the work
// refers to goes, also when what it did meanwhile has failed.

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "base/task.h"

namespace imap {

template <class Result>
class Ahead {
 public:
  // Begins at once, on a thread of the pool; result() will be awaited on `home`.
  template <class Work>
  Ahead(BlockingPool& pool, const Executor& home, Work work)
      : shared_(std::make_shared<Shared>(home)) {
    boost::asio::post(pool, [shared = shared_, home, work = std::move(work)]() mutable {
      try {
        shared->result.emplace(work());
      } catch (...) {
        shared->failure = std::current_exception();
      }
      wipe_stack();
      boost::asio::post(home, [shared = std::move(shared)] {
        shared->done = true;
        shared->finished.cancel();
      });
    });
  }

  // Waits for it, so long. False: it is not done yet.
  Task<bool> done_within(std::chrono::steady_clock::duration time) {
    if (!shared_->done) {
      shared_->finished.expires_after(time);
      co_await shared_->finished.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
      shared_->finished.expires_at(boost::asio::steady_timer::time_point::max());
    }
    co_return shared_->done;
  }

  // Once. Its result, or its exception.
  Task<Result> result() {
    while (!shared_->done) {
      co_await shared_->finished.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    if (shared_->failure) std::rethrow_exception(shared_->failure);
    co_return std::move(*shared_->result);
  }

 private:
  struct Shared {
    explicit Shared(const Executor& home) : finished(home) {
      finished.expires_at(boost::asio::steady_timer::time_point::max());
    }
    std::optional<Result> result;
    std::exception_ptr failure;
    boost::asio::steady_timer finished;  // never by itself; cancelled when done
    bool done = false;                   // on `home` only
  };
  std::shared_ptr<Shared> shared_;
};

}  // namespace imap
