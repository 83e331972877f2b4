#include "base/task.h"

#include <boost/test/unit_test.hpp>

#include <thread>

#include "base/error.h"

BOOST_AUTO_TEST_SUITE(task)

namespace {

Task<> use_the_door(BlockingPool& pool, std::thread::id home, int& answer, bool& caught) {
  std::thread::id worked_on;
  answer = co_await blocking(pool, [&] {
    worked_on = std::this_thread::get_id();
    return 42;
  });
  BOOST_TEST((worked_on != home));
  BOOST_TEST((std::this_thread::get_id() == home));
  try {
    co_await blocking(pool, [] { throw Error(Fault::invalid, "thrown inside"); });
  } catch (const Error&) {
    caught = true;
  }
  BOOST_TEST((std::this_thread::get_id() == home));
}

}  // namespace

BOOST_AUTO_TEST_CASE(blocking_work_leaves_the_thread_and_comes_back_with_result_or_exception) {
  BlockingPool pool(2);
  boost::asio::io_context io(1);
  int answer = 0;
  bool caught = false;
  for (int i = 0; i < 100; ++i) {
    boost::asio::co_spawn(io, use_the_door(pool, std::this_thread::get_id(), answer, caught),
                          boost::asio::detached);
    io.restart();
    io.run();
    BOOST_TEST(answer == 42);
    BOOST_TEST(caught);
  }
  pool.join();
}

BOOST_AUTO_TEST_SUITE_END()
