// Mail that came encrypted end to end is counted as what it is, whoever opens it.

#include <boost/test/unit_test.hpp>

#include "storage/message_rows.h"
#include "tests/support/storage_store.h"

using namespace storage;
using namespace storage_test;

BOOST_AUTO_TEST_SUITE(opaque)

namespace {

// A summary of version 1 with these bits (imap/mime/summary.h).
NewMessage message(std::string octets, char bits) {
  auto made = sample_message(std::move(octets));
  made.summary = std::string{'\1', bits} + "and what else a summary says";
  return made;
}

struct Mail {
  Store store;
  std::vector<Entry> entries;  // opaque ones of 70,000 octets, then readable ones

  explicit Mail(std::vector<NewMessage> messages) {
    store->append(store.folder(), std::move(messages), reading);
    entries = store.entries();
  }
};

// Of what `work` opens.
crypto::CrossingTotals counted(const auto& work) {
  crypto::take_crossings();
  work();
  crypto::CrossingTotals sum;
  for (const auto& [crossing, totals] : crypto::take_crossings()) sum += totals;
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_summary_says_whether_a_message_is) {
  using crypto::Content;
  BOOST_CHECK(content_of("\1\x08") == Content::opaque);
  BOOST_CHECK(content_of("\1\x1f summary") == Content::opaque);
  for (const auto* other : {"", "\1", "\x08", "\1\x07", "\2\x08", "summary"})
    BOOST_CHECK(content_of(other) == Content::readable);
}

BOOST_AUTO_TEST_CASE(octets_of_opaque_messages_are_counted_so_and_nothing_else_is) {
  Mail mail({message(sample_octets(70'000), 8), message(sample_octets(100), 7)});
  auto& store = mail.store;
  const auto& sealed = mail.entries[0];
  auto sum = counted([&] { store->octets(sealed, 0, sealed.size, reading); });
  BOOST_TEST(sum.opaque_bytes == 70'000U);
  BOOST_TEST(sum.bytes == 70'000U);
  sum = counted([&] { store->octets(sealed, 69'999, 1, reading); });
  BOOST_TEST(sum.opaque_bytes == 70'000U - crypto::chunk_size);  // the chunk that was opened
  sum = counted([&] {
    store->octets(mail.entries.at(1), 0, 100, reading);
    store->summary(sealed, reading);
    store->texts(
        mail.entries, Mailbox::Texts::both, [](auto...) { return true; }, reading);
  });
  BOOST_TEST(sum.opaque_bytes == 0U);
  BOOST_TEST(sum.bytes > 100U);
}

BOOST_AUTO_TEST_CASE(a_copy_stays_so_in_its_mailbox_and_in_another) {
  Mail mail({message(sample_octets(500), 8)});
  auto& store = mail.store;
  const Uid uids[] = {mail.entries[0].uid};
  store->copy(store.folder(), uids, store.folder("Archive"), all_flags, reading);
  const auto copy = store.entries("Archive").at(0);
  BOOST_TEST(counted([&] { store->octets(copy, 0, 500, reading); }).opaque_bytes == 500U);

  const auto other = store.other(MailboxId(2));
  const auto inbox = other->tree()->folder("INBOX");
  const auto copying =
      counted([&] { other->copy_from(store.mailbox(), mail.entries, inbox, all_flags, reading); });
  BOOST_TEST(copying.opaque_bytes == 500U);
  const auto there = other->select(inbox, Mailbox::Recent::look, reading).entries[0];
  BOOST_TEST(counted([&] { other->octets(there, 0, 500, reading); }).opaque_bytes == 500U);
}

// A new mailbox key with which all is sealed anew. Of a message that a former server stored without
// saying so, its summary knows.
BOOST_AUTO_TEST_CASE(it_is_said_in_what_is_sealed_anew_and_of_what_was_not_said_before) {
  Keys keys;
  TempDirectory directory;
  MailDatabase database(DatabaseId(1), directory.path());
  Mailbox mailbox(database, MailboxId(1), {keys.of(MailboxId(101)), 1}, std::nullopt,
                  std::make_shared<OpenGate>());
  const auto inbox = mailbox.tree()->folder("INBOX");
  mailbox.append(inbox, {message(sample_octets(300), 8), message(sample_octets(40), 0)}, reading);
  mailbox.seal_under({keys.of(MailboxId(102)), 2}, reading);
  const auto renewing = counted([&] {
    for (std::optional<MessageId> last(0); last;)
      last = mailbox.renew(Mailbox::Renew::contents, *last, reading);
  });
  BOOST_TEST(renewing.opaque_bytes == 300U);
  const auto entries = mailbox.select(inbox, Mailbox::Recent::look, reading).entries;
  BOOST_TEST(counted([&] { mailbox.octets(entries[0], 0, 300, reading); }).opaque_bytes == 300U);
  BOOST_TEST(counted([&] { mailbox.octets(entries[1], 0, 40, reading); }).opaque_bytes == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
