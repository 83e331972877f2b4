#include "storage/spool.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

BOOST_AUTO_TEST_SUITE(spool)

namespace {

using storage::SpoolState;
using storage_test::sample_octets;
using storage_test::tamper;

constexpr MailboxId ada(1), bob(2);
constexpr storage::Reason sending{crypto::Cause::deliver, crypto::Actor::service()};

storage::SpoolEnvelope sample_envelope() {
  storage::SpoolEnvelope out;
  out.sender = "SenderCanary@example.org";
  out.parameters = " RET=HDRS ENVID=QQ314159";
  out.size = 5;
  out.utf8 = out.require_tls = out.delay_told = true;
  out.accepted = 1'700'000'000;
  out.next_try = 1'700'000'060;
  out.tries = 3;
  out.uncertain = 1;
  out.recipients = {{"RecipientCanary@example.net", " NOTIFY=SUCCESS,DELAY"},
                    {"bob@example.net",
                     "",
                     storage::SpoolOutcome::failed,
                     {550, "5.1.1", "ReplyCanary: no such user"}}};
  return out;
}

struct Post {
  storage_test::Store store;
  storage_test::TempDirectory keys;
  crypto::ServiceKeys service_keys{keys.path() / "keys", store.directory()};
  storage::Anchors anchors{service_keys.path()};
  std::unique_ptr<storage::Spool> spool;
  std::shared_ptr<storage::Mailbox> bobs = store.other(bob);

  Post() { open(); }
  void open() {
    spool = std::make_unique<storage::Spool>(store.directory(), service_keys, anchors);
  }
  void reopen() {
    spool.reset();
    open();
  }
  std::filesystem::path file() const { return store.directory() / "spool.db"; }

  std::int64_t add(std::string_view octets, SpoolState state = SpoolState::waiting) {
    return spool->add(ada, store->delivery_public(), sample_envelope(), octets, state);
  }
  std::string read(std::int64_t id) { return spool->octets(id, store.mailbox(), sending); }
  storage::SpoolEnvelope envelope(std::int64_t id) {
    return spool->envelope(id, store.mailbox(), sending);
  }
  std::vector<std::int64_t> ids() {
    std::vector<std::int64_t> all;
    for (const auto& entry : spool->entries()) all.push_back(entry.id);
    return all;
  }
};

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_message_comes_back_with_its_envelope) {
  Post post;
  const std::vector<std::string> sent = {"", "hello", sample_octets(65'536), sample_octets(65'537),
                                         sample_octets(9'000'000)};
  std::vector<std::int64_t> ids;
  for (const auto& octets : sent) ids.push_back(post.add(octets));
  post.reopen();
  BOOST_CHECK(post.ids() == ids);
  for (std::size_t n = 0; n < sent.size(); ++n) {
    BOOST_CHECK(post.read(ids[n]) == sent[n]);
    BOOST_CHECK(post.envelope(ids[n]) == sample_envelope());
  }
}

