#pragma once
// Where a folder name leads that a client gives, and what its user may do there (RFC 4314). Every
// command that takes one comes here first.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "imap/session.h"

namespace imap {

struct Located {
  std::shared_ptr<storage::Mailbox> mailbox;
  std::string name;                // within that mailbox, UTF-8: of a new folder, in NFC
  std::string shown;               // as this session's user calls it, UTF-8
  std::optional<FolderId> folder;  // none: it is not there, or is \Noselect
  std::string owner{};             // another user's account; empty: it is the user's own
  storage::Rights rights = storage::Rights::all();
  storage::Rights above = storage::Rights::all();  // on the nearest folder above it

  bool is_own() const { return owner.empty(); }
  // Some right that makes it known to the user; without, it is as if it were not there.
  bool is_visible() const;

  FolderId existing() const;  // throws as storage::Tree::folder
  // Throw read_only where the right is missing, and not_found where that would tell of a folder
  // that the user does not see.
  void require(storage::Right) const;
  FolderId permitted(storage::Right) const;  // existing(), with that right
  void require_above(storage::Right) const;
};

// `raw` is an astring as received. Throws BadSyntax and invalid as checked_name; for another user's
// folders not_found, unless something in that mailbox is shared with this one, and as
// Session::visit.
Task<Located> locate(Session&, std::string_view raw);
// A name as it is shown, UTF-8.
Task<Located> locate_shown(Session&, std::string name);

// Tells a client that gave the name in another spelling how it is normalized (RFC
// 9051 6.3.4, 6.3.5, 6.3.6, 6.3.12), by LIST with OLDNAME: `old_raw`, as received.
void tell_spelling(Session&, const Located&, std::string_view raw, std::string_view old_raw);

std::string my_rights_line(const Located&, NameForm);  // "MYRIGHTS INBOX lrs" (RFC 4314 3.8)

// Of this session's user on the folder that is selected, as they are now.
storage::Rights selected_rights(Session&);
// Flags that may be set and cleared with them (RFC 4314 section 4).
storage::KeptFlags changeable_flags(storage::Rights);
bool is_all(const storage::KeptFlags&);
storage::FlagNames kept(storage::FlagNames, const storage::KeptFlags&);

}  // namespace imap
