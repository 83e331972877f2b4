#include "server/protection/preview.h"

#include "base/error.h"
#include "imap/mime/summary.h"

namespace server::protection {
namespace {

// One that does not parse is of no message that is known to be.
bool is_encrypted(std::string_view summary) {
  try {
    return imap::mime::SummaryView(summary).has(imap::mime::is_encrypted);
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt) throw;
    return false;
  }
}

void count_folder(storage::Mailbox& mailbox, FolderId folder, const storage::Reason& counting,
                  Survey& found) {
  const auto look = storage::Mailbox::Recent::look;
  const auto entries = mailbox.select(folder, look, counting).entries.copied();
  found.messages += entries.size();
  mailbox.summaries(
      folder, entries,
      [&](std::size_t, std::string_view encoded) {
        if (is_encrypted(encoded)) ++found.encrypted;
      },
      counting);
}

std::string number_of(const std::optional<Survey>& survey, std::uint64_t (*count)(const Survey&)) {
  return survey ? std::to_string(count(*survey)) : "all";
}

Effects into_end_to_end(const std::optional<Survey>& survey) {
  const auto readable = number_of(survey, [](const Survey& each) { return each.readable(); });
  return {
      .gained =
          {"new mail is encrypted to the certificates before it is stored: from then on nobody "
           "reads it without one of their private keys, neither this server, with all keys that "
           "it has, nor its admins, nor whoever takes its disk",
           readable + " messages that are here are encrypted likewise, one by one, and their "
                      "readable form is destroyed"},
      .lost =
          {"SEARCH finds senders, recipients, dates, message ids and flags, but no subject and no "
           "text; there are no previews",
           "SORT and THREAD by subject say nothing: every subject is [...]",
           "messages that are encrypted now get new UIDs, so that clients fetch them anew, and "
           "grow by a third and more",
           "a client without one of the private keys shows no mail; where all of them are lost, "
           "the mail is lost, and nobody can restore it"},
      .undo =
          "cannot be undone for mail that has been encrypted: `off` is for what comes after it"};
}

Effects to_other_certificates() {
  return {
      .gained = {"new mail is encrypted to the certificates named now"},
      .lost = {"what is encrypted already stays as it is: its former private keys must be kept"},
      .undo =
          "can be undone for mail that comes later; what comes until then stays encrypted "
          "to the certificates named now"};
}

Effects out_of_end_to_end(const std::optional<Survey>& survey) {
  const auto encrypted = number_of(survey, [](const Survey& each) { return each.encrypted; });
  return {.gained = {"SEARCH, SORT and previews see the subject and text of new mail"},
          .lost = {"new mail is sealed under the DEP alone: the running server reads it, and so "
                   "does whoever has its disk and the DEP's keys"},
          .undo = encrypted +
                  " messages stay encrypted: only the private keys read them. This "
                  "server cannot decrypt them; a client that can may store them anew"};
}

}  // namespace

Survey survey(storage::Mailbox& mailbox, const crypto::Actor& by) {
  const storage::Reason counting{crypto::Cause::integrity, by};
  Survey found;
  for (const auto tree = mailbox.tree(); const auto& [name, node] : tree->nodes())
    if (node.folder) count_folder(mailbox, *node.folder, counting, found);
  return found;
}

Effects effects_of(const std::optional<storage::Protection>& before,
                   const std::optional<storage::Protection>& after,
                   const std::optional<Survey>& survey) {
  if (after) return before ? to_other_certificates() : into_end_to_end(survey);
  if (before) return out_of_end_to_end(survey);
  return {.gained = {}, .lost = {}, .undo = "nothing changes"};
}

}  // namespace server::protection
