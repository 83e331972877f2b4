#include "policy/purges.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "tests/support/installation.h"
#include "tests/support/open_directory.h"

BOOST_AUTO_TEST_SUITE(purges)

namespace {

using crypto::ActorClass;
using policy::Approval;
using policy::PurgeRecord;
using policy::PurgeState;
using policy::Run;
using test_support::FakeRoots;
using test_support::purge_grace;
using test_support::vault_a;
using test_support::vault_b;
using Mode = FakeRoots::Mode;

constexpr uid_t eve = 1001, bob = 1002;

const policy::PurgeRequest by_eve{
    .user = eve, .name = "eve", .reason = "contract ended", .contact = "eve@example.org"};

// Ada and Bob under DEP Contoso, Carol under Other (with roots in other vaults), Dave managed; each
// has mail.
struct House : test_support::Installation {
  House() : House(std::filesystem::path()) {}
  explicit House(const std::filesystem::path& root) : Installation(root) {
    roots.add("https://c.example", "three");
    roots.add("https://d.example", "four");
    make_dep();
    deps.create({.name = "Other",
                 .description = "",
                 .root_a = crypto::RootKeyRef("https://c.example/keys/three"),
                 .root_b = crypto::RootKeyRef("https://d.example/keys/four")});
    for (const auto* name : {"ada", "bob", "carol", "dave"}) {
      auto& account = accounts.emplace_back(
          make_account(std::string(name) + "@example.org", deps.dep(*name == 'c'   ? "Other"
                                                                    : *name == 'd' ? "managed"
                                                                                   : "Contoso")));
      add_mail(account, std::string("mail of ") + name);
    }
  }

  // For good: no DEP key is in memory any longer.
  void deny(Mode first = Mode::denied, Mode second = Mode::denied) {
    clock.advance(1000);
    roots.steer(vault_a, first);
    roots.steer(vault_b, second);
  }
  PurgeRecord request(Run run = Run::change) { return purges.request_dep("contoso", by_eve, run); }
  PurgeRecord approve(const PurgeRecord& purge) {
    return purges.approve(
        purge.id,
        {.user = bob, .name = "bob", .approver_since = 0, .mailboxes = purge.mailboxes.size()});
  }
  PurgeRecord approved() {
    deny();
    return approve(request());
  }
  void pass_grace() {
    clock.advance(purge_grace + 1);
    purges.pass({});
  }
  PurgeState state(std::int64_t id = 1) { return purges.purge(id).state; }
  storage::Account disabled(const storage::Account& account) {
    auto changed = account;
    changed.enabled = false;
    directory.update_account(changed);
    return changed;
  }
  PurgeRecord request_mailbox(const storage::Account& account) {
    return purges.request_mailbox(account.mailbox, by_eve, Run::change);
  }

  std::vector<storage::Account> accounts;
};

template <class Work>
std::string refusal(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return std::string(name_of(error.fault())) + ": " + error.what();
  }
  return "";
}

bool begins(const std::string& text, std::string_view with) { return text.starts_with(with); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_dep_is_asked_for_approved_and_destroyed_after_its_grace) {
  House house;
  house.deny();
  const auto preview = house.request(Run::preview);
  BOOST_TEST(preview.id == 0);
  BOOST_TEST(preview.mailboxes.size() == 2u);
  BOOST_TEST(house.purges.list().empty());

  const auto purge = house.request();
  BOOST_TEST(purge.id == 1);
  BOOST_TEST(purge.mailboxes[0].account == "ada@example.org");
  BOOST_TEST(purge.versions.at(0).kids.size() == 2u);
  BOOST_TEST(purge.versions[0].generation == 1u);
  house.pass_grace();
  BOOST_CHECK(house.state() == PurgeState::requested);  // nobody approved it

  house.approve(purge);
  house.purges.pass({});
  BOOST_CHECK(house.state() == PurgeState::approved);
  house.add_mail(house.accounts[0], "mail in the grace");  // is accepted, sealed
  house.pass_grace();
  BOOST_CHECK(house.state() == PurgeState::destroyed);

  const auto done = house.purges.purge(1);
  BOOST_TEST(done.counts->messages == 3u);
  BOOST_TEST(done.counts->folders == 12u);
  BOOST_CHECK(!house.service_keys.find_availability_key(purge.dep, 1));
  BOOST_CHECK_THROW(house.directory.dep("Contoso"), Error);
  BOOST_TEST(house.directory.accounts().size() == 2u);
  for (const auto& [id, database] : house.databases)
    BOOST_TEST(database->count_rows(std::vector{MailboxId(1), MailboxId(2)}).messages == 0u);
  BOOST_CHECK(house.inbox(house.accounts[2]) == std::vector<std::string>{"mail of carol"});
  BOOST_CHECK(house.inbox(house.accounts[3]) == std::vector<std::string>{"mail of dave"});

  house.deny(Mode::ok, Mode::ok);
  const auto again = house.make_dep();  // the name is free; the number is not given twice
  BOOST_TEST(again.id.value > purge.dep.value);
  house.make_account("ada@example.org", again);
  house.pass_grace();
  BOOST_TEST(house.directory.accounts().size() == 3u);
  std::string results;
  for (const auto& event : house.audit.events("purge destroy")) {
    results += event.result + " ";
    BOOST_TEST(event.request_id == done.request_id);
  }
  BOOST_TEST(results == "begun success ");
  for (const auto* step : {"purge availability keys", "purge wrapped keys", "purge rows"})
    BOOST_TEST(house.audit.events(step).size() == 1u, step);
}

