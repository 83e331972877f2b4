// Changing the mailbox key under a mailbox that is in use.

#include <boost/test/unit_test.hpp>

#include <future>

#include "base/error.h"
#include "storage/arrivals.h"
#include "storage/mail_database.h"
#include "storage/mailbox.h"
#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

using namespace storage;
using namespace storage_test;
using Renew = Mailbox::Renew;

namespace {

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

// A database with one mailbox whose keys are given by epoch.
class Place {
 public:
  Place() { open({1}); }

  EpochKey key(std::uint32_t epoch) { return {keys_.of(MailboxId(epoch)), epoch}; }
  // The newest first.
  void open(std::vector<std::uint32_t> epochs) {
    mailbox_.reset();
    database_.reset();
    database_ = std::make_unique<MailDatabase>(DatabaseId(1), temporary_.path());
    mailbox_ =
        std::make_unique<Mailbox>(*database_, MailboxId(1), key(epochs[0]),
                                  epochs.size() > 1 ? std::optional(key(epochs[1])) : std::nullopt,
                                  std::make_shared<storage_test::OpenGate>());
  }
  Mailbox* operator->() { return mailbox_.get(); }
  std::filesystem::path file() const { return temporary_.path() / "store.db"; }

  void add(const std::string& octets) {
    mailbox_->append(inbox(), {sample_message(octets)}, reading);
  }
  void arrive(const crypto::DeliveryPublic& to, std::string_view octets) {
    storage::Arrivals(*database_).add(MailboxId(1), to, octets, 0, 0);
  }
  FolderId inbox() { return mailbox_->tree()->folder("INBOX"); }
  std::vector<Entry> entries() {
    return mailbox_->select(inbox(), Mailbox::Recent::look, reading).entries.copied();
  }
  // Octets, summary and texts of all, as one.
  std::vector<std::string> all() {
    const auto listed = entries();
    std::vector<std::string> found;
    for (const auto& entry : listed)
      found.push_back(mailbox_->octets(entry, 0, entry.size, reading));
    mailbox_->summaries(
        inbox(), listed, [&](std::size_t n, std::string_view text) { found[n] += text; }, reading);
    mailbox_->texts(
        listed, Mailbox::Texts::both,
        [&](std::size_t n, std::string_view header, std::string_view body) {
          found[n].append(header).append(body);
          return true;
        },
        reading);
    return found;
  }
  void renew(Renew how) {
    for (std::optional<MessageId> last(0); last;) last = mailbox_->renew(how, *last, reading);
  }
  // Of a column of the closed or quiet database.
  Bytes blob(std::string_view sql) {
    Connection connection(file(), Connection::Mode::read);
    auto row = connection.query(sql);
    return row.next() ? copy_of(row.blob(0)) : Bytes();
  }

