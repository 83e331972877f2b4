#include "policy/what_if.h"

#include <algorithm>

#include "base/error.h"

namespace policy {

using crypto::ActorClass;
using crypto::RootVerdict;

namespace {

// What follows from the facts under a hypothesis.
class Reckoning {
 public:
  Reckoning(const KeyFacts& facts, const Hypothesis& hypothesis)
      : facts_(facts),
        hypothesis_(hypothesis),
        // Until then somebody may be served by a key in memory.
        known_(facts.now +
               std::max<UnixTime>(facts.times.dep_key_ttl.count(), 1 + DepKeys::shortest_lease)) {
    for (const auto& version : facts.versions) versions_[version.version] = &version;
  }

  Fate fate(const MailboxFacts& mailbox) const {
    Fate fate{.mailbox = mailbox, .rests = resting_place(mailbox), .users = {}, .system = {}};
    fate.users = course(mailbox, fate.rests, ActorClass::user);
    fate.system = course(mailbox, fate.rests, ActorClass::system);
    return fate;
  }

 private:
  const VersionFacts& version(const DepVersion& wanted) const {
    const auto found = versions_.find(wanted);
    if (found == versions_.end())
      throw Error(Fault::not_found, "a version of a DEP's key has gone meanwhile", "ask again");
    return *found->second;
  }

  Outcome outcome(const VersionFacts& version, bool then) const {
    const auto said = [&](const VersionFacts::Root& root) {
      const auto says = then && hypothesis_.names(root.key) ? hypothesis_.say : root.says;
      return remembered(says, root.denied_before);
    };
    return decide(said(version.roots.front()), said(version.roots.back()));
  }

  // When the roots have been silent for so long that users are served no longer. An outage that is
  // still to come begins when it is noticed.
  UnixTime exhausted(const VersionFacts& version) const {
    return version.outage_since.value_or(known_) + facts_.times.availability_max.count();
  }

  Access access(const VersionFacts& version, Outcome outcome, ActorClass use, UnixTime when) const {
    if (outcome == Outcome::serve) return Access::by_root;
    const auto longest = facts_.times.availability_max.count();
    const auto outage = when - (exhausted(version) - longest);
    if (version.availability_key && availability_key_may_serve(use, outcome, outage, longest))
      return Access::by_availability_key;
    return outcome == Outcome::refuse ? Access::denied : Access::unavailable;
  }

  // A mailbox moves once its old DEP key serves the system and the new one users; one that is to be
  // destroyed stays where it is.
  DepVersion resting_place(const MailboxFacts& mailbox) const {
    if (hypothesis_.destroyed.contains(mailbox.id)) return mailbox.under;
    const auto moved = hypothesis_.belong.find(mailbox.id);
    const auto target = moved == hypothesis_.belong.end() ? mailbox.target : moved->second;
    if (target == mailbox.under) return target;
    const auto& from = version(mailbox.under);
    const auto& to = version(target);
    const bool moves = readable(access(from, outcome(from, true), ActorClass::system, known_)) &&
                       readable(access(to, outcome(to, true), ActorClass::user, known_));
    return moves ? target : mailbox.under;
  }

  Course course(const MailboxFacts& mailbox, const DepVersion& rests, ActorClass use) const {
    const auto& before = version(mailbox.under);
    const auto& after = version(rests);
    const auto now = outcome(before, false), then = outcome(after, true);
    Course course{{{facts_.now, access(before, now, use, facts_.now)}}};
    const auto add = [&](UnixTime by, Access access) {
      if (access != course.stages.back().access) course.stages.push_back({by, access});
    };
    add(known_, access(after, then, use, known_));
    const auto end = exhausted(after);
    if (then == Outcome::outage && end > known_) add(end, access(after, then, use, end));
    if (hypothesis_.destroyed.contains(mailbox.id)) destroy(course);
    return course;
  }

  void destroy(Course& course) const {
    const auto at = std::max(hypothesis_.destroyed_at, facts_.now);
    std::erase_if(course.stages, [&](const Stage& stage) { return stage.by >= at; });
    course.stages.push_back({at, Access::destroyed});
  }

  const KeyFacts& facts_;
  const Hypothesis& hypothesis_;
  const UnixTime known_;
  std::map<DepVersion, const VersionFacts*> versions_;
};

bool worse(const Course& now, const Course& then) {
  const auto first = now.end(), second = then.end();
  if (!second) return false;
  return !first || second->by < first->by || second->access == Access::destroyed;
}

}  // namespace

bool Hypothesis::names(const crypto::RootKeyRef& key) const {
  return std::ranges::any_of(roots, [&](const std::string& name) {
    return key.vault() == name || key.kid() == name || key.kid().starts_with(name + "/");
  });
}

std::string_view name_of(Access access) {
  switch (access) {
    case Access::by_root:
      return "by root";
    case Access::by_availability_key:
      return "by availability key";
    case Access::denied:
      return "denied";
    case Access::unavailable:
      return "unavailable";
    case Access::destroyed:
      return "destroyed";
  }
  return "denied";
}

Access Course::at(UnixTime time) const {
  auto access = stages.front().access;
  for (const auto& stage : stages)
    if (stage.by <= time) access = stage.access;
  return access;
}

std::optional<Stage> Course::end() const {
  if (readable(stages.back().access)) return std::nullopt;
  auto last = stages.back();
  for (auto stage = stages.rbegin(); stage != stages.rend() && !readable(stage->access); ++stage)
    last.by = stage->by;
  return last;
}

std::vector<Fate> what_if(const KeyFacts& facts, const Hypothesis& hypothesis) {
  const Reckoning reckoning(facts, hypothesis);
  std::vector<Fate> fates;
  for (const auto& mailbox : facts.mailboxes) fates.push_back(reckoning.fate(mailbox));
  return fates;
}

std::vector<Fate> worse(const std::vector<Fate>& now, const std::vector<Fate>& then) {
  std::vector<Fate> found;
  for (std::size_t n = 0; n < now.size(); ++n)
    if (worse(now[n].users, then[n].users) || worse(now[n].system, then[n].system))
      found.push_back(then[n]);
  return found;
}

}  // namespace policy