BOOST_AUTO_TEST_CASE(a_request_is_refused_while_a_root_unwraps_and_keeps_nothing) {
  House house;
  BOOST_TEST(begins(refusal([&] { house.request(); }), "denied: the service can still unwrap"));
  house.deny(Mode::denied, Mode::transient);
  BOOST_TEST(begins(refusal([&] { house.request(); }), "denied: not every root denies"));
  auto forced = by_eve;
  forced.force = policy::Force::yes;
  BOOST_TEST(house.purges.request_dep("contoso", forced, Run::preview).forced);
  house.deny(Mode::denied, Mode::ok);
  BOOST_TEST(begins(refusal([&] { house.purges.request_dep("contoso", forced, Run::change); }),
                    "denied: the service can still unwrap"));
  BOOST_TEST(house.purges.list().empty());
  BOOST_TEST(begins(refusal([&] { house.purges.request_dep("managed", by_eve, Run::change); }),
                    "invalid: the managed default"));
  BOOST_TEST(begins(refusal([&] { house.purges.request_dep("nobody", by_eve, Run::change); }),
                    "not_found"));
  auto silent = by_eve;
  silent.reason.clear();
  BOOST_TEST(begins(refusal([&] { house.purges.request_dep("contoso", silent, Run::change); }),
                    "invalid: a purge needs a reason"));
}

BOOST_AUTO_TEST_CASE(a_denial_that_sticks_counts_though_the_vault_is_cut_off) {
  House house;
  house.deny();
  BOOST_CHECK_THROW(house.mailboxes.open(house.accounts[0].mailbox, ActorClass::user), Error);
  house.deny(Mode::transient, Mode::transient);
  BOOST_TEST(house.request().mailboxes.size() == 2u);
}

BOOST_AUTO_TEST_CASE(mailboxes_that_leave_or_come_must_have_arrived_first) {
  House house;
  house.deny();
  house.roots.steer("https://c.example", Mode::denied);
  house.roots.steer("https://d.example", Mode::denied);
  house.assign(house.accounts[0], "Other");  // cannot be moved just now
  BOOST_TEST(begins(refusal([&] { house.request(); }),
                    "denied: mailboxes under DEP Contoso belong elsewhere: ada@example.org"));
  const auto other = [&] { house.purges.request_dep("other", by_eve, Run::change); };
  BOOST_TEST(begins(refusal(other),
                    "denied: mailboxes of DEP Other are still under another: ada@example.org"));
  house.assign(house.accounts[0], "Contoso");
  BOOST_TEST(refusal(other).empty());
}

