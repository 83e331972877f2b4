#pragma once
// Annotations as one session sees them: stored ones, and those that the server makes.

#include <optional>
#include <string>
#include <string_view>

#include "imap/located.h"
#include "imap/metadata.h"

namespace imap {

// Whose annotations a command means: a folder's, or the server's.
struct Subject {
  Located where;            // of the server: the user's own mailbox, without a folder
  storage::Annotated what;  // in the mailbox's rows

  bool is_server() const { return what == storage::annotated_server; }
};

// Enough to see what all share of a folder's annotations (RFC 5464 3.3), with `l`.
bool has_some_access(storage::Rights);

// Of an entry of storage::annotated_elsewhere, if it is one.
struct ElsewhereEntry {
  MailboxId mailbox;
  FolderId folder;
  std::string name;  // "/private/comment"
};
std::optional<ElsewhereEntry> elsewhere_entry(std::string_view);

// `raw` as received; empty: the server. Throws as locate() and Located::permitted().
Task<Subject> annotated(Session&, const std::string& raw);

// All or none. Of another user's folder either private entries or shared ones: they are kept in two
// mailboxes. Blocking pool only; throws as storage::Mailbox::annotate.
storage::Annotating annotate(storage::Mailbox& own, const Subject&,
                             const storage::AnnotationChanges&, std::optional<storage::SpecialUse>,
                             const storage::Reason&);

// At least those that the query means, and that are there.
Task<storage::Annotations> annotations_of(Session&, const Subject&, const EntryQuery&);

}  // namespace imap
