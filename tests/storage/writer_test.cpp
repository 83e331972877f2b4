#include "storage/writer.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <thread>

#include "base/error.h"
#include "tests/support/storage_store.h"

using namespace storage_test;
using storage::Connection;
using storage::Writer;

namespace {

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

class Recorder final : public storage::Participant {
 public:
  void keep() override { events += "keep "; }
  void drop() override { events += "drop "; }
  void flush(Connection&) override { events += "flush "; }
  void committed() override { events += "committed "; }
  void abandoned() override { events += "abandoned "; }
  std::string events;
};

// A writer with a table, and a way to fill its queue while it is held up.
class Bench {
 public:
  Bench() {
    writer.run(nullptr, 0, [](Connection& connection) {
      connection.script("create table t(n integer primary key, d blob)");
    });
  }
  std::int64_t rows() {
    Connection connection(directory.path() / "t.db", Connection::Mode::read);
    return connection.number("select count(*) from t").value();
  }
  // All of `operations` in one batch: queued while the writer is busy. Returns what each threw.
  std::vector<std::exception_ptr> together(std::vector<Writer::Operation> operations) {
    std::promise<void> busy, go;
    writer.post(nullptr, 0, [&](Connection&) {
      busy.set_value();
      go.get_future().wait();
    });
    busy.get_future().wait();
    std::vector<std::exception_ptr> failures(operations.size());
    std::vector<std::thread> threads;
    for (std::size_t n = 0; n < operations.size(); ++n)
      threads.emplace_back([&, n] {
        try {
          writer.run(recorder, 0, operations[n]);
        } catch (...) {
          failures[n] = std::current_exception();
        }
      });
    while (writer.queued() < operations.size()) std::this_thread::yield();
    go.set_value();
    for (auto& thread : threads) thread.join();
    return failures;
  }

  TempDirectory directory;
  std::shared_ptr<Recorder> recorder = std::make_shared<Recorder>();
  Writer writer{directory.path() / "t.db", [](std::int64_t) {}};
};

void insert(Connection& connection) { connection.run("insert into t(n) values(null)"); }

}  // namespace

BOOST_AUTO_TEST_SUITE(writer)

BOOST_AUTO_TEST_CASE(what_is_queued_is_one_commit) {
  Bench bench;
  const auto before = bench.writer.counters().commits;
  bench.together(std::vector<Writer::Operation>(10, insert));
  BOOST_TEST(bench.rows() == 10);
  BOOST_TEST(bench.writer.counters().commits == before + 2);  // the one that held it up, too
}

BOOST_AUTO_TEST_CASE(an_operation_that_throws_is_rolled_back_alone) {
  Bench bench;
  const auto failing = [](Connection& connection) {
    insert(connection);
    throw Error(Fault::limit, "no more");
  };
  const auto failures = bench.together({insert, failing, insert});
  BOOST_TEST(bench.rows() == 2);
  int failed = 0;
  for (const auto& failure : failures) {
    if (!failure) continue;
    ++failed;
    BOOST_CHECK_EXCEPTION(std::rethrow_exception(failure), Error, is(Fault::limit));
  }
  BOOST_TEST(failed == 1);
  BOOST_TEST(bench.recorder->events.find("drop ") != std::string::npos);
  BOOST_TEST(bench.recorder->events.ends_with("flush committed "));
}

BOOST_AUTO_TEST_CASE(alone_too_an_operation_that_throws_leaves_nothing) {
  Bench bench;
  const auto before = bench.writer.counters().commits;
  const auto failing = [](Connection& connection) {
    insert(connection);
    throw Error(Fault::limit, "no more");
  };
  BOOST_CHECK_EXCEPTION(bench.writer.run(bench.recorder, 0, failing), Error, is(Fault::limit));
  BOOST_TEST(bench.recorder->events == "drop ");
  BOOST_TEST(bench.rows() == 0);
  BOOST_TEST(bench.writer.counters().commits == before);
  bench.writer.run(bench.recorder, 0, insert);
  BOOST_TEST(bench.recorder->events == "drop keep flush committed ");
  BOOST_TEST(bench.rows() == 1);
}

BOOST_AUTO_TEST_CASE(who_comes_while_nobody_writes_does_it_himself) {
  Bench bench;
  std::thread::id by;
  for (int n = 0; n < 3; ++n) {
    bench.writer.run(nullptr, 0, [&](Connection&) { by = std::this_thread::get_id(); });
    BOOST_TEST((by == std::this_thread::get_id()));
  }
}

