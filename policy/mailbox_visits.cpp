// How users lose a mailbox that they have open.

#include "base/log.h"
#include "policy/held_mailbox.h"

namespace policy {

namespace {

constexpr UnixTime patience = 15;  // while the roots are being asked

bool has_visitors(const Mailboxes::Visits& visits) {
  return std::ranges::any_of(visits, [](const auto& visit) { return !visit.expired(); });
}

}  // namespace

bool Mailboxes::knows(Held& held, const DepVersion& dep) {
  const std::lock_guard lock(held.knowing);
  return held.dep == dep;
}

Mailboxes::Visit Mailboxes::visit(MailboxId id, std::function<void(const Error&)> ended) {
  const auto visit = std::make_shared<const std::function<void(const Error&)>>(std::move(ended));
  const auto entry = held(id);
  const std::lock_guard lock(entry->knowing);
  std::erase_if(entry->visits, [](const auto& each) { return each.expired(); });
  entry->visits.push_back(visit);
  return visit;
}

std::vector<std::pair<MailboxId, Mailboxes::SharedHeld>> Mailboxes::visited() {
  std::vector<std::pair<MailboxId, SharedHeld>> found;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, entry] : held_) {
    const std::lock_guard knowing(entry->knowing);
    if (has_visitors(entry->visits)) found.emplace_back(id, entry);
  }
  return found;
}

void Mailboxes::review() {
  for (const auto& [id, entry] : visited()) review(id, *entry);
}

void Mailboxes::review(MailboxId id, Held& held) {
  const auto dep = [&] {
    const std::lock_guard lock(held.knowing);
    return held.dep;
  }();
  const auto access = ring_.user_access(dep);
  const auto now = clock_.now();
  if (access.until > now) {
    held.gate->admit(access.until);
  } else if (access.refusal || now >= held.gate->until() + patience) {
    // Opened meanwhile under another DEP, it is not this one that refuses.
    if (const auto why = refusal(id, held, access.refusal); why && knows(held, dep))
      end(id, held, *why);
  }
}

std::optional<Error> Mailboxes::refusal(MailboxId id, Held& held,
                                        const std::optional<Error>& said) {
  try {
    const auto record = directory_.mailbox(id);
    const auto dep = record.under();
    if (knows(held, dep))
      return said ? said : Error(Fault::unavailable, "the key of the mailbox is not confirmed");
    ring_.confirm(record, crypto::ActorClass::user);
    const std::lock_guard lock(held.knowing);
    held.dep = dep;
    held.gate->admit(ring_.user_access(dep).until);
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

void Mailboxes::end(MailboxId id, Held& held, const Error& why) {
  held.gate->end(why.fault());
  Visits visits;
  {
    const std::lock_guard lock(held.knowing);
    visits.swap(held.visits);
  }
  for (const auto& each : visits)
    if (const auto visit = each.lock()) (*visit)(why);
  logging::warning("mailbox.access_ended", {{"mailbox", id.value},
                                            {"visits", visits.size()},
                                            {"fault", name_of(why.fault())},
                                            {"reason", why.what()}});
}

}  // namespace policy
