#include "policy/roll_backs.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/log.h"

namespace policy {

namespace {

bool is_there(storage::Directory& directory, MailboxId mailbox) try {
  directory.mailbox(mailbox);
  return true;
} catch (const Error& error) {
  return error.fault() != Fault::not_found;
}

}  // namespace

std::set<MailboxId> RolledBack::not_served() const {
  std::set<MailboxId> all;
  for (const auto& row : rows)
    if (row.mailbox.value != 0 && row.table != "credential") all.insert(row.mailbox);
  for (const auto& mailbox : mailboxes) all.insert(mailbox.mailbox);
  return all;
}

RollBacks::RollBacks(storage::Directory& directory, storage::Anchors& anchors,
                     Mailboxes::Databases& databases, storage::Spool& spool,
                     storage::Ledger& ledger)
    : directory_(directory),
      databases_(databases),
      spool_(spool),
      ledger_(ledger),
      anchors_(anchors) {
  noted_ = anchors_.all();
  compare();
  note(storage::Anchors::Until::on_disk);
}

RollBacks::~RollBacks() {
  worker_.reset();
  try {
    note(storage::Anchors::Until::on_disk);
  } catch (const Error& error) {
    logging::error("not_anchored", {{"reason", error.what()}});
  }
}

void RollBacks::start(std::chrono::seconds interval) {
  worker_ = std::make_unique<Worker>("anchors", interval, [this](const std::stop_token&) {
    note(storage::Anchors::Until::written);
  });
}

// Of each mailbox as its own database has it: a row of its number in another one says nothing.
std::map<MailboxId, std::uint64_t> RollBacks::generations() const {
  std::map<MailboxId, DatabaseId> homes;
  for (const auto& record : directory_.mailboxes()) homes[record.id] = record.database;
  std::map<MailboxId, std::uint64_t> all;
  for (const auto& [mailbox, home] : homes) all[mailbox] = 0;
  for (const auto& [id, database] : databases_)
    for (const auto& [mailbox, generation] : database->generations())
      if (const auto home = homes.find(mailbox); home != homes.end() && home->second == id)
        all[mailbox] = generation;
  return all;
}

// Anchors of mailboxes that nobody has any more go, unless the directory is what is wrong. Of which
// nothing is known, what stands there is believed, once.
void RollBacks::compare() {
  const auto now = generations();
  std::vector<MailboxId> gone;
  for (const auto& [mailbox, known] : noted_) {
    const auto found = now.find(mailbox);
    if (found == now.end()) {
      if (directory_.rolled_back().empty()) gone.push_back(mailbox);
    } else if (found->second < known) {
      mailboxes_[mailbox] = {mailbox, known, found->second};
      logging::error("rolled_back",
                     {{"mailbox", mailbox.value}, {"known", known}, {"found", found->second}});
    }
  }
  std::vector<storage::MailboxGeneration> fresh;
  for (const auto& [mailbox, generation] : now)
    if (generation > 0 && noted_.try_emplace(mailbox, generation).second)
      fresh.push_back({mailbox, generation});
  if (!fresh.empty()) anchors_.raise(fresh, storage::Anchors::Until::on_disk);
  if (gone.empty()) return;
  anchors_.forget(gone);
  for (const auto mailbox : gone) noted_.erase(mailbox);
}

// What stands in clear alone is not noted: a number that was altered would make the right one,
// once it is restored, look as if it were older. And nothing that a loss of power may undo is
// noted.
void RollBacks::note(storage::Anchors::Until until) {
  std::vector<storage::MailboxGeneration> now;
  for (const auto& [id, database] : databases_)
    std::ranges::copy(database->proven_generations(), std::back_inserter(now));
  for (const auto& [id, database] : databases_) database->sync();
  const auto spool = spool_.generation(), ledger = ledger_.generation();
  const std::lock_guard lock(mutex_);
  std::vector<storage::MailboxGeneration> risen;
  for (const auto& [mailbox, generation] : now)
    if (const auto at = noted_.find(mailbox); at == noted_.end() || at->second < generation)
      if (!mailboxes_.contains(mailbox)) risen.push_back({mailbox, generation});
  if (spool > noted_spool_) risen.push_back({storage::spool_anchor, spool});
  if (ledger > noted_ledger_) risen.push_back({storage::ledger_anchor, ledger});
  if (risen.empty()) return;
  anchors_.raise(risen, until);
  for (const auto& [mailbox, generation] : risen) noted_[mailbox] = generation;
  noted_spool_ = spool;
  noted_ledger_ = ledger;
}

RolledBack RollBacks::found() {
  RolledBack all{.rows = directory_.rolled_back(),
                 .mailboxes = {},
                 .spool = spool_.rolled_back(),
                 .ledger = ledger_.rolled_back()};
  const std::lock_guard lock(mutex_);
  std::erase_if(mailboxes_, [&](const auto& each) { return !is_there(directory_, each.first); });
  for (const auto& [id, mailbox] : mailboxes_) all.mailboxes.push_back(mailbox);
  return all;
}

std::map<MailboxId, std::string> account_names(storage::Directory& directory) try {
  std::map<MailboxId, std::string> names;
  for (const auto& account : directory.accounts()) names[account.mailbox] = account.name;
  return names;
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  return {};  // one of them does not open
}

std::optional<std::string> RollBacks::summary() {
  const auto all = found();
  if (!all.any()) return std::nullopt;
  const auto names = account_names(directory_);
  std::vector<std::string> what;
  if (!all.rows.empty()) what.push_back(std::to_string(all.rows.size()) + " rows of directory.db");
  if (all.spool) what.emplace_back("the queue");
  if (all.ledger) what.emplace_back("the ledger");
  const auto not_served = all.not_served();
  if (!not_served.empty())
    what.push_back(std::to_string(not_served.size()) + " mailboxes, which are not served");
  auto text = fmt::format("an older state was put back of {}", fmt::join(what, ", "));
  for (const auto id : not_served) {
    const auto name = names.find(id);
    text += (id == *not_served.begin() ? ": " : ", ") +
            (name == names.end() ? std::to_string(id.value) : name->second);
  }
  return text;
}

std::vector<MailboxId> RollBacks::not_restored() {
  std::vector<MailboxId> all;
  for (const auto& mailbox : found().mailboxes) all.push_back(mailbox.mailbox);
  return all;
}

std::vector<RollBacks::Refusal> RollBacks::restore(Mailboxes& served,
                                                   std::span<const MailboxId> mailboxes) {
  std::vector<Refusal> refusals;
  for (const auto id : mailboxes) try {
      const auto known = [&]() -> std::optional<std::uint64_t> {
        const std::lock_guard lock(mutex_);
        const auto at = mailboxes_.find(id);
        return at == mailboxes_.end() ? std::nullopt : std::optional(at->second.known);
      }();
      if (!known) continue;
      const auto generation = served.restore(id, *known);
      const std::lock_guard lock(mutex_);
      anchors_.set(id, generation);
      noted_[id] = generation;
      mailboxes_.erase(id);
    } catch (const Error& error) {
      refusals.push_back({id, error.what()});
    }
  return refusals;
}

std::vector<RollBacks::Refusal> RollBacks::accept(Mailboxes& served,
                                                  std::span<const MailboxId> mailboxes) {
  const auto all = found();
  for (const auto id : mailboxes) {
    const auto is_it = [&](const auto& each) { return each.mailbox == id; };
    if (std::ranges::none_of(all.rows, is_it) && std::ranges::none_of(all.mailboxes, is_it))
      throw Error(Fault::invalid,
                  "nothing of mailbox " + std::to_string(id.value) + " was rolled back",
                  "`sealpost restore show` tells what was");
  }
  directory_.accept_rolled_back(mailboxes);
  return restore(served, mailboxes);
}

std::vector<RollBacks::Refusal> RollBacks::accept_all(Mailboxes& served) {
  const auto all = found();
  if (!all.any()) throw Error(Fault::invalid, "nothing was rolled back");
  if (!all.rows.empty()) directory_.accept_rolled_back();
  if (all.spool) spool_.accept_roll_back();
  if (all.ledger) ledger_.accept_roll_back();
  return restore(served, not_restored());
}

}  // namespace policy
