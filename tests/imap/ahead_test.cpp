#include "imap/ahead.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

// Runs a coroutine to its end, beside a pool.
template <class Coroutine>
void run(Coroutine coroutine) {
  boost::asio::io_context context;
  BlockingPool pool(1);
  std::exception_ptr failure;
  boost::asio::co_spawn(context, coroutine(pool),
                        [&](std::exception_ptr error) { failure = error; });
  context.run();
  pool.join();
  if (failure) std::rethrow_exception(failure);
}

Task<> two_at_once(BlockingPool& pool) {
  const auto home = co_await boost::asio::this_coro::executor;
  const auto here = std::this_thread::get_id();
  auto work = [here] {
    BOOST_TEST((std::this_thread::get_id() != here));
    return std::string("done");
  };
  imap::Ahead<std::string> ahead(pool, home, work);
  auto other = [] { return 7; };
  const auto seven = co_await blocking(pool, other);
  const auto result = co_await ahead.result();
  BOOST_TEST(seven == 7);
  BOOST_TEST(result == "done");
  BOOST_TEST((std::this_thread::get_id() == here));
}

Task<> failing(BlockingPool& pool) {
  const auto home = co_await boost::asio::this_coro::executor;
  auto work = []() -> int { throw std::runtime_error("no"); };
  imap::Ahead<int> ahead(pool, home, work);
  co_await ahead.result();
}

Task<> waited_for(BlockingPool& pool) {
  using namespace std::chrono_literals;
  const auto home = co_await boost::asio::this_coro::executor;
  std::promise<void> go;
  auto work = [&go] {
    go.get_future().wait();
    return 7;
  };
  imap::Ahead<int> ahead(pool, home, work);
  const bool soon = co_await ahead.done_within(1ms);
  const bool at_once = co_await ahead.done_within(0ms);
  go.set_value();
  const bool later = co_await ahead.done_within(60s);
  const bool still = co_await ahead.done_within(60s);
  BOOST_TEST((!soon && !at_once && later && still));
  const auto result = co_await ahead.result();
  BOOST_TEST(result == 7);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ahead)

BOOST_AUTO_TEST_CASE(it_can_be_waited_for_so_long) { run(waited_for); }

BOOST_AUTO_TEST_CASE(work_goes_on_while_the_coroutine_does_something_else) { run(two_at_once); }

BOOST_AUTO_TEST_CASE(a_failure_comes_out_where_the_result_is_awaited) {
  BOOST_CHECK_THROW(run(failing), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
