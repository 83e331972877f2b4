#include "policy/purges.h"

#include <algorithm>

#include "base/log.h"
#include "crypto/signature.h"
#include "policy/root_probe.h"

namespace policy {

namespace {

void require(const std::optional<Error>& refusal) {
  if (refusal) throw *refusal;
}

PurgeRecord asked_for(const storage::Dep& dep, const PurgeRequest& request, UnixTime now) {
  require(why_not_text("reason", request.reason));
  require(why_not_text("contact", request.contact));
  return {.dep = dep.id,
          .dep_name = dep.name,
          .reason = request.reason,
          .contact = request.contact,
          .forced = request.force == Force::yes,
          .request = {request.user, request.name, now}};
}

storage::PurgeVersion version_of(const storage::WrappedDepKey& wrapped) {
  storage::PurgeVersion version{.version = wrapped.version, .kids = {}};
  for (const auto& root : wrapped.roots) version.kids.push_back(root.key.kid());
  if (wrapped.availability) version.generation = wrapped.generation;
  return version;
}

storage::PurgeMailbox listed(storage::Directory& directory, const storage::MailboxRecord& record) {
  return {record.id, record.database, record.epoch, directory.account(record.account).name};
}

}  // namespace

Purges::Purges(const PurgeWorld& world, crypto::RootKeys& roots, Deps& deps,
               std::chrono::seconds grace, PurgeProgress progress)
    : world_(world),
      roots_(roots),
      deps_(deps),
      grace_(grace),
      progress_(std::move(progress)),
      memory_(world.directory, world.clock) {}

// A preview keeps nothing of what the roots say.
std::vector<PurgeRoot> Purges::asked(const storage::Dep& dep, Run run) {
  const auto denials = world_.directory.root_denials(dep.id);
  std::vector<PurgeRoot> all;
  for (const auto& wrapped : world_.directory.dep_keys(dep.id)) {
    std::vector<RootAnswer> answers;
    for (const auto& root : wrapped.roots)
      answers.push_back(unwrapped(roots_, {dep.id, wrapped.version}, root));
    if (run == Run::change)
      answers = memory_.weigh(dep, wrapped.version, std::move(answers)).answers;
    for (auto& answer : answers) {
      const auto denied = std::ranges::count(denials, answer.kid, &storage::RootDenial::kid) > 0;
      if (run == Run::preview) answer.verdict = remembered(answer.verdict, denied);
      all.push_back({wrapped.version, std::move(answer)});
    }
  }
  return all;
}

DepPurgeFacts Purges::facts_of(const storage::Dep& dep,
                               const std::vector<storage::MailboxRecord>& mailboxes, Run run) {
  DepPurgeFacts facts{.dep = dep, .roots = {}, .leaving = {}, .arriving = {}, .held = {}};
  for (const auto& record : mailboxes) {
    const auto name = [&] { return world_.directory.account(record.account).name; };
    if (record.dep != dep.id) facts.arriving.push_back(name());
    if (record.dep == dep.id && record.target.dep != dep.id) facts.leaving.push_back(name());
    if (record.hold != storage::Hold::none) facts.held.push_back(name());
  }
  if (!why_not_purged(facts, Force::no)) facts.roots = asked(dep, run);
  return facts;
}

PurgeRecord Purges::request_dep(std::string_view name, const PurgeRequest& request, Run run) {
  const auto dep = deps_.dep(name);
  auto purge = asked_for(dep, request, world_.clock.now());
  const auto mailboxes = world_.directory.mailboxes_of(dep.id);
  require(why_not_purged(facts_of(dep, mailboxes, run), request.force));
  for (const auto& record : mailboxes) purge.mailboxes.push_back(listed(world_.directory, record));
  for (const auto& wrapped : world_.directory.dep_keys(dep.id))
    purge.versions.push_back(version_of(wrapped));
  return added(std::move(purge), run);
}

PurgeRecord Purges::request_mailbox(MailboxId id, const PurgeRequest& request, Run run) {
  const auto record = world_.directory.mailbox(id);
  const auto dep = world_.directory.dep(record.dep);
  auto purge = asked_for(dep, request, world_.clock.now());
  const auto account = world_.directory.account(record.account);
  require(why_not_purged(MailboxPurgeFacts{.account = account.name,
                                           .enabled = account.enabled,
                                           .managed = dep.managed,
                                           .moving = record.target.dep != record.dep,
                                           .hold = record.hold}));
  purge.mailbox = id;
  purge.mailboxes.push_back(listed(world_.directory, record));
  purge.versions.push_back(version_of(world_.directory.dep_key(dep.id, record.dep_version)));
  return added(std::move(purge), run);
}

PurgeRecord Purges::added(PurgeRecord purge, Run run) {
  if (run == Run::preview) {
    purge.counts = counted(world_, purge);
    return purge;
  }
  purge.id = world_.directory.add_purge(purge);
  logging::warning("purge.requested", {{"purge", purge.id},
                                       {"object", object_of(purge)},
                                       {"mailboxes", purge.mailboxes.size()},
                                       {"by", purge.request.name}});
  return purge;
}

void Purges::require_same_list(const PurgeRecord& purge) {
  const auto there = purge.mailbox ? std::vector{world_.directory.mailbox(*purge.mailbox)}
                                   : world_.directory.mailboxes_of(purge.dep);
  if (!std::ranges::equal(there, purge.mailboxes, {}, &storage::MailboxRecord::id,
                          &storage::PurgeMailbox::id))
    throw Error(Fault::denied,
                "the mailboxes that purge " + std::to_string(purge.id) +
                    " means are not those that it was asked for",
                "cancel it, look what has changed, and ask again");
}

PurgeRecord Purges::approve(std::int64_t id, const Approval& approval) {
  const std::lock_guard lock(deciding_);
  auto purge = world_.directory.purge(id);
  require(why_not_approved(purge, approval));
  require_same_list(purge);
  const auto now = world_.clock.now();
  purge.state = PurgeState::approved;
  purge.approval = {approval.user, approval.name, now};
  purge.due = now + grace_.count();
  world_.directory.update_purge(purge);
  logging::warning("purge.approved", {{"purge", id}, {"due", purge.due}, {"by", approval.name}});
  worker_.wake();
  return purge;
}

PurgeRecord Purges::cancel(std::int64_t id, uid_t user, const std::string& name) {
  const std::lock_guard lock(deciding_);
  auto purge = world_.directory.purge(id);
  require(why_not_cancelled(purge));
  purge.state = PurgeState::cancelled;
  purge.end = {user, name, world_.clock.now()};
  world_.directory.update_purge(purge);
  logging::warning("purge.cancelled", {{"purge", id}, {"by", name}});
  return purge;
}

std::vector<PurgeRecord> Purges::list() { return world_.directory.purges(); }
PurgeRecord Purges::purge(std::int64_t id) { return world_.directory.purge(id); }

std::string Purges::waits_for(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = waits_for_.find(id);
  return found == waits_for_.end() ? "" : found->second;
}

std::string Purges::certificate(std::int64_t id) {
  if (auto found = world_.directory.purge_certificate(id)) return std::move(*found);
  throw Error(Fault::not_found, "purge " + std::to_string(id) + " has no certificate yet",
              "it gets one when all is destroyed");
}

Bytes Purges::public_key() {
  return crypto::Signature::public_key(world_.service_keys.signing_key());
}

void Purges::start(std::chrono::seconds interval) {
  worker_.start("purges", interval, [this](const std::stop_token& stop) { pass(stop); });
}

void Purges::stop() { worker_.stop(); }

void Purges::pass(const std::stop_token& stop) {
  if (!world_.directory.believes_the_rest()) return;  // what is due may have been cancelled
  for (const auto& purge : world_.directory.pending_purges()) {
    if (stop.stop_requested()) return;
    std::string reason;
    try {
      go_on(purge.id, stop);
    } catch (const Error& error) {  // the next one may be well
      reason = error.what();
      logging::warning("purge.waits", {{"purge", purge.id}, {"reason", reason}});
    }
    const std::lock_guard lock(mutex_);
    waits_for_[purge.id] = std::move(reason);
  }
}

void Purges::go_on(std::int64_t id, const std::stop_token& stop) {
  const auto known = world_.directory.purge(id);
  const bool waiting = known.state == PurgeState::approved || known.state == PurgeState::blocked;
  if (waiting) {
    if (known.due > world_.clock.now()) return;
    const auto roots = known.mailbox ? std::vector<PurgeRoot>()
                                     : asked(world_.directory.dep(known.dep), Run::change);
    if (!begun(id, roots)) return;
  } else if (known.state != PurgeState::destroying) {
    return;
  }
  auto purge = world_.directory.purge(id);
  PurgeDestruction(world_, progress_).finish(purge, stop);
}

bool Purges::begun(std::int64_t id, const std::vector<PurgeRoot>& roots) {
  const std::lock_guard lock(deciding_);
  auto purge = world_.directory.purge(id);  // it may have been cancelled while the roots were asked
  if (purge.state != PurgeState::approved && purge.state != PurgeState::blocked) return false;
  require_same_list(purge);
  if (const auto why = why_not_destroyed(purge, roots)) {
    block(std::move(purge), roots, *why);
    throw *why;
  }
  PurgeDestruction(world_, progress_).mark(purge);
  return true;
}

void Purges::block(PurgeRecord purge, const std::vector<PurgeRoot>& roots, const Error& why) {
  const bool news = purge.state != PurgeState::blocked;
  auto& kids = purge.blocked_by;
  for (const auto& root : roots)
    if (root.answer.verdict == crypto::RootVerdict::ok &&
        std::ranges::count(kids, root.answer.kid) == 0)
      kids.push_back(root.answer.kid);
  if (news) {
    auto event = purge_event(purge, "purge destroy", "blocked");
    event.details.emplace_back("Reason", why.what());
    world_.audit.record(event);
  }
  purge.state = PurgeState::blocked;
  world_.directory.update_purge(purge);
}

}  // namespace policy