BOOST_AUTO_TEST_CASE(callers_and_queue_take_turns_and_lose_nothing) {
  Bench bench;
  constexpr int callers = 6, each = 100;
  std::atomic<int> writing = 0, together = 0;
  std::vector<std::thread> threads;
  for (int caller = 0; caller < callers; ++caller)
    threads.emplace_back([&] {
      for (int n = 0; n < each; ++n)
        bench.writer.run(nullptr, 0, [&](Connection& connection) {
          if (++writing > 1) ++together;
          insert(connection);
          --writing;
        });
    });
  for (auto& thread : threads) thread.join();
  BOOST_TEST(together == 0);
  BOOST_TEST(bench.rows() == callers * each);
}

BOOST_AUTO_TEST_CASE(what_is_on_the_disk_only_soon_is_read_at_once) {
  Bench bench;
  bench.writer.run(
      nullptr, 0, [](Connection& c) { c.run("insert into t values(1, null)"); },
      storage::Durable::soon);
  BOOST_TEST(bench.rows() == 1);
  bench.writer.sync();
  bench.writer.run(nullptr, 0, [](Connection& c) { c.run("insert into t values(2, null)"); });
  bench.writer.sync();
  BOOST_TEST(bench.rows() == 2);
}

BOOST_AUTO_TEST_CASE(a_sync_that_fails_stops_the_writer) {
  Bench bench;
  bench.writer.run(
      nullptr, 0, [](Connection& c) { c.run("insert into t values(1, null)"); },
      storage::Durable::soon);
  std::filesystem::rename(bench.directory.path() / "t.db-wal", bench.directory.path() / "away");
  for (int n = 0; n < 2; ++n)  // what is lost stays so, though nothing is left to be synced
    BOOST_CHECK_EXCEPTION(bench.writer.sync(), Error, is(Fault::unavailable));
  BOOST_CHECK_EXCEPTION(bench.writer.run(nullptr, 0, [](Connection&) {}), Error,
                        is(Fault::unavailable));
  std::filesystem::rename(bench.directory.path() / "away", bench.directory.path() / "t.db-wal");
}

BOOST_AUTO_TEST_CASE(a_full_disk_fails_the_batch_and_the_next_one_goes_on) {
  Bench bench;
  bench.writer.run(nullptr, 0,
                   [](Connection& connection) { connection.script("pragma max_page_count=20"); });
  const Bytes big(1 << 20);
  const auto filling = [&](Connection& connection) {
    connection.run("insert into t(d) values(?)", big);
  };
  const auto failures = bench.together({insert, filling, insert});
  for (const auto& failure : failures)
    if (failure)
      BOOST_CHECK_EXCEPTION(std::rethrow_exception(failure), Error, is(Fault::unavailable));
  BOOST_TEST((failures[1] != nullptr));
  const auto stored = bench.rows();
  BOOST_TEST(stored == std::count(failures.begin(), failures.end(), nullptr));
  bench.writer.run(nullptr, 0, insert);
  BOOST_TEST(bench.rows() == stored + 1);
}

BOOST_AUTO_TEST_CASE(after_a_disk_error_nothing_is_acknowledged) {
  Bench bench;
  const auto failing = [](Connection& connection) {
    connection.script("rollback");  // as SQLite does by itself on such an error
    throw storage::SqliteError(Fault::unavailable, 10, "disk I/O error", "");
  };
  BOOST_CHECK_EXCEPTION(bench.writer.run(bench.recorder, 0, failing), Error,
                        is(Fault::unavailable));
  BOOST_TEST(bench.recorder->events.ends_with("abandoned "));
  BOOST_CHECK_EXCEPTION(bench.writer.run(nullptr, 0, insert), Error, is(Fault::unavailable));
  BOOST_TEST(bench.rows() == 0);
}

BOOST_AUTO_TEST_CASE(a_big_operation_has_a_commit_of_its_own) {
  Bench bench;
  std::promise<void> busy, go;
  bench.writer.post(nullptr, 0, [&](Connection&) {
    busy.set_value();
    go.get_future().wait();
  });
  busy.get_future().wait();
  const auto before = bench.writer.counters().commits;
  for (int n = 0; n < 3; ++n) bench.writer.post(nullptr, storage::batch_bytes, insert);
  go.set_value();
  bench.writer.run(nullptr, storage::batch_bytes, insert);
  BOOST_TEST(bench.writer.counters().commits == before + 5);
}

BOOST_AUTO_TEST_CASE(its_end_waits_for_what_was_queued) {
  TempDirectory directory;
  const auto file = directory.path() / "t.db";
  {
    Writer writer(file, [](std::int64_t) {});
    writer.post(nullptr, 0, [](Connection& connection) { connection.script("create table t(n)"); });
    for (int n = 0; n < 100; ++n)
      writer.post(nullptr, 0,
                  [](Connection& connection) { connection.run("insert into t values(1)"); });
  }
  Connection connection(file, Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from t").value() == 100);
}

BOOST_AUTO_TEST_SUITE_END()
