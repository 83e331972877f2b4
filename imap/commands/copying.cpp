#include "imap/commands/copying.h"

#include "imap/missing.h"
#include "imap/notifications.h"
#include "imap/progress.h"

namespace imap::commands {
namespace {

std::string set_of(const std::vector<Uid>& uids) {
  std::vector<std::uint32_t> numbers;
  for (const auto uid : uids) numbers.push_back(uid.value);
  return compact(numbers);
}

struct Carrying {
  storage::Mailbox& source;
  FolderId from;
  const Copying& copying;
  storage::Reason reason;
};

std::vector<Uid> uids_of(const std::vector<storage::Entry>& entries) {
  std::vector<Uid> uids;
  for (const auto& entry : entries) uids.push_back(entry.uid);
  return uids;
}

storage::Copied carried_within(const Carrying& carrying, Carry carry) {
  const auto& target = carrying.copying.target;
  const auto uids = uids_of(carrying.copying.entries);
  const auto kept = changeable_flags(target.rights);
  if (carry == Carry::copy)
    return carrying.source.copy(carrying.from, uids, *target.folder, kept, carrying.reason);
  return carrying.source.move(carrying.from, uids, *target.folder, kept, carrying.reason);
}

storage::Copied carried_over(const Carrying& carrying, Carry carry) {
  const auto& target = carrying.copying.target;
  auto& source = carrying.source;
  const auto copied = target.mailbox->copy_from(source, carrying.copying.entries, *target.folder,
                                                changeable_flags(target.rights), carrying.reason);
  if (carry == Carry::copy || copied.from.empty()) return copied;
  remove_carried(source, carrying.from, copied.from, carrying.reason);
  return copied;
}

}  // namespace

void remove_carried(storage::Mailbox& source, FolderId from, const std::vector<Uid>& uids,
                    const storage::Reason& reason) {
  const storage::FlagNames deleted{.system = storage::deleted, .keywords = {}};
  source.store(from, uids, storage::FlagMode::add, deleted, std::nullopt, reason);
  source.expunge(from, std::span<const Uid>(uids), reason);
}

Task<Copying> parse_copying(Session& session, Request& request) {
  request.space();
  const auto set = request.sequence_set();
  request.space();
  const auto raw = request.astring();
  request.end();

  Copying result;
  const auto& view = session.view();
  for (const auto number : view.numbers(set, request.by_uid())) {
    const auto& entry = view.entry(number);
    // Whatever is copied or moved is so as a whole.
    if (entry.is_lost()) refuse_lost(session.selected_mailbox(), view.folder(), entry);
    result.entries.push_back(entry);
  }
  result.target = co_await locate(session, raw);
  if (result.target.folder) result.target.require(storage::Right::insert);
  co_return result;
}

void require_removing(Session& session) {
  const auto rights = selected_rights(session);
  if (!rights.has(storage::Right::delete_messages) || !rights.has(storage::Right::expunge))
    throw Error(Fault::read_only, "You have not been given the rights (te) to remove from here");
}

Reply no_target(const Located& target) {
  if (target.above.has(storage::Right::create)) return no("[TRYCREATE] There is no such folder");
  return no("[NONEXISTENT] There is no such folder");
}

Task<storage::Copied> carried(Session& session, const Copying& copying, Carry carry) {
  storage::Copied copied{};
  if (copying.entries.empty()) co_return copied;
  const Carrying carrying{session.selected_mailbox(), session.view().folder(), copying,
                          session.reason(crypto::Cause::copy)};
  const bool within = copying.target.mailbox == session.shared_selected_mailbox();
  const auto work = [&] {
    return within ? carried_within(carrying, carry) : carried_over(carrying, carry);
  };
  copied = co_await blocking_told(session, work);
  note_own(session, *copying.target.mailbox, *copying.target.folder, copied.to);
  co_return copied;
}

std::string copied_code(const storage::Copied& copied) {
  if (copied.to.empty()) return {};
  return "[COPYUID " + std::to_string(copied.uid_validity) + ' ' + set_of(copied.from) + ' ' +
         set_of(copied.to) + "] ";
}

bool is_lost(const Request& request, const Copying& copying, const storage::Copied& copied) {
  return !request.by_uid() && !copying.entries.empty() && copied.from.empty();
}

Reply lost() { return no("[EXPUNGEISSUED] These messages have been expunged"); }

}  // namespace imap::commands