BOOST_AUTO_TEST_CASE(an_envelope_is_as_the_format_says) {
  storage::SpoolEnvelope envelope;
  envelope.sender = "ada@example.org";
  envelope.parameters = " RET=HDRS";
  envelope.size = 5;
  envelope.utf8 = true;
  envelope.accepted = 1'700'000'000;
  envelope.next_try = 1'700'000'060;
  envelope.tries = 1;
  envelope.recipients = {
      {"bob@example.net", " NOTIFY=DELAY", storage::SpoolOutcome::waiting, {450, "4.2.1", "full"}}};
  const auto plain = from_hex(
      "0101000f616461406578616d706c652e6f72670009205245543d4844525300000000000000050000"
      "00006553f100000000006553f13c000000010000000000000001000f626f62406578616d706c652e"
      "6e6574000d204e4f544946593d44454c41590001c20005342e322e31000466756c6c");
  BOOST_CHECK(encoded(envelope) == plain);
  BOOST_CHECK(storage::decoded_spool_envelope(plain) == envelope);
  for (std::size_t size = 0; size < plain.size(); ++size)
    BOOST_CHECK_THROW(storage::decoded_spool_envelope(ByteView(plain).first(size)), Error);
  auto longer = plain;
  longer.push_back(0);
  BOOST_CHECK_EXCEPTION(storage::decoded_spool_envelope(longer), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(what_was_only_prepared_goes_with_a_restart) {
  Post post;
  const auto prepared = post.add(sample_octets(200'000), SpoolState::prepared);
  const auto taken = post.add("taken over", SpoolState::prepared);
  BOOST_TEST(post.ids().empty());
  BOOST_CHECK(!post.spool->find(taken));
  post.spool->set_state(taken, SpoolState::waiting);
  post.reopen();
  BOOST_CHECK(post.ids() == std::vector{taken});
  BOOST_CHECK_EXCEPTION(post.read(prepared), Error, is(Fault::not_found));
  BOOST_CHECK(post.read(taken) == "taken over");
  BOOST_TEST(post.add("later") > taken);
}

BOOST_AUTO_TEST_CASE(an_envelope_is_replaced_and_the_state_kept) {
  Post post;
  const auto id = post.add("hello");
  auto changed = sample_envelope();
  changed.recipients.resize(1);
  changed.tries = 4;
  post.spool->update(id, post.store->delivery_public(), changed, SpoolState::handing_over);
  post.reopen();
  BOOST_CHECK(post.envelope(id) == changed);
  BOOST_CHECK(post.spool->find(id)->state == SpoolState::handing_over);
  BOOST_CHECK(post.spool->find(id)->mailbox == ada);
  post.spool->remove(id);
  post.spool->remove(id);
  BOOST_CHECK(!post.spool->find(id));
  BOOST_CHECK_EXCEPTION(post.spool->set_state(id, SpoolState::held), Error, is(Fault::not_found));
}

BOOST_AUTO_TEST_CASE(an_envelope_of_many_recipients_is_kept_whole) {
  Post post;
  auto envelope = sample_envelope();
  envelope.recipients.assign(3000, {"somebody@example.net", " NOTIFY=NEVER"});
  const auto id =
      post.spool->add(ada, post.store->delivery_public(), envelope, "hello", SpoolState::waiting);
  BOOST_CHECK(post.envelope(id) == envelope);
}

BOOST_AUTO_TEST_CASE(another_mailbox_does_not_open_it) {
  Post post;
  const auto id = post.add("hello");
  BOOST_CHECK_EXCEPTION(post.spool->octets(id, *post.bobs, sending), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(what_the_server_did_not_write_is_refused) {
  constexpr const char* changes[] = {
      "update spooled set state = 3", "update spooled set mailbox = 2",
      "update spooled set chunks = 2", "update spooled set ephemeral = x'00'",
      "update spooled set envelope = zeroblob(300)",
      "update spooled set envelope_ephemeral = zeroblob(32)", "update spooled set proof = x''",
      "update spooled set id = 77 where id = 1",
      // One whole row, with its body, in the place of another.
      "update spooled set ephemeral = (select ephemeral from spooled where id = 2), "
      "envelope = (select envelope from spooled where id = 2), envelope_ephemeral = "
      "(select envelope_ephemeral from spooled where id = 2), proof = (select proof from spooled "
      "where id = 2) where id = 1"};
  for (const auto* sql : changes) {
    Post post;
    post.add("hello");
    post.add("other");
    post.spool.reset();
    tamper(post.file(), sql);
    post.open();
    const auto id = post.ids().front();
    const auto damaged = id == 1 ? id : 77;
    BOOST_CHECK_EXCEPTION(post.envelope(damaged), Error, is(Fault::corrupt));
    BOOST_CHECK_EXCEPTION(post.read(damaged), Error, is(Fault::corrupt));
    BOOST_CHECK_EXCEPTION(post.spool->set_state(damaged, SpoolState::waiting), Error,
                          is(Fault::corrupt));
  }
}

BOOST_AUTO_TEST_CASE(a_body_that_was_cut_or_changed_does_not_open) {
  for (const auto* sql :
       {"delete from spooled_body where id = (1 << 16) + 1",
        "update spooled_body set d = (select d from spooled_body where id = (1 << 16) + 1)"}) {
    Post post;
    const auto id = post.add(sample_octets(150'000));
    post.spool.reset();
    tamper(post.file(), sql);
    post.open();
    BOOST_CHECK_EXCEPTION(post.read(id), Error, is(Fault::corrupt));
    BOOST_CHECK(post.envelope(id) == sample_envelope());
  }
}

BOOST_AUTO_TEST_CASE(what_is_destroyed_is_no_longer_there_and_the_rest_is) {
  Post post;
  post.add(sample_octets(100'000));
  const auto other = post.spool->add(bob, post.bobs->delivery_public(), sample_envelope(), "bobs",
                                     SpoolState::waiting);
  const MailboxId both[] = {ada, bob};
  BOOST_TEST(post.spool->count(both) == 2u);
  post.spool->destroy(std::span(both).first(1), [] {});
  BOOST_TEST(post.spool->count(both) == 1u);
  BOOST_CHECK(post.ids() == std::vector{other});
  BOOST_TEST(std::filesystem::file_size(post.file().string() + "-wal") == 0u);
  post.spool->remove_all(bob);
  BOOST_TEST(post.ids().empty());
}

BOOST_AUTO_TEST_CASE(a_second_process_is_kept_out) {
  Post post;
  BOOST_CHECK_EXCEPTION(storage::Spool(post.store.directory(), post.service_keys, post.anchors),
                        Error, is(Fault::unavailable));
}

BOOST_AUTO_TEST_CASE(no_word_of_a_message_is_in_any_file) {
  Post post;
  for (int n = 0; n < 20; ++n) {
    const auto id = post.add("BodyCanary " + sample_octets(20'000));
    post.spool->update(id, post.store->delivery_public(), sample_envelope(), SpoolState::held);
  }
  const auto check = [&] {
    for (const auto& file : std::filesystem::directory_iterator(post.store.directory())) {
      std::ifstream stream(file.path(), std::ios::binary);
      const std::string contents{std::istreambuf_iterator<char>(stream), {}};
      for (const auto* word : {"BodyCanary", "SenderCanary", "RecipientCanary", "ReplyCanary",
                               "example.net", "QQ314159", "NOTIFY"})
        BOOST_TEST((contents.find(word) == std::string::npos), word << " is in " << file.path());
    }
  };
  check();
  post.spool.reset();
  check();
}

BOOST_AUTO_TEST_SUITE_END()
