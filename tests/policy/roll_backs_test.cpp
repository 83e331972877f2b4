// Mailboxes and queues of an older state: not served, named, and accepted as a restore.

#include "policy/roll_backs.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/captured_log.h"
#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(roll_backs)

namespace {

using test_support::Installation;

constexpr auto user = crypto::ActorClass::user, system = crypto::ActorClass::system;
constexpr storage::Reason reading{crypto::Cause::fetch, crypto::Actor::service()};

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

void copy_tree(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

// ada's and bob's mailboxes in `root`; closed between the calls.
struct Place {
  storage_test::TempDirectory temporary;
  std::filesystem::path root = temporary.path() / "house", kept = temporary.path() / "kept";
  MailboxId ada, bob;

  Place() {
    Installation house(root);
    ada = house.make_account("ada@example.org").mailbox;
    bob = house.make_account("bob@example.org").mailbox;
  }
  void add(Installation& house, MailboxId mailbox, const std::string& folder) {
    house.mailboxes.open(mailbox, user)->create_folder(folder, storage::SpecialUse::none, reading);
  }
  void keep(const std::string& what) { copy_tree(root / "data" / what, kept); }
  void put_back(const std::string& what) { copy_tree(kept, root / "data" / what); }
  void alter(const std::string& sql) {
    for (const auto& each : std::filesystem::directory_iterator(root / "data" / "mail"))
      storage_test::tamper(each.path() / "store.db", sql);
  }
  std::uint32_t validity(Installation& house, MailboxId mailbox) {
    const auto open = house.mailboxes.open(mailbox, user);
    return open->state(open->tree()->folder("INBOX"), reading).uid_validity;
  }
};

std::vector<MailboxId> mailboxes_in(const policy::RolledBack& found) {
  std::vector<MailboxId> all;
  for (const auto& each : found.mailboxes) all.push_back(each.mailbox);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_closed_well_opens_well) {
  Place place;
  for (int time = 0; time < 3; ++time) {
    Installation house(place.root);
    BOOST_TEST(!house.roll_backs.found().any());
    BOOST_TEST(!house.roll_backs.summary().has_value());
    place.add(house, place.ada, "folder " + std::to_string(time));
  }
}

BOOST_AUTO_TEST_CASE(an_older_mailbox_is_not_served_until_it_is_accepted) {
  Place place;
  std::uint32_t before = 0;
  place.keep("mail");
  {
    Installation house(place.root);
    place.add(house, place.ada, "later");
    before = place.validity(house, place.ada);
  }
  place.put_back("mail");
  Installation house(place.root);
  BOOST_CHECK(mailboxes_in(house.roll_backs.found()) == std::vector{place.ada});
  BOOST_TEST(house.roll_backs.summary().value().find("ada@example.org") != std::string::npos);
  for (const auto use : {user, system})
    BOOST_CHECK_EXCEPTION(house.mailboxes.open(place.ada, use), Error, is(Fault::corrupt));
  BOOST_CHECK_EXCEPTION(house.mailboxes.arrive(place.ada, "mail", 0, 0), Error, is(Fault::corrupt));
  house.mailboxes.open(place.bob, user);
  const MailboxId bobs[] = {place.bob}, adas[] = {place.ada};
  BOOST_CHECK_EXCEPTION(house.roll_backs.accept(house.mailboxes, bobs), Error, is(Fault::invalid));

  BOOST_TEST(house.roll_backs.accept(house.mailboxes, adas).empty());
  BOOST_TEST(!house.roll_backs.found().any());
  BOOST_TEST(place.validity(house, place.ada) > before);
  BOOST_CHECK_THROW(house.mailboxes.open(place.ada, user)->tree()->folder("later"), Error);
}

// Altered, it is not believed: it would have the right one look older, once it is restored.
BOOST_AUTO_TEST_CASE(a_number_in_clear_that_was_altered_is_well_again_with_the_right_one) {
  Place place;
  place.keep("mail");
  for (const auto* number : {"1000000000000", "9223372036854775807", "-1"}) {
    place.alter("insert or replace into root select mailbox, " + std::string(number) +
                ", filed, d from root union select " + std::to_string(place.bob.value + 1) + ", " +
                number + ", 0, x''");
    {
      Installation house(place.root);
      BOOST_CHECK_EXCEPTION(house.mailboxes.open(place.ada, user), Error, is(Fault::corrupt));
    }
    place.put_back("mail");
    Installation house(place.root);
    BOOST_TEST(!house.roll_backs.found().any());
    house.mailboxes.open(place.ada, user);
  }
  const auto next = Installation(place.root).make_account("next@example.org").mailbox;
  BOOST_TEST(next.value == place.bob.value + 1);
  Installation house(place.root);
  BOOST_TEST(!house.roll_backs.found().any());
  house.mailboxes.open(next, user);
}

BOOST_AUTO_TEST_CASE(a_row_planted_in_another_database_hides_no_older_mailbox) {
  Place place;
  place.keep("mail");
  {
    Installation house(place.root);
    for (const auto mailbox : {place.ada, place.bob}) place.add(house, mailbox, "later");
  }
  place.put_back("mail");
  for (const auto mailbox : {place.ada, place.bob})
    place.alter("insert or ignore into root(mailbox, generation, filed, d) values(" +
                std::to_string(mailbox.value) + ", 1000, 0, x'')");
  Installation house(place.root);
  BOOST_CHECK((mailboxes_in(house.roll_backs.found()) == std::vector{place.ada, place.bob}));
}

// A kill may leave mailboxes ahead of their anchors.
BOOST_AUTO_TEST_CASE(what_was_not_noted_is_noted_once_it_was_opened) {
  Place place;
  const auto keys = place.root / "keys", kept_keys = place.temporary.path() / "keys";
  place.keep("mail");
  copy_tree(keys, kept_keys);
  {
    Installation house(place.root);
    place.add(house, place.ada, "later");
  }
  copy_tree(kept_keys, keys);
  {
    Installation house(place.root);
    BOOST_TEST(!house.roll_backs.found().any());
    house.mailboxes.open(place.ada, user);
  }
  place.put_back("mail");
  Installation house(place.root);
  BOOST_CHECK(mailboxes_in(house.roll_backs.found()) == std::vector{place.ada});
}

// Else new mail would be stored readable.
BOOST_AUTO_TEST_CASE(a_protection_that_is_taken_out_leaves_the_mailbox_closed) {
  Place place;
  {
    Installation house(place.root);
    house.directory.set_protection(
        place.ada, storage::Protection{.certificates = {Bytes{1}}, .since = 1, .by = "a test"});
  }
  storage_test::tamper(place.root / "data" / "directory.db", "delete from protection");
  Installation house(place.root);
  BOOST_CHECK_EXCEPTION(house.directory.protection(place.ada), Error, is(Fault::corrupt));
  for (const auto use : {user, system})
    BOOST_CHECK_EXCEPTION(house.mailboxes.open(place.ada, use), Error, is(Fault::corrupt));
  BOOST_CHECK_EXCEPTION(house.mailboxes.arrive(place.ada, "mail", 0, 0), Error, is(Fault::corrupt));
  house.mailboxes.open(place.bob, user);
}

// Under a running server, too: what it has read stays, and is not replaced by what was done to the
// file.
BOOST_AUTO_TEST_CASE(a_protection_that_is_changed_while_the_server_runs_is_noticed) {
  const storage::Protection adas{.certificates = {Bytes{1}}, .since = 1, .by = "a test"};
  const storage::Protection later{.certificates = {Bytes{2}}, .since = 2, .by = "a test"};
  for (const auto* change :
       {"delete from protection", "update protection set sealed = (select d from kept)"}) {
    Place place;
    Installation house(place.root);
    const auto file = place.root / "data" / "directory.db";
    house.directory.set_protection(place.ada, adas);
    storage_test::tamper(file, "create table kept as select sealed as d from protection");
    house.directory.set_protection(place.ada, later);
    for (int twice = 0; twice < 2; ++twice)  // the first one may change the directory
      BOOST_TEST(house.mailboxes.open(place.ada, system)->is_protected());

    storage_test::tamper(file, change);
    BOOST_TEST(house.mailboxes.open(place.ada, system)->is_protected());
    BOOST_TEST(!house.roll_backs.found().any());
    house.directory.set_quota(place.bob, {});  // all is read again
    BOOST_CHECK_EXCEPTION(house.mailboxes.open(place.ada, system), Error, is(Fault::corrupt));
    BOOST_CHECK_EXCEPTION(house.directory.protection(place.ada), Error, is(Fault::corrupt));
    BOOST_CHECK_EXCEPTION(house.mailboxes.arrive(place.ada, "mail", 0, 0), Error,
                          is(Fault::corrupt));
    BOOST_TEST(house.roll_backs.found().rows.size() == 1u);
    house.mailboxes.open(place.bob, user);

    const MailboxId accepted[] = {place.ada};
    BOOST_TEST(house.roll_backs.accept(house.mailboxes, accepted).empty());
    BOOST_TEST(!house.roll_backs.found().any());
    house.mailboxes.open(place.ada, user);
  }
}

// Whoever reads it next finds it; what others have read before is read again then.
BOOST_AUTO_TEST_CASE(a_protection_that_is_noticed_by_one_reader_is_not_believed_by_any) {
  const storage::Protection adas{.certificates = {Bytes{1}}, .since = 1, .by = "a test"};
  Place place;
  Installation house(place.root);
  for (const auto mailbox : {place.ada, place.bob}) house.directory.set_protection(mailbox, adas);
  for (const auto mailbox : {place.ada, place.bob}) house.mailboxes.open(mailbox, user);
  house.mailboxes.open(place.ada, user);  // nothing has changed since the last time
  storage_test::tamper(place.root / "data" / "directory.db", "delete from protection");
  house.mailboxes.open(place.ada, user);
  const auto changes = house.directory.changes();

  BOOST_CHECK_EXCEPTION(house.directory.protection(place.ada), Error, is(Fault::corrupt));
  BOOST_TEST(house.directory.changes() == changes + 1);
  BOOST_TEST(house.roll_backs.found().rows.size() == 1u);
  BOOST_CHECK_EXCEPTION(house.mailboxes.open(place.ada, user), Error, is(Fault::corrupt));
  BOOST_TEST(house.directory.changes() == changes + 1);
  const test_support::CapturedLog log(place.temporary.path() / "log");
  BOOST_CHECK_EXCEPTION(house.mailboxes.open(place.bob, user), Error, is(Fault::corrupt));
  BOOST_TEST(log.times("rolled_back") == 1);  // hers was told when it was found
  BOOST_TEST(log.times(" mailbox=" + std::to_string(place.bob.value) + '\n') == 1);
}

// One that somebody else puts there, likewise: mail would be sealed for a key that is not hers.
BOOST_AUTO_TEST_CASE(a_protection_that_was_taken_off_and_is_put_back_is_noticed) {
  Place place;
  Installation house(place.root);
  const auto file = place.root / "data" / "directory.db";
  house.directory.set_protection(
      place.ada, storage::Protection{.certificates = {Bytes{1}}, .since = 1, .by = "a test"});
  storage_test::tamper(file, "create table kept as select * from protection");
  house.directory.set_protection(place.ada, std::nullopt);
  BOOST_CHECK(!house.directory.protection(place.ada));
  storage_test::tamper(file, "insert into protection select * from kept");
  BOOST_CHECK_EXCEPTION(house.directory.protection(place.ada), Error, is(Fault::corrupt));
  BOOST_CHECK(!house.directory.protection(place.bob));
}

BOOST_AUTO_TEST_CASE(what_is_not_accepted_stays_so_over_a_restart) {
  Place place;
  place.keep("mail");
  {
    Installation house(place.root);
    place.add(house, place.ada, "later");
    place.add(house, place.bob, "later");
  }
  place.put_back("mail");
  {
    Installation house(place.root);
    const MailboxId adas[] = {place.ada};
    BOOST_TEST(house.roll_backs.accept(house.mailboxes, adas).empty());
  }
  Installation house(place.root);
  BOOST_CHECK(mailboxes_in(house.roll_backs.found()) == std::vector{place.bob});
  place.add(house, place.ada, "later");
}

BOOST_AUTO_TEST_CASE(a_database_that_is_gone_is_a_roll_back_of_its_mailboxes) {
  Place place;
  std::filesystem::remove_all(place.root / "data/mail");
  Installation house(place.root);
  BOOST_TEST(house.roll_backs.found().mailboxes.size() == 2u);
  BOOST_TEST(house.roll_backs.accept_all(house.mailboxes).empty());
  BOOST_TEST(!house.roll_backs.found().any());
  BOOST_CHECK(house.mailboxes.open(place.ada, user)->tree()->find("INBOX") != nullptr);
}

// Mail is served; no single mailbox has it, so it is accepted with all.
BOOST_AUTO_TEST_CASE(an_older_ledger_is_named_until_all_is_accepted) {
  Place place;
  place.keep("ledger.db");
  {
    Installation house(place.root);
    house.ledger_rows.set_notice({place.ada, 24321});
    house.roll_backs.note(storage::Anchors::Until::written);
    BOOST_TEST(!house.roll_backs.found().any());
  }
  place.put_back("ledger.db");
  {
    Installation house(place.root);
    BOOST_TEST(house.roll_backs.found().ledger);
    BOOST_TEST(house.roll_backs.found().not_served().empty());
    BOOST_TEST(house.roll_backs.summary().value() == "an older state was put back of the ledger");
    place.add(house, place.ada, "later");
    const MailboxId adas[] = {place.ada};
    BOOST_CHECK_EXCEPTION(house.roll_backs.accept(house.mailboxes, adas), Error,
                          is(Fault::invalid));
    BOOST_TEST(house.roll_backs.found().ledger);
    BOOST_TEST(house.roll_backs.accept_all(house.mailboxes).empty());
    BOOST_TEST(!house.roll_backs.summary().has_value());
  }
  Installation house(place.root);
  BOOST_TEST(!house.roll_backs.found().any());
}

BOOST_AUTO_TEST_CASE(one_whose_key_is_denied_is_not_accepted_and_the_others_are) {
  Place place;
  {
    Installation house(place.root);
    house.make_dep();
    house.assign(house.directory.account("ada@example.org"), "Contoso");
    house.swept();
  }
  place.keep("mail");
  {
    Installation house(place.root);
    place.add(house, place.ada, "later");
    place.add(house, place.bob, "later");
  }
  place.put_back("mail");
  Installation house(place.root);
  house.service_keys.destroy_availability_keys(house.directory.mailbox(place.ada).dep);
  for (const auto& vault : {test_support::vault_a, test_support::vault_b})
    house.roots.steer(vault, test_support::FakeRoots::Mode::denied);
  const auto refused = house.roll_backs.accept_all(house.mailboxes);
  BOOST_TEST_REQUIRE(refused.size() == 1u);
  BOOST_TEST(refused[0].mailbox.value == place.ada.value);
  BOOST_CHECK(mailboxes_in(house.roll_backs.found()) == std::vector{place.ada});
  house.mailboxes.open(place.bob, user);
}

BOOST_AUTO_TEST_CASE(jobs_rest_while_a_dep_is_not_believed) {
  Place place;
  {
    Installation house(place.root);
    house.make_dep();
  }
  storage_test::tamper(place.root / "data/directory.db", "update dep set state = 2 where id = 2");
  Installation house(place.root);
  BOOST_TEST(!house.directory.believes_the_rest());
  BOOST_CHECK_EXCEPTION(house.directory.dep(DepId(2)), Error, is(Fault::corrupt));
  house.rotation.destroy_former_availability_keys();
  BOOST_TEST(house.rotation.needed_roots({}).size() == 2u);  // of the managed DEP
  BOOST_TEST(house.deps.list().size() == 1u);
  house.mailboxes.open(place.ada, user);
  house.roll_backs.accept_all(house.mailboxes);
  BOOST_CHECK(house.deps.dep("Contoso").state == storage::DepState::disabled);
}

BOOST_AUTO_TEST_SUITE_END()
