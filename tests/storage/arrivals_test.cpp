#include "storage/arrivals.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

BOOST_AUTO_TEST_SUITE(arrivals)

namespace {

using storage_test::sample_octets;
using storage_test::Store;
using storage_test::tamper;

constexpr MailboxId ada(1);
constexpr storage::Reason filing{crypto::Cause::deliver, {}};

struct Post : Store {
  crypto::DeliveryPublic to = mailbox().delivery_public();

  void arrive(const std::string& octets, MailboxId mailbox = ada) {
    storage::Arrivals(database()).add(mailbox, to, octets, 1'700'000'000, 90);
  }
  std::size_t take_in(std::size_t most = 64) {
    return mailbox().file_arrivals(
        most,
        [](std::string octets, UnixTime date, std::int16_t zone) {
          auto message = storage_test::sample_message(std::move(octets));
          message.internal_date = date;
          message.zone = zone;
          return message;
        },
        filing);
  }
  std::size_t waiting() { return storage::Arrivals(database()).count(ada); }
  std::vector<std::string> inbox() {
    std::vector<std::string> all;
    for (const auto& entry : entries()) all.push_back(read(entry));
    return all;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(they_are_filed_in_order_as_they_came) {
  Post post;
  const std::vector<std::string> sent = {
      "one", sample_octets(200'000), "", sample_octets(65'525), sample_octets(65'526), "two"};
  for (const auto& octets : sent) post.arrive(octets);
  BOOST_TEST(post.waiting() == sent.size());
  BOOST_CHECK((storage::Arrivals(post.database()).waiting() == std::vector{ada}));
  BOOST_TEST(post.entries().empty());
  BOOST_TEST(post.take_in() == sent.size());
  BOOST_CHECK(post.inbox() == sent);
  BOOST_TEST(post.waiting() == 0u);
  BOOST_TEST(post.take_in() == 0u);
  const auto entry = post.entries().at(1);
  BOOST_TEST(entry.internal_date == 1'700'000'000);
  BOOST_TEST(entry.zone == 90);
}

BOOST_AUTO_TEST_CASE(the_delivery_key_stays_the_same) {
  Post post;
  post.arrive("before");
  post.reopen();
  BOOST_CHECK(post.mailbox().delivery_public() == post.to);
  post.take_in();
  BOOST_CHECK(post.inbox() == std::vector<std::string>{"before"});
  BOOST_CHECK(post.other(MailboxId(2))->delivery_public() != post.to);
}

BOOST_AUTO_TEST_CASE(whether_there_are_some_is_known_at_any_time) {
  Post post;
  const auto any = [&] { return storage::Arrivals(post.database()).any(ada); };
  BOOST_TEST(!any());
  post.arrive("one");
  BOOST_TEST(any());
  post.reopen();
  BOOST_TEST(any());
  post.take_in();
  BOOST_TEST(!any());
  post.arrive("two");
  BOOST_TEST(any());
}

BOOST_AUTO_TEST_CASE(a_few_at_a_time_and_never_twice) {
  Post post;
  for (int n = 0; n < 10; ++n) post.arrive(std::to_string(n));
  BOOST_TEST(post.take_in(3) == 3u);
  BOOST_TEST(post.waiting() == 7u);
  post.reopen();
  while (post.take_in(4) > 0) continue;
  std::vector<std::string> expected;
  for (int n = 0; n < 10; ++n) expected.push_back(std::to_string(n));
  BOOST_CHECK(post.inbox() == expected);
}

BOOST_AUTO_TEST_CASE(what_was_not_written_to_its_end_is_no_arrival) {
  Post post;
  post.arrive("whole");
  post.arrive(sample_octets(100'000));
  post.close();
  tamper(post.file(),
         "update arrival set state = 0 where id = 2; delete from arrival_body where id ="
         " (select max(id) from arrival_body)");
  post.open();
  BOOST_TEST(post.waiting() == 1u);
  post.take_in();
  BOOST_CHECK(post.inbox() == std::vector<std::string>{"whole"});
  post.arrive("after");
  post.take_in();
  BOOST_TEST(post.inbox().size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_does_not_open_is_set_aside_and_keeps_nothing_up) {
  Post post;
  for (const auto* octets : {"one", "altered", "short", "other", "two"}) post.arrive(octets);
  post.close();
  tamper(post.file(),
         "update arrival_body set d = d || x'00' where id >> 16 = 2;"
         "delete from arrival_body where id >> 16 = 3;"
         "update arrival set ephemeral = (select ephemeral from arrival where id = 1)"
         " where id = 4");
  post.open();
  while (post.take_in() > 0) continue;
  BOOST_CHECK((post.inbox() == std::vector<std::string>{"one", "two"}));
  BOOST_TEST(post.waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(moved_to_another_mailbox_they_do_not_open) {
  Post post;
  post.arrive("secret");
  post.other(MailboxId(2))->delivery_public();
  post.close();
  tamper(post.file(), "update arrival set mailbox = 2");
  post.open();
  const auto bob = post.other(MailboxId(2));
  const auto prepare = [](std::string octets, UnixTime, std::int16_t) {
    return storage_test::sample_message(std::move(octets));
  };
  BOOST_TEST(bob->file_arrivals(64, prepare, filing) == 1u);
  const auto inbox = bob->tree()->folder("INBOX");
  BOOST_TEST(bob->select(inbox, storage::Mailbox::Recent::look, filing).entries.empty());
}

BOOST_AUTO_TEST_CASE(a_removed_mailbox_takes_its_arrivals_along) {
  Post post;
  const auto bob = post.other(MailboxId(2));
  storage::Arrivals(post.database()).add(MailboxId(2), bob->delivery_public(), "to bob", 0, 0);
  post.arrive("to ada");
  post.database().remove_mailbox(ada);
  BOOST_CHECK((storage::Arrivals(post.database()).waiting() == std::vector{MailboxId(2)}));
  storage::Connection connection(post.file(), storage::Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from arrival_body").value() == 1);
  BOOST_TEST(connection.number("select count(*) from delivery_key").value() == 1);
}

BOOST_AUTO_TEST_CASE(nothing_of_them_is_readable_at_rest) {
  Post post;
  post.arrive("ArrivalCanary " + sample_octets(100'000));
  post.close();
  for (const auto& each : std::filesystem::directory_iterator(post.directory())) {
    std::ifstream file(each.path(), std::ios::binary);
    const std::string octets{std::istreambuf_iterator<char>(file), {}};
    BOOST_TEST(octets.find("ArrivalCanary") == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
