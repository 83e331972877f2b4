// The process is killed in the midst of appends. What was acknowledged is there, once.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>
#include <span>
#include <thread>

#include "base/error.h"
#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

using namespace storage_test;

namespace {

constexpr int threads = 4;
constexpr std::size_t big = 1'500'000;  // goes ahead in chunks

struct Acknowledged {
  std::uint32_t uid;
  std::int32_t thread;
  std::int32_t number;
};

std::string octets_of(int thread, int number) {
  const auto name = std::to_string(thread) + ':' + std::to_string(number) + ' ';
  return name + sample_octets(number % 10 == 9 ? big : 5000, static_cast<unsigned>(number));
}

// Each acknowledgement is one write to the pipe, which is atomic.
void append_for_ever(Store& store, int thread, int acknowledgements) {
  for (int number = 0;; ++number) {
    const auto uid = store.add(octets_of(thread, number));
    const Acknowledged done{uid.value, thread, number};
    if (write(acknowledgements, &done, sizeof done) != sizeof done) _exit(1);
  }
}

std::vector<Acknowledged> killed_after(Store& store, std::size_t count) {
  int ends[2];
  BOOST_REQUIRE(pipe(ends) == 0);
  const auto child = fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    store.open();
    std::vector<std::thread> running;
    for (int thread = 0; thread < threads; ++thread)
      running.emplace_back([&, thread] { append_for_ever(store, thread, ends[1]); });
    for (auto& thread : running) thread.join();
    _exit(1);
  }
  close(ends[1]);
  std::vector<Acknowledged> all;
  Acknowledged one;
  while (read(ends[0], &one, sizeof one) == sizeof one) {
    all.push_back(one);
    if (all.size() == count) kill(child, SIGKILL);  // and read what is in the pipe still
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  BOOST_TEST(WIFSIGNALED(status));
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crash)

BOOST_AUTO_TEST_CASE(every_acknowledged_message_is_there_once) {
  Store store;
  std::map<std::uint32_t, Acknowledged> all;
  store.close();
  for (const std::size_t count : {40, 90}) {
    for (const auto& done : killed_after(store, count))
      BOOST_TEST(all.emplace(done.uid, done).second, "UID " << done.uid << " came twice");
  }
  store.open();
  std::map<std::uint32_t, storage::Entry> entries;
  for (const auto& entry : store.entries()) entries.emplace(entry.uid.value, entry);
  BOOST_TEST(entries.size() == store.state().messages);
  for (const auto& [uid, done] : all) {
    BOOST_TEST_REQUIRE(entries.contains(uid));
    BOOST_CHECK(store.read(entries[uid]) == octets_of(done.thread, done.number));
  }
  // Each thread had one message under way, at most, when it was killed; twice.
  BOOST_TEST(entries.size() <= all.size() + 2u * threads);
  for (const auto& [uid, entry] : entries) store.read(entry);
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from unfinished").value() == 0);
  BOOST_TEST(
      connection.number("select count(*) from body where id >> 16 not in (select id from message)")
          .value() == 0);
  auto check = connection.query("pragma integrity_check");
  BOOST_TEST_REQUIRE(check.next());
  BOOST_TEST(check.text(0) == "ok");
}

BOOST_AUTO_TEST_CASE(no_message_id_comes_again) {
  Store store;
  std::set<std::int64_t> ids;
  for (int opening = 0; opening < 3; ++opening) {
    store.add_many(300);
    const auto entries = store.entries();
    for (const auto& entry : std::span(entries).last(300))
      BOOST_TEST(ids.insert(entry.message.value).second);
    const auto last = *ids.rbegin();
    BOOST_TEST(entries.back().message.value == last);
    store.flag({entries.back().uid}, storage::deleted);
    store->expunge(store.folder(), std::nullopt, reading);
    store.reopen();
    store.add("next");
    BOOST_TEST(store.entries().back().message.value > last);
    ids.insert(store.entries().back().message.value);
  }
}

BOOST_AUTO_TEST_CASE(chunks_that_went_ahead_in_vain_are_removed) {
  Store store;
  store->create_folder("a", storage::SpecialUse::none, reading);
  auto message = sample_message(sample_octets(5'000'000));
  message.flags.keywords = {"no keyword"};  // fails when the chunks are there already
  BOOST_CHECK_THROW(store->append(store.folder(), {message}, reading), Error);
  store.reopen();
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from body").value() == 0);
  BOOST_TEST(connection.number("select count(*) from unfinished").value() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
