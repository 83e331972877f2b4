#include "imap/commands/copying.h"

#include "imap/notifications.h"

namespace imap::commands {
namespace {

std::string set_of(const std::vector<Uid>& uids) {
  std::vector<std::uint32_t> numbers;
  for (const auto uid : uids) numbers.push_back(uid.value);
  return compact(numbers);
}

}  // namespace

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
    if (entry.is_lost()) throw Error(Fault::corrupt, "the stored entry of a message is damaged");
    result.uids.push_back(entry.uid);
  }
  result.target = co_await locate(session, raw);
  co_return result;
}

Reply no_target() { return no("[TRYCREATE] There is no such folder"); }

Task<storage::Copied> carried(Session& session, const Copying& copying, Carry carry) {
  storage::Copied copied{};
  if (copying.uids.empty()) co_return copied;
  const auto reason = session.reason(crypto::Cause::copy);
  auto work = [&] {
    return (session.selected_mailbox().*carry)(session.view().folder(), copying.uids,
                                               *copying.target.folder, reason);
  };
  copied = co_await session.blocking(work);
  note_own(session, *copying.target.mailbox, *copying.target.folder, copied.to);
  co_return copied;
}

std::string copied_code(const storage::Copied& copied) {
  if (copied.to.empty()) return {};
  return "[COPYUID " + std::to_string(copied.uid_validity) + ' ' + set_of(copied.from) + ' ' +
         set_of(copied.to) + "] ";
}

bool is_lost(const Request& request, const Copying& copying, const storage::Copied& copied) {
  return !request.by_uid() && !copying.uids.empty() && copied.from.empty();
}

Reply lost() { return no("[EXPUNGEISSUED] These messages have been expunged"); }

}  // namespace imap::commands