 private:
  TempDirectory temporary_;
  Keys keys_;
  std::unique_ptr<MailDatabase> database_;
  std::unique_ptr<Mailbox> mailbox_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(renewal)

BOOST_AUTO_TEST_CASE(all_is_read_before_while_and_after) {
  for (const auto how : {Renew::message_keys, Renew::contents}) {
    Place place;
    for (int n = 0; n < 70; ++n) place.add(sample_octets(n == 3 ? 200'000 : 300, n));
    place->create_folder("Empty", SpecialUse::none, reading);
    const auto before = place.all();
    BOOST_TEST(before.size() == 70u);
    place->seal_under(place.key(2), reading);
    BOOST_TEST(place->to_be_renewed() == 70u);
    BOOST_CHECK(place.all() == before);
    place.add("while it goes on");
    BOOST_TEST(place->to_be_renewed() == 70u);  // new mail is under the new key
    place.renew(how);
    BOOST_TEST(place->to_be_renewed() == 0u);
    BOOST_TEST(place->settle());
    BOOST_TEST(place.all().size() == 71u);
    place.open({2});  // the former key is not needed any more
    auto after = place.all();
    after.pop_back();
    BOOST_CHECK(after == before);
    place.add("after");
    BOOST_TEST(place.entries().size() == 72u);
  }
}

BOOST_AUTO_TEST_CASE(it_opens_with_both_keys_wherever_it_was_cut) {
  Place place;
  for (int n = 0; n < 3; ++n) place.add("message " + std::to_string(n));
  const auto before = place.all();
  place.open({2, 1});  // the new key is stored, nothing is sealed under it
  BOOST_CHECK(place.all() == before);
  place->seal_under(place.key(2), reading);
  place.open({2, 1});
  BOOST_CHECK(place.all() == before);
  place->renew(Renew::contents, MessageId(0), reading);  // one of three
  place.open({2, 1});
  BOOST_TEST(place->to_be_renewed() == 2u);
  BOOST_CHECK(place.all() == before);
  place.renew(Renew::contents);
  place.open({2});
  BOOST_CHECK(place.all() == before);
  BOOST_CHECK_EXCEPTION(place.open({3}), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(what_arrived_before_is_filed_after) {
  Place place;
  const auto to = place->delivery_public();
  place.arrive(to, "early");
  place->seal_under(place.key(2), reading);
  BOOST_CHECK(place->delivery_public() == to);
  place.open({2});
  BOOST_CHECK(place->delivery_public() == to);
  BOOST_TEST(place->file_arrivals(
                 10,
                 [](std::string octets, UnixTime, std::int16_t) {
                   return sample_message(std::move(octets));
                 },
                 reading) == 1u);
  BOOST_TEST(place.entries().size() == 1u);
}

BOOST_AUTO_TEST_CASE(keys_alone_rewrite_no_mail_and_contents_rewrite_all) {
  Place place;
  place.add(sample_octets(1000));
  const auto body = [&] { return place.blob("select d from body"); };
  const auto summary = [&] { return place.blob("select summary from derived"); };
  const auto key = [&] { return place.blob("select wrapped from message_key"); };
  const auto body_before = body(), summary_before = summary(), key_before = key();
  place->seal_under(place.key(2), reading);
  place.renew(Renew::message_keys);
  BOOST_CHECK(body() == body_before);
  BOOST_CHECK(summary() == summary_before);
  BOOST_CHECK(key() != key_before);
  place->seal_under(place.key(3), reading);
  place.renew(Renew::contents);
  BOOST_CHECK(body() != body_before);
  BOOST_CHECK(summary() != summary_before);
}

BOOST_AUTO_TEST_CASE(what_was_expunged_does_not_come_back) {
  Place place;
  place.add("stays");
  place.add("goes");
  const auto entries = place.entries();
  place->seal_under(place.key(2), reading);
  const Uid gone[] = {entries[1].uid};
  place->store(place.inbox(), gone, FlagMode::add, {.system = deleted, .keywords = {}}, {},
               reading);
  place->expunge(place.inbox(), std::nullopt, reading);
  place.renew(Renew::contents);
  BOOST_TEST(place.entries().size() == 1u);
  BOOST_CHECK_EXCEPTION(place->octets(entries[1], 0, 4, reading), Error, is(Fault::not_found));
}

BOOST_AUTO_TEST_CASE(others_write_and_read_meanwhile) {
  Place place;
  for (int n = 0; n < 20; ++n) place.add("message " + std::to_string(n));
  std::atomic<bool> done = false;
  auto writer = std::async(std::launch::async, [&] {
    int count = 0;
    for (; !done || count < 5; ++count) place.add("new " + std::to_string(count));
    return count;
  });
  auto reader = std::async(std::launch::async, [&] {
    std::size_t least = 20;
    while (!done) {
      const auto all = place.all();
      if (all.size() < least) return false;
      least = all.size();
    }
    return true;
  });
  for (std::uint32_t epoch = 2; epoch <= 4; ++epoch) {
    place->seal_under(place.key(epoch), reading);
    place.renew(epoch % 2 == 0 ? Renew::message_keys : Renew::contents);
    BOOST_TEST(place->to_be_renewed() == 0u);
  }
  done = true;
  BOOST_TEST(reader.get());
  const auto added = static_cast<std::size_t>(writer.get());
  place.open({4});
  BOOST_TEST(place.all().size() == 20u + added);
}

BOOST_AUTO_TEST_SUITE_END()
