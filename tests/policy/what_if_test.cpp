#include "policy/what_if.h"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <map>
#include <random>

#include "base/error.h"
#include "policy/key_facts.h"
#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(what_if)

namespace {

using crypto::ActorClass;
using crypto::RootKeyRef;
using crypto::RootVerdict;
using policy::Access;
using policy::AvailabilityKey;
using policy::Course;
using policy::Fate;
using policy::Hypothesis;
using policy::KeyFacts;
using policy::Run;
using policy::VersionFacts;
using test_support::FakeRoots;
using Mode = FakeRoots::Mode;

constexpr UnixTime now = 1'800'000'000, ttl = 900, longest = 72 * 3600;
const policy::KeyTimes times{std::chrono::seconds(ttl), std::chrono::seconds(longest)};
const RootKeyRef a("https://a/keys/x/1"), b("https://b/keys/y/1");

// ---- a world of one mailbox

KeyFacts world(RootVerdict first, RootVerdict second, bool availability_key = true) {
  const storage::DepVersion version{DepId(2), 1};
  return {.now = now,
          .times = times,
          .versions = {{.version = version,
                        .dep = "contoso",
                        .roots = {{a, first}, {b, second}},
                        .availability_key = availability_key}},
          .mailboxes = {{MailboxId(1), "ada@example.org", version, version}}};
}

// "by root; denied after 900"
std::string described(const Course& course) {
  std::string text;
  for (const auto& stage : course.stages) {
    text += (text.empty() ? "" : "; ") + std::string(name_of(stage.access));
    if (stage.by != now) text += " after " + std::to_string(stage.by - now);
  }
  return text;
}

std::string described(const KeyFacts& facts, const Hypothesis& hypothesis) {
  const auto fate = policy::what_if(facts, hypothesis).at(0);
  return described(fate.users) + " | " + described(fate.system);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_follows_from_what_the_roots_would_say) {
  const auto ok = RootVerdict::ok, denied = RootVerdict::denied, down = RootVerdict::transient;
  const std::string one = "https://a/keys/x", other = "https://b";
  const auto say = [](std::vector<std::string> roots, RootVerdict verdict) {
    return Hypothesis{.roots = std::move(roots), .say = verdict};
  };
  auto sticky = world(down, ok);
  sticky.versions[0].roots[0].denied_before = true;
  auto outage = world(down, down);
  outage.versions[0].outage_since = now - 3600;
  auto endless = outage;
  endless.versions[0].outage_since = now - longest;
  struct Row {
    const char* what;
    KeyFacts facts;
    Hypothesis hypothesis;
    std::string course;
  };
  const std::string served = "by availability key";
  const Row rows[] = {
      {"nothing", world(ok, ok), {}, "by root | by root"},
      {"one revoked", world(ok, ok), say({one}, denied), "by root | by root"},
      {"both revoked", world(ok, ok), say({one, other}, denied),
       "by root; denied after 900 | by root; " + served + " after 900"},
      {"both revoked, no availability key", world(ok, ok, false), say({one, other}, denied),
       "by root; denied after 900 | by root; denied after 900"},
      {"the last one revoked", world(denied, ok), say({other}, denied),
       "by root; denied after 900 | by root; " + served + " after 900"},
      {"the other is down", world(denied, ok), say({other}, down),
       "by root; denied after 900 | by root; " + served + " after 900"},
      {"one that denied before is down", sticky, say({other}, down),
       "by root; denied after 900 | by root; " + served + " after 900"},
      {"both down", world(ok, ok), say({one, other}, down),
       "by root; " + served + " after 900; unavailable after 260100 | by root; " + served +
           " after 900"},
      {"both down, no availability key", world(ok, ok, false), say({one, other}, down),
       "by root; unavailable after 900 | by root; unavailable after 900"},
      {"an outage goes on", outage, {}, served + "; unavailable after 255600 | " + served},
      {"an outage without end", endless, {}, "unavailable | " + served},
      {"a root comes back", endless, say({one}, ok),
       "unavailable; by root after 900 | " + served + "; by root after 900"},
      {"another key", world(ok, ok), say({"https://a/keys/xy"}, denied), "by root | by root"},
  };
  for (const auto& row : rows) {
    const auto got = described(row.facts, row.hypothesis);
    BOOST_TEST(got == row.course, row.what << ": " << got);
  }
}

BOOST_AUTO_TEST_CASE(without_a_ttl_it_is_at_once_and_what_is_destroyed_stays_so) {
  auto facts = world(RootVerdict::ok, RootVerdict::ok);
  facts.times.dep_key_ttl = std::chrono::seconds(0);
  const Hypothesis revoked{.roots = {"https://a", "https://b"}, .say = RootVerdict::denied};
  BOOST_TEST(described(facts, revoked).starts_with("by root; denied after 3 |"));
  Hypothesis purge = revoked;
  purge.destroyed = {MailboxId(1)};
  purge.destroyed_at = now + 500;
  BOOST_TEST(described(facts, purge) ==
             "by root; denied after 3; destroyed after 500 | by root; by availability key after 3; "
             "destroyed after 500");
  const auto fates = policy::what_if(facts, purge);
  BOOST_TEST(fates[0].users.end()->by == now + 3);
  BOOST_TEST(fates[0].system.end()->by == now + 500);
  BOOST_TEST(policy::worse(policy::what_if(facts, {}), fates).size() == 1u);
  BOOST_TEST(policy::worse(fates, fates).size() == 1u);  // destroyed is worse than anything
  BOOST_TEST(policy::worse(policy::what_if(facts, revoked), policy::what_if(facts, {})).empty());
}

BOOST_AUTO_TEST_CASE(a_version_that_is_gone_is_an_error) {
  auto facts = world(RootVerdict::ok, RootVerdict::ok);
  facts.mailboxes[0].under.version = 7;
  BOOST_CHECK_THROW(policy::what_if(facts, {}), Error);
}

// ---- predicted, then done

namespace {

const std::vector<std::string> vaults = {"https://a.example", "https://b.example",
                                         "https://c.example", "https://d.example"};
constexpr Mode modes[] = {
    Mode::ok,     Mode::ok, Mode::ok, Mode::ok, Mode::denied, Mode::transient, Mode::misconfigured,
    Mode::garbage};

// Of the root key there: two vaults do not hold one key.
std::string name_in(const std::string& vault) { return "root-" + vault.substr(8, 1); }

// A random state of policies, keys and trouble, and something done to it.
class World {
 public:
  explicit World(unsigned seed) : random_(seed) {
    for (const auto& vault : vaults) keys_.emplace(vault, house_.roots.add(vault, name_in(vault)));
    make_deps();
    make_mailboxes();
    change_some();
    have_history();
    for (const auto& vault : vaults) steer(vault, modes[below(std::size(modes))]);
    house_.clock.advance(ttl + static_cast<UnixTime>(below(2) * below(200'000)));
  }

  KeyFacts facts() {
    return policy::KeyFactsSource(house_.directory, house_.roots, house_.service_keys,
                                  house_.rotation, house_.clock, times)
        .gathered();
  }

  // Does what `hypothesis` then says; the kind of it.
  std::string act(Hypothesis& hypothesis) {
    switch (below(18)) {
      case 0:
      case 1:
        at_vaults(hypothesis, Mode::denied, RootVerdict::denied);
        return "revoke";
      case 2:
      case 3:
        at_vaults(hypothesis, Mode::transient, RootVerdict::transient);
        return "outage";
      case 4:
      case 5:
        disable_versions(hypothesis);
        return "disable";
      case 6:
      case 7:
        lose_key(hypothesis);
        return "delete";
      case 8:
      case 9:
        unassign(hypothesis);
        return "unassign";
      case 10:
      case 11:
        purge_dep(hypothesis);
        return "purge a DEP";
      case 12:
      case 13:
        purge_mailbox(hypothesis);
        return "purge a mailbox";
      case 14:
      case 15:
        what_ = "rotate";
        house_.roots.rotate(keys_.at(any(vaults)));
        return "rotate";
      default:
        change_dep();
        return "disable or delete a DEP";
    }
  }

  // Whether each use of each mailbox is now what was predicted of it.
  void compare(const std::vector<Fate>& fates, const std::string& when) {
    quietly([&] { house_.swept(); });
    house_.purges.pass({});
    for (const auto& fate : fates) {
      const auto account = fate.mailbox.account;
      BOOST_TEST_CONTEXT(what_ << ", " << when << ", " << account) {
        check(fate, fate.users, ActorClass::user);
        check(fate, fate.system, ActorClass::system);
        if (fate.system.at(house_.clock.now()) == Access::destroyed) continue;
        const auto under = house_.directory.mailbox(fate.mailbox.id).under();
        BOOST_TEST(under.dep.value == fate.rests.dep.value);
        BOOST_TEST(under.version == fate.rests.version);
      }
    }
  }

  void advance(UnixTime seconds) { house_.clock.advance(seconds); }
  const std::string& what() const { return what_; }
  std::map<Access, unsigned> seen;

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  template <class Things>
  const typename Things::value_type& any(const Things& things) {
    return things[below(things.size())];
  }
  template <class Work>
  void quietly(Work work) try {
    work();
  } catch (const Error&) {
    // What is refused changes nothing: another state.
  }
  void steer(const std::string& vault, Mode mode) {
    house_.roots.steer(vault, mode);
    modes_[vault] = mode;
  }

  void make_deps() {
    const auto count = 1 + below(3);
    for (std::size_t n = 0; n < count; ++n) {
      const auto first = below(4), second = (first + 1 + below(3)) % 4;
      house_.deps.create(
          {.name = "dep" + std::to_string(n),
           .description = "",
           .root_a = keys_.at(vaults[first]),
           .root_b = keys_.at(vaults[second]),
           .availability = below(4) ? AvailabilityKey::made : AvailabilityKey::none});
      deps_.push_back("dep" + std::to_string(n));
    }
  }

  void make_mailboxes() {
    const auto count = 2 + below(4);
    for (std::size_t n = 0; n < count; ++n) {
      accounts_.push_back(house_.make_account("user" + std::to_string(n) + "@example.org"));
      if (below(4)) house_.assign(accounts_.back(), any(deps_));
    }
    if (below(3) == 0) house_.deps.set_tenant_wide(any(deps_), Run::change);
    if (below(2)) quietly([&] { house_.swept(); });
  }

  void change_some() {
    if (below(2)) {
      house_.roots.rotate(keys_.at(any(vaults)));
      house_.rotation.refresh(any(deps_), Run::change);
    }
    if (below(4) == 0) quietly([&] { house_.deps.disable(any(deps_), Run::change); });
  }

  void have_history() {
    for (auto turns = below(4); turns > 0; --turns) {
      for (const auto& vault : vaults) steer(vault, modes[below(std::size(modes))]);
      house_.clock.advance(static_cast<UnixTime>(below(2) ? below(3600) : below(100 * 3600)));
      for (auto uses = below(5); uses > 0; --uses) {
        const auto use = below(2) ? ActorClass::user : ActorClass::system;
        quietly([&] { house_.mailboxes.open(any(accounts_).mailbox, use); });
      }
      if (below(3) == 0) quietly([&] { house_.assign(any(accounts_), any(deps_)); });
      if (below(5) == 0) quietly([&] { house_.rotation.roll_key(any(deps_), Run::change); });
    }
  }

  void at_vaults(Hypothesis& hypothesis, Mode mode, RootVerdict verdict) {
    what_ = std::string(name_of(verdict)) + " at";
    hypothesis.say = verdict;
    for (const auto& vault : vaults) {
      if (below(3) == 0) continue;
      what_ += " " + vault;
      hypothesis.roots.push_back(vault);
      steer(vault, mode);
    }
  }

  // A vault that is down would not say that it has lost one.
  void lose_key(Hypothesis& hypothesis) {
    const auto& vault = any(vaults);
    if (modes_.at(vault) != Mode::ok) return;
    what_ = "lose the key in " + vault;
    hypothesis.say = RootVerdict::denied;
    hypothesis.roots.push_back(vault + "/keys/" + name_in(vault));
    house_.roots.lose(keys_.at(vault));
  }

  // As the owner of the keys may: some versions, in one vault or in all. A vault that is down would
  // not say so.
  void disable_versions(Hypothesis& hypothesis) {
    hypothesis.say = RootVerdict::denied;
    for (const auto& dep : house_.deps.list())
      for (const auto& version : house_.deps.versions(dep))
        for (const auto& root : version.roots) {
          const auto mode = modes_.find(root.key.vault());
          if (mode == modes_.end() || mode->second != Mode::ok || below(3) == 0) continue;
          what_ = (hypothesis.roots.empty() ? "disable" : what_) + " " + root.key.kid();
          hypothesis.roots.push_back(root.key.kid());
          house_.roots.disable(root.key);
        }
  }

  // Harms nobody: neither is done to a DEP in use, or else its mailboxes stay.
  void change_dep() {
    const auto name = any(deps_);
    what_ = "disable or delete DEP " + name;
    quietly([&] { house_.deps.disable(name, Run::change); });
    if (below(2)) quietly([&] { house_.deps.remove(name, Run::change); });
  }

  void unassign(Hypothesis& hypothesis) {
    std::vector<MailboxId> assigned;
    for (const auto& record : house_.directory.mailboxes())
      if (record.assigned && below(2)) assigned.push_back(record.id);
    if (assigned.empty()) return;
    what_ = "unassign " + std::to_string(assigned.size());
    for (const auto& affected : house_.deps.unassign(assigned, Run::preview))
      hypothesis.belong[affected.mailbox.id] = affected.to;
    house_.deps.unassign(assigned, Run::change);
  }

  // The grace is over when it is looked at.
  void purge(Hypothesis& hypothesis, const policy::PurgeRecord& purge) {
    what_ = "purge " + std::to_string(purge.mailboxes.size()) + " of " + purge.dep_name;
    for (const auto& mailbox : purge.mailboxes) hypothesis.destroyed.insert(mailbox.id);
    hypothesis.destroyed_at = house_.clock.now() + test_support::purge_grace;
    house_.purges.approve(
        purge.id,
        {.user = 2, .name = "bob", .approver_since = 0, .mailboxes = purge.mailboxes.size()});
  }

  // After its roots have been taken away, at their vaults.
  void purge_dep(Hypothesis& hypothesis) {
    const auto dep = house_.deps.dep(any(deps_));
    what_ = "denied at the vaults of " + dep.name;
    hypothesis.say = RootVerdict::denied;
    for (const auto& version : house_.deps.versions(dep))
      for (const auto& root : version.roots) {
        hypothesis.roots.push_back(root.key.vault());
        steer(root.key.vault(), Mode::denied);
      }
    quietly([&] { purge(hypothesis, house_.purges.request_dep(dep.name, by_eve_, Run::change)); });
  }

  void purge_mailbox(Hypothesis& hypothesis) {
    auto account = any(accounts_);
    account.enabled = false;
    house_.directory.update_account(account);
    quietly([&] {
      purge(hypothesis, house_.purges.request_mailbox(account.mailbox, by_eve_, Run::change));
    });
  }

  void check(const Fate& fate, const Course& course, ActorClass use) {
    const auto expected = course.at(house_.clock.now());
    ++seen[expected];
    std::string got = "readable", wanted(name_of(expected));
    if (readable(expected)) wanted = got;
    if (expected == Access::destroyed) wanted = name_of(Fault::not_found);
    try {
      house_.mailboxes.open(fate.mailbox.id, use);
    } catch (const Error& error) {
      got = name_of(error.fault());
    }
    BOOST_TEST(got == wanted, (use == ActorClass::user ? "users: " : "system: ")
                                  << got << ", expected " << name_of(expected));
  }

  std::mt19937 random_;
  test_support::Installation house_{times, std::chrono::seconds(30)};
  std::map<std::string, RootKeyRef, std::less<>> keys_;
  std::map<std::string, Mode> modes_;
  std::vector<std::string> deps_;
  std::vector<storage::Account> accounts_;
  const policy::PurgeRequest by_eve_{
      .user = 1, .name = "eve", .reason = "it ends", .contact = "eve"};
  std::string what_ = "nothing";
};

}  // namespace

BOOST_AUTO_TEST_CASE(two_hundred_random_states_become_what_was_predicted) {
  std::map<Access, unsigned> seen;
  std::map<std::string, unsigned> done;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      World world(seed);
      const auto facts = world.facts();
      Hypothesis hypothesis;
      const auto kind = world.act(hypothesis);
      if (world.what() != "nothing") ++done[kind];
      const auto fates = policy::what_if(facts, hypothesis);
      world.advance(ttl + 1);
      world.compare(fates, "soon");
      world.advance(longest + ttl);
      world.compare(fates, "late");
      for (const auto& [access, count] : world.seen) seen[access] += count;
    }
  }
  for (const auto access : {Access::by_root, Access::by_availability_key, Access::denied,
                            Access::unavailable, Access::destroyed})
    BOOST_TEST(seen[access] >= 50u, name_of(access) << " " << seen[access]);
  BOOST_TEST(done.size() == 9u);
  for (const auto& [kind, count] : done) BOOST_TEST(count >= 10u, kind << " " << count);
}

BOOST_AUTO_TEST_SUITE_END()
