#include "imap/commands/opening.h"

#include "imap/commands/resync.h"
#include "imap/features.h"
#include "imap/list_query.h"
#include "imap/located.h"
#include "imap/missing.h"
#include "imap/modseq.h"
#include "imap/object_id.h"
#include "imap/uid_only.h"
#include "policy/url_access.h"

namespace imap::commands {

namespace {

// IMAP4rev2 has neither (RFC 9051 6.3.2), and UIDONLY no message numbers (RFC 9586 section 3).
void describe_recent(Session& session, const View& view) {
  session.say(std::to_string(view.recent_count()) + " RECENT");
  if (session.is_uid_only()) return;
  if (const auto first = view.entries().first_unseen())  // RFC 3501 7.1
    session.say("OK [UNSEEN " + std::to_string(*first + 1) + "] First unseen message");
}

// What the server cannot see, it does not find: said where somebody looks into it.
void describe_protection(Session& session, const storage::Mailbox& mailbox) {
  if (!mailbox.is_protected()) return;
  session.say(
      "OK Messages here are encrypted end-to-end: SEARCH, SORT and THREAD see their outer headers "
      "alone, and there are no previews");
}

void describe(Session& session, View& view, MailboxId mailbox, const storage::Tree& tree) {
  session.say_raw(view.flags_lines(tree));
  session.say(std::to_string(view.count()) + " EXISTS");
  if (!session.is_rev2()) describe_recent(session, view);
  session.say("OK [UIDVALIDITY " + std::to_string(view.uid_validity()) + "] UIDs valid");
  session.say("OK [MAILBOXID (" + mailbox_id(mailbox, view.uid_validity()) + ")] Stays its own");
  if (const auto lost = view.lost(); !lost.empty())
    session.say("NO " + corruption("The stored list of these messages is damaged", lost));
  session.say("OK [UIDNEXT " + std::to_string(view.uid_next().value) + "] Predicted next UID");
  session.say("OK " + highest_modseq_code(view.told_up_to()) + "Highest mod-sequence");
}

// RFC 4467 sections 7 and 8: of an own folder's key it is told now, and when it is another.
std::shared_ptr<policy::Watch> describe_url_key(Session& session, const Located& located,
                                                FolderId folder) {
  auto* access = session.backend().url_access;
  if (!located.is_own() || access == nullptr) return nullptr;
  auto watch = access->watch(located.mailbox->id(), folder, session.waker());
  session.say("OK [URLMECH INTERNAL] URLs of messages here can be authorized");
  return watch;
}

// A folder that was selected is so no longer, also when what follows fails (RFC 3501 6.3.1).
void close_selected(Session& session) {
  if (session.state() != State::selected) return;
  session.unselect();
  session.say("OK [CLOSED] The folder that was selected is closed");  // RFC 7162 3.2.11
}

// RFC 4314 5.2
Access access_with(storage::Rights rights, Access wanted) {
  using enum storage::Right;
  const bool changes = rights.has_any({insert, expunge, keep_seen, write, delete_messages});
  return changes ? wanted : Access::read_only;
}

}  // namespace

Task<Access> open_folder(Session& session, Request& request, Access wanted) {
  request.space();
  const auto raw = request.astring();
  const auto parameters = parse_select_parameters(request);
  if (parameters.resync && !session.enabled("QRESYNC")) throw BadSyntax("ENABLE QRESYNC first");
  refuse_numbers(session, parameters);
  close_selected(session);
  if (parameters.condstore) session.enable_condstore();
  co_await session.confirm();
  const auto located = co_await locate(session, raw);
  const auto folder = located.permitted(storage::Right::read);
  const auto access = access_with(located.rights, wanted);
  auto& mailbox = *located.mailbox;
  // What is new is so to its owner.
  const bool claims = access == Access::read_write && located.is_own();
  const auto recent = claims ? storage::Mailbox::Recent::claim : storage::Mailbox::Recent::look;
  auto watch = mailbox.watch(folder, recent, session.waker());
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto read = [&] { return mailbox.select(folder, recent, reason); };
  auto selected = co_await session.blocking(read);
  View view(located.shown, access, std::move(watch), std::move(selected));
  view.permit(changeable_flags(located.rights));
  if (!located.is_own()) view.hide_other_keywords();
  view.absorb();  // what is recent is known only then
  const auto tree = mailbox.tree();
  describe(session, view, mailbox.id(), *tree);
  auto url_key = describe_url_key(session, located, folder);
  describe_protection(session, mailbox);
  if (session.is_rev2())
    session.say(folder_line(located.name, {located.shown, checked_name(raw, session.names())},
                            session.names(), *tree));
  if (parameters.resync) co_await catch_up(session, view, *parameters.resync, *tree);
  session.select(std::move(view), located.mailbox);
  session.features().url_key = std::move(url_key);
  co_return access;
}

}  // namespace imap::commands
