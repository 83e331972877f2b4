#include "policy/purge_destruction.h"

#include <map>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "policy/purge.h"

namespace policy {

using storage::PurgeRecord;
using storage::PurgeState;

namespace {

using namespace std::chrono_literals;

constexpr auto close_poll = 20ms;
constexpr int close_polls = 500;                // ten seconds; then it is another pass
constexpr std::string_view rows_step = "rows";  // one transaction of many

// By database: what is in which.
std::map<DatabaseId, std::vector<MailboxId>> grouped(const PurgeRecord& purge) {
  std::map<DatabaseId, std::vector<MailboxId>> groups;
  for (const auto& mailbox : purge.mailboxes) groups[mailbox.database].push_back(mailbox.id);
  return groups;
}

std::vector<MailboxId> mailboxes_of(const PurgeRecord& purge) {
  std::vector<MailboxId> all;
  for (const auto& mailbox : purge.mailboxes) all.push_back(mailbox.id);
  return all;
}

storage::MailDatabase& opened(Mailboxes::Databases& databases, DatabaseId id) {
  const auto found = databases.find(id);
  if (found == databases.end())
    throw Error(Fault::unavailable,
                "mailbox database " + std::to_string(id.value) + " is not open here");
  return *found->second;
}

void refuse_to_go_on(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Error(Fault::unavailable, "the server is stopping");
}

}  // namespace

storage::PurgeCounts counted(const PurgeWorld& world, const PurgeRecord& purge) {
  storage::PurgeCounts all;
  for (const auto& [id, mailboxes] : grouped(purge)) {
    const auto counts = opened(world.databases, id).count_rows(mailboxes);
    all.folders += counts.folders;
    all.messages += counts.messages;
    all.arrivals += counts.arrivals;
  }
  all.queued = world.spool.count(mailboxes_of(purge));
  return all;
}

void log_purge_step(const PurgeRecord& purge, std::string_view step) {
  const auto level = step == rows_step ? logging::Level::debug : logging::Level::info;
  logging::write(level, "purge.step",
                 {{"purge", purge.id}, {"object", object_of(purge)}, {"step", step}});
}

AuditEvent purge_event(const PurgeRecord& purge, std::string_view operation,
                       std::string_view result) {
  AuditEvent event;
  event.operation = operation;
  event.actor = system_actor;
  event.result = result;
  event.request_id = purge.request_id;
  event.dep = purge.dep;
  event.dep_name = purge.dep_name;
  if (purge.mailbox) {
    event.mailbox = *purge.mailbox;
    event.account = purge.mailboxes.front().account;
  }
  event.details = {{"Purge", std::to_string(purge.id)},
                   {"Mailboxes", std::to_string(purge.mailboxes.size())}};
  return event;
}

void PurgeDestruction::record(const PurgeRecord& purge, std::string_view operation,
                              std::string_view result) {
  world_.audit.record(purge_event(purge, operation, result));
}

void PurgeDestruction::mark(PurgeRecord& purge) {
  purge.request_id = new_request_id();
  record(purge, "purge destroy", "begun");
  purge.state = PurgeState::destroying;
  purge.blocked_by.clear();
  world_.directory.update_purge(purge);
  progress_(purge, "marked");
}

void PurgeDestruction::finish(PurgeRecord& purge, const std::stop_token& stop) {
  close(purge, stop);
  count(purge);
  if (!purge.mailbox) destroy_availability_keys(purge);
  destroy_keys(purge);
  destroy_rows(purge, stop);
  certify(purge);
}

// From the mark on nobody opens them any more.
void PurgeDestruction::close(const PurgeRecord& purge, const std::stop_token& stop) {
  auto open = mailboxes_of(purge);
  for (int poll = 0;; ++poll) {
    std::erase_if(open, [&](MailboxId id) { return world_.mailboxes.retire(id); });
    if (open.empty()) break;
    refuse_to_go_on(stop);
    if (poll == close_polls)
      throw Error(Fault::unavailable,
                  std::to_string(open.size()) + " of its mailboxes are still in use");
    std::this_thread::sleep_for(close_poll);
  }
  if (!purge.mailbox) world_.ring.forget(purge.dep);
  progress_(purge, "closed");
}

void PurgeDestruction::count(PurgeRecord& purge) {
  if (purge.counts) return;
  purge.counts = counted(world_, purge);
  world_.directory.update_purge(purge);
  progress_(purge, "counted");
}

void PurgeDestruction::destroy_availability_keys(const PurgeRecord& purge) {
  record(purge, "purge availability keys", "begun");
  world_.service_keys.destroy_availability_keys(purge.dep);
  progress_(purge, "availability keys destroyed");
}

void PurgeDestruction::destroy_keys(const PurgeRecord& purge) {
  record(purge, "purge wrapped keys", "begun");
  world_.directory.destroy_purged(purge);
  progress_(purge, "wrapped keys destroyed");
  world_.directory.write_anew();
  progress_(purge, "directory written anew");
}

void PurgeDestruction::destroy_rows(const PurgeRecord& purge, const std::stop_token& stop) {
  record(purge, "purge rows", "begun");
  for (const auto& [id, mailboxes] : grouped(purge))
    opened(world_.databases, id).destroy_mailboxes(mailboxes, [&] {
      progress_(purge, rows_step);
      refuse_to_go_on(stop);
    });
  world_.spool.destroy(mailboxes_of(purge), [&] {
    progress_(purge, rows_step);
    refuse_to_go_on(stop);
  });
  progress_(purge, "rows destroyed");
}

void PurgeDestruction::certify(PurgeRecord& purge) {
  purge.end.name = system_actor;
  purge.end.time = world_.clock.now();
  const auto certificate =
      purge_certificate(purge, world_.issuer, world_.service_keys.signing_key());
  auto event = purge_event(purge, "purge destroy", "success");
  event.details.emplace_back("Messages", std::to_string(purge.counts->messages));
  event.details.emplace_back("Arrivals", std::to_string(purge.counts->arrivals));
  if (purge.counts->queued)
    event.details.emplace_back("Queued", std::to_string(*purge.counts->queued));
  world_.audit.record(event);
  progress_(purge, "recorded");
  purge.state = PurgeState::destroyed;
  world_.directory.finish_purge(purge, certificate);
  progress_(purge, "certified");
}

}  // namespace policy
