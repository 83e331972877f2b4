#include "policy/dep_keys.h"

#include <algorithm>

#include "base/log.h"

namespace policy {

using crypto::ActorClass;

namespace {

constexpr UnixTime interest = 3600;  // how long trouble is looked after once nobody asks
constexpr UnixTime shortest_lead = 2;
constexpr UnixTime lead_part = 8;  // of the ttl
// With less left than that the roots are asked before anything is opened for a user.
constexpr UnixTime shortest_use = 1;

SharedDepKeyState without_key(const DepKeyState& state) {
  auto copy = std::make_shared<DepKeyState>(state);
  copy->key.reset();
  return copy;
}

crypto::Patience patience_of(ActorClass use) {
  return use == ActorClass::user ? crypto::Patience::user : crypto::Patience::system;
}

// Until when an answer serves users that has come now, and may have taken its time. The second that
// has begun does not count.
UnixTime lease(UnixTime asked, UnixTime ttl, UnixTime now) {
  return std::max(asked + ttl, now + 1 + DepKeys::shortest_lease);
}

Error revoked(const storage::Dep& dep, std::uint32_t version, const Standing& standing) {
  return {Fault::denied, titled(dep, version) + ": access is revoked: " + standing.failures(),
          "the owner of the keys has to allow get, wrapKey and unwrapKey on one of them"};
}

Error no_root(const storage::Dep& dep, std::uint32_t version, const Standing& standing,
              std::string_view why) {
  return {Fault::unavailable,
          titled(dep, version) + ": no root answers, and " + std::string(why) + ": " +
              standing.failures(),
          "check the network to the vaults; nothing is lost"};
}

}  // namespace

DepKeys::DepKeys(storage::Directory& directory, crypto::RootKeys& roots,
                 crypto::ServiceKeys& service_keys, Audit& audit, const Clock& clock,
                 const KeyTimes& times)
    : directory_(directory),
      audit_(audit),
      clock_(clock),
      ttl_(times.dep_key_ttl.count()),
      availability_max_(times.availability_max.count()),
      unwrap_(roots, service_keys),
      memory_(directory, clock) {}

bool DepKeys::serves(const DepKeyState& state, ActorClass use) const {
  const auto now = clock_.now();
  if (!state.key || state.ends <= now) return false;
  return use == ActorClass::system || state.users_until > now + shortest_use;
}

SharedDepKeyState DepKeys::remembered(const Entry& entry, ActorClass use) const {
  if (!entry.last) return nullptr;
  const auto& last = *entry.last;
  if (serves(last, use)) return entry.last;
  const auto age = clock_.now() - last.asked;
  if (use == ActorClass::user && last.user_refusal && age < user_retry) throw *last.user_refusal;
  if (use == ActorClass::system && last.system_refusal && age < recheck) throw *last.system_refusal;
  // A user had the roots asked, and was refused: what they said holds for the system, too.
  const bool only_users = !last.key && last.user_refusal && !last.system_refusal;
  if (use == ActorClass::system && only_users && age < user_retry) return entry.last;
  return nullptr;
}

SharedDepKeyState DepKeys::serving(const DepVersion& version, const Wanting& wanting) {
  Answer answer;
  SharedDepKeyState cached;
  std::shared_future<SharedDepKeyState> other;
  {
    const std::lock_guard lock(mutex_);
    auto& entry = entries_[version];
    entry.wanted = clock_.now();
    cached = remembered(entry, wanting.use);
    if (!cached && entry.in_flight.valid()) other = entry.in_flight;
    if (!cached && !other.valid()) entry.in_flight = answer.get_future().share();
  }
  if (cached) return shared(version, wanting, cached);
  if (other.valid()) return shared(version, wanting, wait_for(other));
  const auto state = ask(version, wanting, answer);
  if (wanting.use == ActorClass::user && state->user_refusal) throw *state->user_refusal;
  if (!state->key) throw *state->system_refusal;
  return state;
}

SharedDepKeyState DepKeys::wait_for(const std::shared_future<SharedDepKeyState>& other) {
  ++waiting_;
  other.wait();
  --waiting_;
  return other.get();
}

SharedDepKeyState DepKeys::ask(const DepVersion& version, const Wanting& wanting, Answer& answer) {
  try {
    SharedDepKeyState before;
    {
      const std::lock_guard lock(mutex_);
      before = entries_[version].last;
    }
    const auto state = asked(version, wanting, before);
    const std::lock_guard lock(mutex_);
    auto& entry = entries_[version];
    keep(entry, state);
    entry.in_flight = {};
    answer.set_value(state);
    return state;
  } catch (...) {
    // Not swallowed: those who wait get the same failure.
    const std::lock_guard lock(mutex_);
    entries_[version].in_flight = {};
    answer.set_exception(std::current_exception());
    throw;
  }
}

void DepKeys::keep(Entry& entry, const SharedDepKeyState& state) const {
  entry.last = state->ends > clock_.now() ? state : without_key(*state);
}

SharedDepKeyState DepKeys::asked(const DepVersion& version, const Wanting& wanting,
                                 const SharedDepKeyState& before) {
  const auto dep = directory_.dep(version.dep);
  const auto wrapped = directory_.dep_key(version.dep, version.version);
  auto made = std::make_shared<DepKeyState>();
  auto& state = *made;
  state.asked = clock_.now();
  auto by = unwrap_.by_roots(dep, wrapped, patience_of(wanting.use));
  state.standing = memory_.weigh(dep, version.version, std::move(by.answers));
  if (by.key) {
    state.key = std::make_shared<const crypto::DepKey>(std::move(*by.key));
    state.ends = state.asked + ttl_;
    state.users_until = lease(state.asked, ttl_, clock_.now());
    return made;
  }
  if (!carried_over(state, before)) without_root(state, dep, wrapped, wanting, before);
  return made;
}

// The roots were asked ahead of time, and what they said last still holds: true.
bool DepKeys::carried_over(DepKeyState& state, const SharedDepKeyState& before) const {
  if (state.standing.outcome != Outcome::outage || !lasts(before) || before->by_availability_key)
    return false;
  state.key = before->key;
  state.ends = before->ends;
  state.users_until = before->users_until;
  logging::warning("key.not_confirmed",
                   {{"serves_until", state.ends}, {"failures", state.standing.failures()}});
  return true;
}

bool DepKeys::lasts(const SharedDepKeyState& state) const {
  return state && state->key && state->ends > clock_.now() + shortest_lease;
}

// What the availability key may still do, for whom.
void DepKeys::without_root(DepKeyState& state, const storage::Dep& dep,
                           const storage::WrappedDepKey& wrapped, const Wanting& wanting,
                           const SharedDepKeyState& before) {
  const auto& standing = state.standing;
  const bool outage = standing.outcome == Outcome::outage;
  const bool users = availability_key_may_serve(
      ActorClass::user, standing.outcome, state.asked - standing.outage_since, availability_max_);
  const auto refusal = [&](std::string_view why) {
    return outage ? no_root(dep, wrapped.version, standing, why)
                  : revoked(dep, wrapped.version, standing);
  };
  if (!users) state.user_refusal = refusal("the availability key serves users no longer");
  if (lasts(before) && before->by_availability_key &&
      (!users || before->users_until > state.asked)) {
    state.key = before->key;
    state.by_availability_key = true;
    state.request_id = before->request_id;
    state.ends = before->ends;
    state.users_until = users ? before->users_until : 0;
  } else if (!unwrap_.has_availability_key(wrapped)) {
    state.user_refusal = state.system_refusal = refusal("there is no availability key");
  } else if (users || wanting.use == ActorClass::system) {
    fall_back(state, dep, wrapped, wanting);
  }
}

void DepKeys::fall_back(DepKeyState& state, const storage::Dep& dep,
                        const storage::WrappedDepKey& wrapped, const Wanting& wanting) {
  if (state.request_id.empty()) state.request_id = new_request_id();
  record_fallback(state, dep, wrapped.version, wanting);
  state.key = std::make_shared<const crypto::DepKey>(unwrap_.by_availability_key(dep, wrapped));
  state.by_availability_key = true;
  state.ends = state.asked + ttl_;
  if (!state.user_refusal)
    state.users_until = std::min(lease(state.asked, ttl_, clock_.now()),
                                 state.standing.outage_since + availability_max_);
}

// Before it is done: no record, no use.
void DepKeys::record_fallback(const DepKeyState& state, const storage::Dep& dep,
                              std::uint32_t version, const Wanting& wanting) {
  AuditEvent event;
  event.type = AuditType::customer_key;
  event.operation = fallback_operation;
  event.actor = system_actor;
  event.request_id = state.request_id;
  event.dep = dep.id;
  event.dep_name = dep.name;
  event.dep_version = version;
  event.details.emplace_back("Used For", wanting.use == ActorClass::user ? "user" : "system");
  for (const auto& answer : state.standing.answers)
    event.details.emplace_back("Root", described(answer));
  std::vector<AuditEvent> events(std::max<std::size_t>(wanting.mailboxes.size(), 1), event);
  for (std::size_t i = 0; i < wanting.mailboxes.size(); ++i)
    events[i].mailbox = wanting.mailboxes[i];
  audit_.record(events);
  logging::warning("key.availability_key_used",
                   {{"dep", dep.name},
                    {"version", version},
                    {"mailboxes", wanting.mailboxes.size()},
                    {"for", wanting.use == ActorClass::user ? "user" : "system"},
                    {"failures", state.standing.failures()}});
}

SharedDepKeyState DepKeys::shared(const DepVersion& version, const Wanting& wanting,
                                  const SharedDepKeyState& state) {
  const bool user = wanting.use == ActorClass::user;
  if (user && state->user_refusal) throw *state->user_refusal;
  if (state->key && !state->by_availability_key) return state;
  if (!state->key && state->system_refusal) throw *state->system_refusal;
  const auto dep = directory_.dep(version.dep);
  if (state->key) {
    record_fallback(*state, dep, version.version, wanting);
    return state;
  }
  // The roots deny; a user had them asked, and was refused.
  auto made = std::make_shared<DepKeyState>(*state);
  fall_back(*made, dep, directory_.dep_key(version.dep, version.version), wanting);
  const std::lock_guard lock(mutex_);
  keep(entries_[version], made);
  return made;
}

SharedDepKeyState DepKeys::known(const DepVersion& version) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(version);
  if (found == entries_.end()) return nullptr;
  found->second.wanted = clock_.now();
  return found->second.last;
}