BOOST_AUTO_TEST_CASE(what_is_pending_takes_nothing_and_lets_nothing_go) {
  House house;
  house.deny();
  house.request();
  const auto ada = house.accounts[0], dave = house.accounts[3];
  const MailboxId list[] = {ada.mailbox};
  auto& deps = house.deps;
  struct Row {
    const char* what;
    std::function<void()> act;
  };
  const Row rows[] = {
      {"assign to it", [&] { house.assign(dave, "Contoso"); }},
      {"assign away", [&] { house.assign(ada, "Other"); }},
      {"unassign", [&] { deps.unassign(list, Run::change); }},
      {"new account", [&] { house.make_account("new@example.org", deps.dep("Contoso")); }},
      {"remove account", [&] { house.mailboxes.remove(ada); }},
      {"rotate", [&] { house.mailbox_rotation.begin(ada.mailbox, storage::Renewal::contents); }},
      {"refresh", [&] { house.rotation.refresh("contoso", Run::change); }},
      {"roll", [&] { house.rotation.roll_key("contoso", Run::change); }},
      {"roll availability", [&] { house.rotation.roll_availability_key("contoso", Run::change); }},
      {"replace",
       [&] {
         house.rotation.replace_root("contoso", storage::RootSlot::a,
                                     crypto::RootKeyRef("https://c.example/keys/three"),
                                     Run::change);
       }},
      {"rename", [&] { deps.rename("contoso", "Other2", Run::change); }},
      {"describe", [&] { deps.describe("contoso", "x", Run::change); }},
      {"disable", [&] { deps.disable("contoso", Run::change); }},
      {"enable", [&] { deps.enable("contoso", Run::change); }},
      {"remove", [&] { deps.remove("contoso", Run::change); }},
      {"tenant-wide", [&] { deps.set_tenant_wide("contoso", Run::change); }},
      {"purge again", [&] { house.request(); }},
      {"purge one of it", [&] { house.request_mailbox(house.disabled(ada)); }},
      {"storage itself: assign", [&] { house.directory.assign(list, deps.dep("other").id); }},
      {"storage itself: version",
       [&] {
         auto key = house.directory.dep_key(deps.dep("contoso").id, 1);
         key.version = 2;
         house.directory.add_dep_version(key);
       }},
      {"storage itself: enable",
       [&] {
         auto enabled = house.disabled(ada);
         enabled.enabled = true;
         house.directory.update_account(enabled);
       }},
  };
  for (const auto& row : rows) {
    const auto said = refusal(row.act);
    BOOST_TEST(begins(said, "denied: a purge of "), row.what << ": " << said);
  }
  house.purges.cancel(1, eve, "eve");
  house.deny(Mode::ok, Mode::ok);
  BOOST_TEST(refusal([&] { deps.describe("contoso", "x", Run::change); }).empty());
  house.assign(ada, "Other");
  BOOST_TEST(house.directory.mailbox(ada.mailbox).dep.value == deps.dep("other").id.value);
}

BOOST_AUTO_TEST_CASE(a_root_that_unwraps_when_it_is_due_blocks_it_until_it_denies_again) {
  House house;
  house.approved();
  house.deny(Mode::ok, Mode::denied);
  house.pass_grace();
  BOOST_CHECK(house.state() == PurgeState::blocked);
  BOOST_TEST(house.purges.purge(1).blocked_by.size() == 1u);
  BOOST_TEST(begins(house.purges.waits_for(1), "the service can still unwrap"));
  house.deny(Mode::transient, Mode::transient);
  house.purges.pass({});
  BOOST_CHECK(house.state() == PurgeState::blocked);
  BOOST_TEST(house.audit.events("purge destroy").size() == 1u);  // blocked, told once
  BOOST_TEST(house.audit.events("purge destroy")[0].result == "blocked");
  house.deny();
  house.purges.pass({});
  BOOST_CHECK(house.state() == PurgeState::destroyed);
}

BOOST_AUTO_TEST_CASE(it_is_cancelled_in_its_grace_and_blocked_and_not_once_it_is_done) {
  House house;
  house.approved();
  house.purges.cancel(1, bob, "bob");
  house.pass_grace();
  BOOST_CHECK(house.state() == PurgeState::cancelled);
  house.approve(house.request());
  house.deny(Mode::ok, Mode::ok);
  house.pass_grace();
  BOOST_CHECK(house.state(2) == PurgeState::blocked);
  house.purges.cancel(2, bob, "bob");
  house.pass_grace();
  BOOST_CHECK(house.inbox(house.accounts[0]) == std::vector<std::string>{"mail of ada"});
  house.deny();
  house.approve(house.request());
  house.pass_grace();
  BOOST_TEST(begins(refusal([&] { house.purges.cancel(3, bob, "bob"); }),
                    "denied: purge 3 cannot be cancelled any more"));
}

