#include "policy/purge.h"

#include <boost/test/unit_test.hpp>

#include <functional>

BOOST_AUTO_TEST_SUITE(purge)

namespace {

using crypto::RootVerdict;
using policy::Approval;
using policy::DepPurgeFacts;
using policy::Force;
using policy::MailboxPurgeFacts;
using policy::PurgeRecord;
using policy::PurgeRoot;
using policy::PurgeState;
using storage::Hold;

const std::string a = "https://a/keys/x/1", b = "https://b/keys/y/1", old_a = "https://a/keys/x/0";

PurgeRoot root(const std::string& kid, RootVerdict verdict, std::uint32_t version = 1) {
  return {version, {kid, verdict, verdict == RootVerdict::ok ? "" : "as told"}};
}

std::vector<PurgeRoot> roots(RootVerdict first, RootVerdict second) {
  return {root(a, first), root(b, second)};
}

PurgeRoot put_off(const std::string& reason) { return {1, {b, RootVerdict::transient, reason}}; }

DepPurgeFacts contoso(std::vector<PurgeRoot> said) {
  DepPurgeFacts facts{
      .dep = {}, .roots = std::move(said), .leaving = {}, .arriving = {}, .held = {}};
  facts.dep.name = "contoso";
  return facts;
}

DepPurgeFacts changed(DepPurgeFacts facts, const std::function<void(DepPurgeFacts&)>& change) {
  change(facts);
  return facts;
}

// Starts with `expected`; empty: it is not refused.
void check(const std::optional<Error>& refusal, const std::string& expected, const char* what) {
  const std::string got = refusal ? refusal->what() : "";
  BOOST_TEST((expected.empty() ? got.empty() : got.starts_with(expected)), what << ": " << got);
}

PurgeRecord requested() {
  PurgeRecord record{
      .id = 7, .dep = DepId(3), .dep_name = "contoso", .reason = "r", .contact = "c"};
  record.request = {1001, "eve (uid 1001)", 500};
  record.mailboxes = {{MailboxId(4), DatabaseId(1), 1, "ada@example.org"},
                      {MailboxId(5), DatabaseId(2), 1, "bob@example.org"}};
  return record;
}

PurgeRecord in_state(PurgeState state) {
  auto record = requested();
  record.state = state;
  return record;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_dep_is_purged_only_when_its_roots_say_no_and_its_mailboxes_are_at_rest) {
  const auto ok = RootVerdict::ok, no = RootVerdict::denied, down = RootVerdict::transient,
             bad = RootVerdict::misconfigured;
  const auto denied = contoso(roots(no, no));
  struct Row {
    const char* what;
    DepPurgeFacts facts;
    const char* without_force;
    const char* with_force;
  };
  const char* unwraps = "the service can still unwrap: ";
  const char* silent = "not every root denies: ";
  const Row rows[] = {
      {"both deny", denied, "", ""},
      {"both unwrap", contoso(roots(ok, ok)), unwraps, unwraps},
      {"one unwraps", contoso(roots(no, ok)), unwraps, unwraps},
      {"the other unwraps", contoso(roots(ok, no)), unwraps, unwraps},
      {"one is down", contoso(roots(no, down)), silent, ""},
      {"both are down", contoso(roots(down, down)), silent, ""},
      {"one is misconfigured", contoso(roots(bad, no)), silent, ""},
      {"one was not asked", contoso({root(a, no), put_off("not asked: spared")}), silent, silent},
      {"one asks for time", contoso({root(a, no), put_off("429 TooManyRequests: ")}), silent,
       silent},
      {"a vault is gone, the other unwraps", contoso(roots(down, ok)), unwraps, unwraps},
      {"an earlier version is unwrapped",
       changed(denied, [&](auto& facts) { facts.roots.push_back(root(old_a, ok, 2)); }), unwraps,
       unwraps},
      {"the managed default", changed(denied, [](auto& facts) { facts.dep.managed = true; }),
       "the managed default has no purge path", "the managed default has no purge path"},
      {"tenant-wide", changed(denied, [](auto& facts) { facts.dep.tenant_wide = true; }),
       "DEP contoso is tenant-wide", "DEP contoso is tenant-wide"},
      {"asked for twice", changed(denied, [](auto& facts) { facts.dep.hold = Hold::pending; }),
       "a purge of DEP contoso is pending", "a purge of DEP contoso is pending"},
      {"mailboxes leave it",
       changed(denied,
               [](auto& facts) {
                 facts.leaving = {"ada", "bob"};
               }),
       "mailboxes under DEP contoso belong elsewhere: ada, bob",
       "mailboxes under DEP contoso belong elsewhere: ada, bob"},
      {"mailboxes come to it", changed(denied, [](auto& facts) { facts.arriving = {"ada"}; }),
       "mailboxes of DEP contoso are still under another: ada",
       "mailboxes of DEP contoso are still under another: ada"},
      {"one of them is purged alone", changed(denied, [](auto& facts) { facts.held = {"ada"}; }),
       "a purge of the mailboxes of ada", "a purge of the mailboxes of ada"},
  };
  for (const auto& row : rows) {
    check(why_not_purged(row.facts, Force::no), row.without_force, row.what);
    check(why_not_purged(row.facts, Force::yes), row.with_force, row.what);
    if (const auto refusal = why_not_purged(row.facts, Force::no))
      BOOST_TEST(!refusal->hint().empty(), row.what);
  }
}

BOOST_AUTO_TEST_CASE(once_due_a_root_that_unwrapped_has_to_deny_again) {
  const auto ok = RootVerdict::ok, no = RootVerdict::denied, down = RootVerdict::transient;
  auto plain = in_state(PurgeState::approved), forced = plain;
  forced.forced = true;
  auto blocked = plain, blocked_forced = forced;
  blocked.blocked_by = blocked_forced.blocked_by = {a};
  struct Row {
    const char* what;
    const PurgeRecord& purge;
    std::vector<PurgeRoot> roots;
    const char* expected;
  };
  const Row rows[] = {
      {"both deny", plain, roots(no, no), ""},
      {"regranted", plain, roots(ok, no), "the service can still unwrap"},
      {"regranted, then cut off", plain, roots(down, no), "not every root denies"},
      {"forced: gone still", forced, roots(down, down), ""},
      {"forced: not asked", forced, {root(a, no), put_off("not asked: spared")}, "not every root"},
      {"forced: regranted", forced, roots(ok, down), "the service can still unwrap"},
      {"blocked, then down", blocked_forced, roots(down, down), "it has unwrapped"},
      {"blocked, then denied again", blocked_forced, roots(no, down), ""},
      {"blocked, and unwraps still", blocked, roots(ok, no), "the service can still unwrap"},
      {"blocked, then denied", blocked, roots(no, no), ""},
  };
  for (const auto& row : rows)
    check(why_not_destroyed(row.purge, row.roots), row.expected, row.what);
}

BOOST_AUTO_TEST_CASE(a_mailbox_is_purged_once_its_account_is_disabled) {
  const MailboxPurgeFacts fine{.account = "ada", .enabled = false};
  auto enabled = fine, managed = fine, moving = fine, held = fine;
  enabled.enabled = true;
  managed.managed = true;
  moving.moving = true;
  held.hold = Hold::pending;
  check(why_not_purged(fine), "", "disabled");
  check(why_not_purged(enabled), "account ada is enabled", "enabled");
  BOOST_TEST(why_not_purged(enabled)->hint() == "`sealpost account disable ada` first");
  check(why_not_purged(managed), "mailbox ada is under the managed default", "managed");
  check(why_not_purged(moving), "mailbox ada is on its way to another DEP", "moving");
  check(why_not_purged(held), "a purge of mailbox ada is pending", "held");
}

BOOST_AUTO_TEST_CASE(reason_and_contact_are_a_line_each) {
  check(policy::why_not_text("reason", "contract ended"), "", "a line");
  for (const auto& bad : {std::string(), std::string("two\nlines"), std::string(1001, 'x')})
    check(policy::why_not_text("reason", bad), "a purge needs a reason", "no line");
}

BOOST_AUTO_TEST_CASE(another_person_approves_what_they_have_counted) {
  const auto record = requested();
  const Approval fine{.user = 1002, .name = "bob", .approver_since = 499, .mailboxes = 2};
  struct Row {
    const char* what;
    PurgeRecord record;
    Approval approval;
    std::string expected;
  };
  const auto with = [&](const std::function<void(Approval&)>& change) {
    auto approval = fine;
    change(approval);
    return approval;
  };
  const auto digest = policy::list_digest(record);
  const Row rows[] = {
      {"by number", record, fine, ""},
      {"by digest", record, with([&](auto& it) { it.mailboxes.reset(), it.digest = digest; }), ""},
      {"by both", record, with([&](auto& it) { it.digest = digest; }), ""},
      {"oneself", record, with([](auto& it) { it.user = 1001; }),
       "who requests a purge may not approve it"},
      {"no approver", record, with([](auto& it) { it.approver_since.reset(); }),
       "bob was not purge-approver"},
      {"an approver from then on", record, with([](auto& it) { it.approver_since = 500; }),
       "bob was not purge-approver when the purge was requested"},
      {"an approver since", record, with([](auto& it) { it.approver_since = 501; }),
       "bob was not purge-approver"},
      {"says nothing", record, with([](auto& it) { it.mailboxes.reset(); }), "say how many"},
      {"miscounts", record, with([](auto& it) { it.mailboxes = 3; }),
       "purge 7 means 2 mailboxes, not 3"},
      {"another list", record, with([](auto& it) { it.digest = std::string(64, '0'); }),
       "that is not the digest"},
      {"approved", in_state(PurgeState::approved), fine, "purge 7 is approved already"},
      {"cancelled", in_state(PurgeState::cancelled), fine, "purge 7 is cancelled already"},
      {"destroyed", in_state(PurgeState::destroyed), fine, "purge 7 is destroyed already"},
  };
  for (const auto& row : rows)
    check(why_not_approved(row.record, row.approval), row.expected, row.what);
}

BOOST_AUTO_TEST_CASE(it_can_be_cancelled_until_it_is_being_destroyed) {
  for (const auto state : {PurgeState::requested, PurgeState::approved, PurgeState::blocked})
    BOOST_CHECK(!policy::why_not_cancelled(in_state(state)));
  for (const auto state : {PurgeState::destroying, PurgeState::destroyed})
    check(policy::why_not_cancelled(in_state(state)), "purge 7 cannot be cancelled any more",
          "too late");
  BOOST_CHECK(policy::why_not_cancelled(in_state(PurgeState::cancelled))->fault() == Fault::exists);
}

BOOST_AUTO_TEST_CASE(a_digest_is_of_the_list_as_it_is_shown) {
  auto record = requested();
  // printf '4 ada@example.org\n5 bob@example.org\n' | sha256sum
  BOOST_TEST(policy::list_digest(record) ==
             "d0008663fd682303b48bc2087121a22f481fc57686f218a8d8a8abc870939040");
  record.mailboxes.pop_back();
  BOOST_TEST(policy::list_digest(record) != policy::list_digest(requested()));
}

BOOST_AUTO_TEST_SUITE_END()