bool DepKeys::is_due(const Entry& entry, UnixTime now) const {
  if (!entry.last || entry.renewing || entry.in_flight.valid()) return false;
  const auto& last = *entry.last;
  const auto lead = std::max(shortest_lead, ttl_ / lead_part);
  const bool in_use = entry.wanted > last.asked;
  const bool ending = last.users_until > 0 && last.users_until - now <= lead;
  if (last.standing.outcome == Outcome::serve) return in_use && ending;
  if (now - last.asked >= recheck) return now - entry.wanted < interest;
  return in_use && ending && now - last.asked >= user_retry;
}

std::vector<DepVersion> DepKeys::due() {
  const auto now = clock_.now();
  std::vector<DepVersion> found;
  const std::lock_guard lock(mutex_);
  for (auto& [version, entry] : entries_)
    if (is_due(entry, now)) {
      entry.renewing = true;
      found.push_back(version);
    }
  return found;
}

void DepKeys::renew(const DepVersion& version) {
  Answer answer;
  {
    const std::lock_guard lock(mutex_);
    auto& entry = entries_[version];
    entry.renewing = false;
    if (entry.in_flight.valid()) return;
    entry.in_flight = answer.get_future().share();
  }
  try {
    ask(version, {ActorClass::user, {}}, answer);
  } catch (const Error& error) {
    logging::warning(
        "key.not_renewed",
        {{"dep", version.dep.value}, {"version", version.version}, {"reason", error.what()}});
    if (error.fault() != Fault::not_found) return;
    const std::lock_guard lock(mutex_);
    entries_.erase(version);
  }
}