// Holds keep it the same; somebody with write access to the file has lifted them.
BOOST_AUTO_TEST_CASE(a_list_that_is_not_what_it_was_is_not_approved) {
  const storage_test::TempDirectory temporary;
  const auto root = temporary.path() / "house";
  {
    House house(root);
    house.deny();
    house.request();
  }
  storage_test::tamper(root / "data/directory.db", "update purge set hold = 0");
  storage_test::forget_anchors(root / "keys");
  test_support::Installation house(root);
  house.make_account("new@example.org", house.deps.dep("Contoso"));
  const Approval approval{.user = bob, .name = "bob", .approver_since = 0, .mailboxes = 2};
  BOOST_TEST(begins(refusal([&] { house.purges.approve(1, approval); }),
                    "denied: the mailboxes that purge 1 means are not those"));
}

BOOST_AUTO_TEST_CASE(a_mailbox_is_purged_alone) {
  House house;
  const auto ada = house.accounts[0];
  BOOST_TEST(begins(refusal([&] { house.request_mailbox(ada); }), "denied: account"));
  const auto purge = house.request_mailbox(house.disabled(ada));
  BOOST_TEST(begins(refusal([&] { house.assign(ada, "Other"); }), "denied: a purge of mailbox"));
  house.deny();
  house.assign(house.accounts[2], "Contoso");  // cannot be moved just now
  BOOST_TEST(begins(refusal([&] { house.request_mailbox(house.disabled(house.accounts[2])); }),
                    "denied: mailbox carol@example.org is on its way"));
  house.approve(purge);
  house.pass_grace();
  BOOST_CHECK(house.state() == PurgeState::destroyed);
  BOOST_CHECK_THROW(house.directory.mailbox(ada.mailbox), Error);
  BOOST_CHECK_THROW(house.directory.account("ada@example.org"), Error);
  BOOST_CHECK(house.inbox(house.accounts[1]) == std::vector<std::string>{"mail of bob"});
  BOOST_CHECK(house.service_keys.find_availability_key(purge.dep, 1));
  BOOST_TEST(house.purges.purge(1).counts->messages == 1u);
}

BOOST_AUTO_TEST_CASE(the_managed_default_has_no_purge_path) {
  House house;
  const auto dave = house.disabled(house.accounts[3]);
  BOOST_TEST(begins(refusal([&] { house.request_mailbox(dave); }),
                    "invalid: mailbox dave@example.org is under the managed default"));
}

BOOST_AUTO_TEST_CASE(sessions_end_and_nobody_reads_on) {
  House house;
  const auto ada = house.accounts[0];
  std::string ended;
  auto open = house.mailboxes.open(ada.mailbox, ActorClass::system);
  const auto visit =
      house.mailboxes.visit(ada.mailbox, [&](const Error& why) { ended = why.what(); });
  house.approved();
  house.clock.advance(purge_grace + 1);
  std::stop_source stop;
  house.on_purge_step = [&](const auto&, auto step) {
    if (step == "marked") stop.request_stop();
  };
  house.purges.pass(stop.get_token());  // somebody has it open
  BOOST_CHECK(house.state() == PurgeState::destroying);
  BOOST_TEST(ended == "this mailbox is being destroyed");
  const auto inbox = open->tree()->folder("INBOX");
  BOOST_CHECK_THROW(open->select(inbox, storage::Mailbox::Recent::look, storage_test::reading),
                    Error);
  BOOST_CHECK_THROW(house.mailboxes.open(ada.mailbox, ActorClass::system), Error);
  BOOST_CHECK_THROW(house.mailboxes.arrive(ada.mailbox, "x", 0, 0), Error);
  BOOST_TEST(begins(refusal([&] { house.purges.cancel(1, bob, "bob"); }),
                    "denied: purge 1 cannot be cancelled any more"));
  BOOST_CHECK(house.service_keys.find_availability_key(house.purges.purge(1).dep, 1));
  open.reset();
  house.purges.pass({});
  BOOST_CHECK(house.state() == PurgeState::destroyed);
}

BOOST_AUTO_TEST_CASE(without_a_record_nothing_is_destroyed) {
  House house;
  house.approved();
  house.audit.fail(true);
  house.pass_grace();
  BOOST_CHECK(house.state() == PurgeState::approved);
  house.audit.fail(false);
  house.purges.pass({});
  BOOST_CHECK(house.state() == PurgeState::destroyed);
}

BOOST_AUTO_TEST_SUITE_END()
