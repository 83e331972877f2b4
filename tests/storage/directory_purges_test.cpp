// Purges as the directory keeps them, and what they hold.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "crypto/locked_memory.h"
#include "crypto/service_keys.h"
#include "storage/directory.h"
#include "storage/sqlite.h"
#include "tests/support/open_directory.h"
#include "tests/support/storage_store.h"

using namespace storage;

BOOST_AUTO_TEST_SUITE(directory_purges)

namespace {

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

// DEPs "managed" and "finance", with Ada and Bob under the latter.
struct Place {
  storage_test::TempDirectory temporary;
  std::shared_ptr<Directory> directory = open();
  Dep managed = add_dep("managed", true), finance = add_dep("finance", false);
  Account ada = add("ada@example.org"), bob = add("bob@example.org");

  std::filesystem::path data() const { return temporary.path() / "data"; }
  std::shared_ptr<Directory> open() { return storage_test::open_directory(temporary.path()); }
  Directory* operator->() { return directory.get(); }

  Dep add_dep(const std::string& name, bool is_managed) {
    const Dep dep{.id = directory->reserve_dep(), .name = name, .managed = is_managed};
    directory->add_dep(dep, {.dep = dep.id,
                             .roots = {{crypto::RootKeyRef("https://a.example/keys/x/1"), {1}},
                                       {crypto::RootKeyRef("https://b.example/keys/y/2"), {2}}}});
    return dep;
  }
  Account add(const std::string& name) {
    Account account{.id = directory->reserve_account(),
                    .mailbox = directory->reserve_mailbox(),
                    .name = name,
                    .aliases = {"alias-of-" + name}};
    directory->add_account(account, {.id = account.mailbox,
                                     .account = account.id,
                                     .database = DatabaseId(2),
                                     .assigned = finance.id,
                                     .dep = finance.id,
                                     .key = {Bytes(73, 1)}});
    return account;
  }
  PurgeRecord wanted(std::vector<Account> accounts) const {
    PurgeRecord purge{.dep = finance.id,
                      .dep_name = "finance",
                      .reason = "it ends",
                      .contact = "ada",
                      .request = {7, "eve (uid 7)", 1'800'000'000}};
    for (const auto& account : accounts)
      purge.mailboxes.push_back({account.mailbox, DatabaseId(2), 1, account.name});
    return purge;
  }
  PurgeRecord added(PurgeRecord purge) {
    purge.id = directory->add_purge(purge);
    return purge;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(all_of_a_record_is_read_back) {
  PurgeRecord purge{.id = 7,
                    .dep = DepId(3),
                    .mailbox = MailboxId(4),
                    .state = PurgeState::blocked,
                    .dep_name = "finance",
                    .reason = "r",
                    .contact = "c",
                    .forced = true,
                    .request = {1, "eve", 10},
                    .approval = {2, "bob", 11},
                    .end = {3, "system", 12},
                    .due = 13,
                    .blocked_by = {"https://a/keys/x/1"},
                    .request_id = "ab",
                    .mailboxes = {{MailboxId(4), DatabaseId(2), 5, "ada"}},
                    .versions = {{1, {"https://a/keys/x/1", "https://b/keys/y/1"}, 2}},
                    .counts = PurgeCounts{.folders = 1, .messages = 2, .arrivals = 3}};
  // Before the queue was counted, and since.
  BOOST_TEST(!decoded_purge(7, encoded_purge(purge)).counts->queued);
  purge.counts->queued = 4;
  const auto octets = encoded_purge(purge);
  BOOST_CHECK(encoded_purge(decoded_purge(7, octets)) == octets);
  BOOST_TEST(decoded_purge(7, octets).counts->queued.value() == 4u);
  for (std::size_t size = 0; size < octets.size(); ++size)
    BOOST_CHECK_EXCEPTION(decoded_purge(7, ByteView(octets).first(size)), Error,
                          is(Fault::corrupt));
  auto longer = octets, unknown = octets, counted = octets;
  longer.push_back(0);
  unknown[1] = 9;
  counted[counted.size() - 4 * 8 - 1] = 3;
  for (const auto& wrong : {longer, unknown, counted})
    BOOST_CHECK_EXCEPTION(decoded_purge(7, wrong), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(a_purge_holds_its_dep_and_mailboxes_until_it_is_over) {
  Place place;
  auto purge = place.added(place.wanted({place.ada, place.bob}));
  BOOST_CHECK(place->dep("finance").hold == Hold::pending);
  BOOST_CHECK(place->mailbox(place.ada.mailbox).hold == Hold::pending);
  BOOST_TEST(place->pending_purges().size() == 1u);
  BOOST_CHECK_EXCEPTION(place.add("new@example.org"), Error, is(Fault::denied));
  purge.state = PurgeState::destroying;
  place->update_purge(purge);
  BOOST_CHECK(place->mailbox(place.bob.mailbox).hold == Hold::destroying);
  purge.state = PurgeState::cancelled;
  place->update_purge(purge);
  BOOST_CHECK(place->mailbox(place.ada.mailbox).hold == Hold::none);
  BOOST_CHECK(place->dep("finance").hold == Hold::none);
  BOOST_TEST(place->pending_purges().empty());
  BOOST_TEST(place->purge(purge.id).reason == "it ends");
  place.add("new@example.org");
}

BOOST_AUTO_TEST_CASE(its_list_is_what_is_there_and_means_nothing_twice) {
  Place place;
  BOOST_CHECK_EXCEPTION(place->add_purge(place.wanted({place.ada})), Error, is(Fault::exists));
  auto one = place.wanted({place.ada});
  one.mailbox = place.ada.mailbox;
  place.added(one);
  BOOST_CHECK_EXCEPTION(place->add_purge(one), Error, is(Fault::exists));
  BOOST_CHECK_EXCEPTION(place->add_purge(place.wanted({place.ada, place.bob})), Error,
                        is(Fault::exists));
  BOOST_CHECK(place->dep("finance").hold == Hold::none);  // it goes on
}

BOOST_AUTO_TEST_CASE(what_is_destroyed_is_gone_and_its_number_is_not_given_again) {
  Place place;
  auto purge = place.added(place.wanted({place.ada, place.bob}));
  for (int twice = 0; twice < 2; ++twice) {
    place->destroy_purged(purge);
    place->write_anew();
    BOOST_TEST(place->accounts().empty());
    BOOST_CHECK(!place->find_by_address("alias-of-ada@example.org"));
    BOOST_TEST(place->dep_keys(place.finance.id).empty());
  }
  BOOST_CHECK(place->dep("finance").hold == Hold::pending);
  BOOST_CHECK(!place->purge_certificate(purge.id));
  purge.state = PurgeState::destroyed;
  place->finish_purge(purge, "the proof");
  BOOST_TEST(place->purge_certificate(purge.id).value() == "the proof");
  BOOST_CHECK_EXCEPTION(place->dep("finance"), Error, is(Fault::not_found));
  BOOST_TEST(place.add_dep("finance", false).id.value > place.finance.id.value);
  BOOST_CHECK_EXCEPTION(place->purge_certificate(99), Error, is(Fault::not_found));
}

// Rows that grow are moved to other pages, and leave copies of themselves where they were.
BOOST_AUTO_TEST_CASE(nothing_of_a_wrap_is_left_between_the_rows_or_in_the_log) {
  Place place;
  std::vector<Account> all{place.ada, place.bob};
  std::vector<Bytes> wraps;
  const auto fresh = [&] { return wraps.emplace_back(copy_of(crypto::random_bytes(73))); };
  for (int n = 0; n < 600; ++n) all.push_back(place.add(std::to_string(n) + "@example.org"));
  for (std::uint32_t epoch = 1; epoch < 4; ++epoch)
    for (const auto& account : all) {
      const auto before = place->mailbox(account.mailbox);
      auto after = before;
      after.former = FormerKey{.epoch = epoch, .key = before.key};
      after.epoch = epoch + 1;
      after.key.blob = fresh();
      const Rewrapped swap[] = {{before, after}};
      BOOST_REQUIRE(place->rewrap(swap) == 1u);
    }
  const auto purge = place.added(place.wanted(all));
  place->destroy_purged(purge);
  place->write_anew();
  std::string octets;
  for (const auto* file : {"directory.db", "directory.db-wal"}) {
    std::ifstream in(place.data() / file, std::ios::binary);
    octets.append(std::istreambuf_iterator<char>(in), {});
  }
  const auto left = std::ranges::count_if(
      wraps, [&](const Bytes& wrap) { return octets.find(text_of(wrap)) != std::string::npos; });
  BOOST_TEST(left == 0);
}

// Logins wait behind the directory's lock meanwhile.
BOOST_AUTO_TEST_CASE(whoever_reads_the_file_is_not_waited_for) {
  Place place;
  Connection reader(place.data() / "directory.db", Connection::Mode::read);
  SqlTransaction reading(reader, SqlTransaction::Kind::deferred);
  BOOST_TEST_REQUIRE(reader.number("select count(*) from account").has_value());
  place->destroy_purged(place.added(place.wanted({place.ada, place.bob})));
  const auto begin = std::chrono::steady_clock::now();
  BOOST_CHECK_EXCEPTION(place->write_anew(), Error, is(Fault::unavailable));
  BOOST_CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
  reading.commit();
  place->write_anew();
}

BOOST_AUTO_TEST_CASE(a_row_that_was_made_to_mean_something_else_is_corrupt) {
  Place place;
  const auto purge = place.added(place.wanted({place.ada, place.bob}));
  place.directory.reset();
  storage_test::tamper(place.data() / "directory.db", "update purge set dep = 1");
  storage_test::forget_anchors(place.temporary.path() / "keys");
  place.directory = place.open();
  BOOST_CHECK_EXCEPTION(place->purge(purge.id), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_SUITE_END()