void DepKeys::forget_expired() {
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  for (auto& [version, entry] : entries_)
    if (entry.last && entry.last->key && entry.last->ends <= now)
      entry.last = without_key(*entry.last);
  std::erase_if(entries_, [&](const auto& each) {
    const auto& entry = each.second;
    if (entry.in_flight.valid() || entry.renewing) return false;
    if (!entry.last) return true;
    if (entry.last->standing.outcome != Outcome::serve) return now - entry.wanted >= interest;
    return !entry.last->key && entry.last->users_until <= now;
  });
}

void DepKeys::forget(DepId dep) {
  std::vector<std::shared_future<SharedDepKeyState>> on_their_way;
  do {
    for (const auto& answer : on_their_way) answer.wait();
    on_their_way.clear();
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const auto& each) {
      if (each.first.dep != dep) return false;
      if (!each.second.in_flight.valid()) return true;
      on_their_way.push_back(each.second.in_flight);
      return false;
    });
  } while (!on_their_way.empty());
}

std::vector<DepVersion> DepKeys::on_availability_key() const {
  std::vector<DepVersion> found;
  const std::lock_guard lock(mutex_);
  for (const auto& [version, entry] : entries_)
    if (entry.last && entry.last->by_availability_key) found.push_back(version);
  return found;
}

DepKeys::Statistics DepKeys::statistics() const {
  const std::lock_guard lock(mutex_);
  const auto cached = std::ranges::count_if(
      entries_, [](const auto& each) { return each.second.last && each.second.last->key; });
  return {unwrap_.counters(), static_cast<std::size_t>(cached), waiting_};
}

}  // namespace policy
