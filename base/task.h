#pragma once
// Coroutines, and the one door from them to blocking code.
//
// Rules (reference: the compilers' known faults): nothing but plain values, references and named
// objects inside an expression with co_await; no ternary around co_await; no co_await in a catch.

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/asio.h"
#include "base/stack.h"

template <class Result = void>
using Task = boost::asio::awaitable<Result>;

using Executor = boost::asio::any_io_executor;

// The threads on which blocking work is done: SQLite, password hashing, vault calls, files.
using BlockingPool = boost::asio::thread_pool;

// Does `work` on a thread of `pool` and resumes here with its result, or its exception. The
// caller's locals that `work` refers to stay alive: the coroutine does not go on before work has
// ended, and the pool is joined before sessions are destroyed.
template <class Work>
Task<std::invoke_result_t<Work&>> blocking(BlockingPool& pool, Work work) {
  using Result = std::invoke_result_t<Work&>;
  const auto home = co_await boost::asio::this_coro::executor;
  std::exception_ptr failure;
  if constexpr (std::is_void_v<Result>) {
    co_await boost::asio::post(
        boost::asio::bind_executor(pool.get_executor(), boost::asio::use_awaitable));
    try {
      work();
    } catch (...) {
      failure = std::current_exception();
    }
    wipe_stack();
    co_await boost::asio::post(boost::asio::bind_executor(home, boost::asio::use_awaitable));
    if (failure) std::rethrow_exception(failure);
  } else {
    std::optional<Result> result;
    co_await boost::asio::post(
        boost::asio::bind_executor(pool.get_executor(), boost::asio::use_awaitable));
    try {
      result.emplace(work());
    } catch (...) {
      failure = std::current_exception();
    }
    wipe_stack();
    co_await boost::asio::post(boost::asio::bind_executor(home, boost::asio::use_awaitable));
    if (failure) std::rethrow_exception(failure);
    co_return std::move(*result);
  }
}
