#include "server/protection/conversion.h"

#include <thread>

#include "base/error.h"
#include "base/log.h"

namespace server::protection {
namespace {

constexpr std::chrono::milliseconds pause{5};  // after each: others want the disk, too
constexpr int settle_tries = 25;
constexpr std::chrono::milliseconds settle_pause{200};
constexpr storage::Reason converting{crypto::Cause::rewrap, crypto::Actor::service()};

std::vector<FolderId> folders_of(const storage::Mailbox& mailbox) {
  std::vector<FolderId> folders;
  for (const auto tree = mailbox.tree(); const auto& [name, node] : tree->nodes())
    if (node.folder) folders.push_back(*node.folder);
  return folders;
}

}  // namespace

Conversion::Conversion(storage::Directory& directory, policy::Mailboxes& mailboxes,
                       policy::Audit& audit)
    : directory_(directory), mailboxes_(mailboxes), audit_(audit) {}

void Conversion::start(std::chrono::seconds interval) {
  worker_.start("conversion", interval, [this](const std::stop_token& stop) { pass(stop); });
}

void Conversion::stop() { worker_.stop(); }

template <class Change>
void Conversion::note(MailboxId id, Change change) {
  const std::lock_guard lock(mutex_);
  change(known_[id]);
}

void Conversion::set(MailboxId id, const std::optional<storage::Protection>& protection) {
  const std::lock_guard setting(setting_);
  mailboxes_.set_protection(id, protection);
  {
    const std::lock_guard lock(mutex_);
    known_.erase(id);
  }
  worker_.wake();
}

std::optional<Conversion::Progress> Conversion::progress(MailboxId id) {
  const auto protection = directory_.protection(id);
  if (!protection || protection->converted) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return known_[id];
}

void Conversion::pass(const std::stop_token& stop) {
  for (const auto id : directory_.protected_mailboxes()) {
    if (stop.stop_requested()) return;
    try {
      const auto protection = directory_.protection(id);
      if (protection && !protection->converted) convert(id, *protection, stop);
    } catch (const Error& error) {  // the next one may be well
      logging::warning("conversion.waits", {{"mailbox", id.value}, {"reason", error.what()}});
      note(id, [&](Progress& known) { known.waits_for = error.what(); });
    }
  }
}

void Conversion::convert(MailboxId id, const storage::Protection& protection,
                         const std::stop_token& stop) {
  const auto mailbox = mailboxes_.open(id, crypto::ActorClass::system);
  note(id, [](Progress& known) { known.waits_for.clear(); });
  // Until nothing is left that somebody has copied from where it was not converted yet.
  while (convert_folders(*mailbox, stop))
    if (stop.stop_requested()) return;
  if (stop.stop_requested()) return;
  for (int tries = 1; !mailbox->settle(); ++tries) {
    if (tries == settle_tries || stop.stop_requested())
      throw Error(Fault::unavailable, "the log is being read; old forms of mail are still in it");
    std::this_thread::sleep_for(settle_pause);
  }
  finish(id, protection);
}

// Whether something was converted.
bool Conversion::convert_folders(storage::Mailbox& mailbox, const std::stop_token& stop) {
  const auto folders = folders_of(mailbox);
  std::uint64_t total = 0, converted = 0;
  for (const auto& [folder, state] : mailbox.states(folders, converting)) total += state.messages;
  note(mailbox.id(), [&](Progress& known) {
    known.done = 0;
    known.total = total;
  });
  for (const auto folder : folders) try {
      converted += convert_folder(mailbox, folder, stop);
    } catch (const Error& error) {
      if (error.fault() != Fault::not_found) throw;  // the folder was removed meanwhile
    }
  return converted > 0;
}

std::uint64_t Conversion::convert_folder(storage::Mailbox& mailbox, FolderId folder,
                                         const std::stop_token& stop) {
  std::uint64_t converted = 0;
  const auto look = storage::Mailbox::Recent::look;
  for (const auto& entry : mailbox.select(folder, look, converting).entries) {
    if (stop.stop_requested()) break;
    bool is_new = false;
    try {
      is_new = !entry.is_lost() && mailbox.protect(folder, entry.uid, converting).has_value();
    } catch (const Error& error) {
      if (error.fault() != Fault::corrupt) throw;  // logged; the others are well
    }
    converted += is_new ? 1 : 0;
    note(mailbox.id(), [&](Progress& known) {
      ++known.done;
      known.encrypted += is_new ? 1 : 0;
    });
    if (is_new) std::this_thread::sleep_for(pause);
  }
  return converted;
}

// Unless it has been set anew meanwhile.
void Conversion::finish(MailboxId id, const storage::Protection& protection) {
  const std::lock_guard setting(setting_);
  if (directory_.protection(id) != protection) return;
  auto done = protection;
  done.converted = true;
  mailboxes_.set_protection(id, done);
  policy::AuditEvent event;
  event.operation = "mailbox converted";
  event.actor = policy::system_actor;
  event.mailbox = id;
  note(id, [&](const Progress& known) {
    event.details = {{"Messages encrypted", std::to_string(known.encrypted)}};
  });
  logging::info("conversion.done", {{"mailbox", id.value}});
  audit_.record(event);
}

}  // namespace server::protection
