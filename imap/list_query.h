#pragma once
// LIST, plain and extended (RFC 3501 6.3.8, 5258, 5819, 6154), and LSUB (6.3.9): what was asked,
// and what a tree answers. No network, no database.

#include <optional>
#include <string>
#include <vector>

#include "imap/folder_name.h"
#include "imap/metadata.h"
#include "imap/request.h"
#include "imap/status_items.h"
#include "storage/tree.h"

namespace imap {

struct ListQuery {
  bool extended = false;  // options or several patterns were given
  bool subscribed = false, special_use = false, recursive = false;  // selection
  bool return_subscribed = false;
  std::vector<StatusItem> status;     // empty: none asked
  bool my_rights = false;             // RFC 8440
  EntryQuery entries;                 // likewise (RFC 9590)
  std::vector<std::string> patterns;  // the reference in front; in the form of `names`
  NameForm names = NameForm::modified_utf7;
};
ListQuery read_list(Request&);  // after the command's name, to the end; throws BadSyntax

struct Listed {
  std::string line;  // "LIST (\HasNoChildren) "/" INBOX"
  std::string name;
  std::optional<FolderId> folder;  // none: not selectable, or there for what is below it alone
};

// INBOX first, then by name.
std::vector<Listed> listed(const ListQuery&, const storage::Tree&);
// No: a folder, or what was one, that is kept from the user (RFC 5465 3.1, 5.9).
enum class InReach { yes, no };
// The line of one name, whether it is there or not, as events tell it (RFC 5465 5.4, 5.5).
std::string list_line(const std::string& name, const std::optional<std::string>& old_name, InReach,
                      NameForm, const storage::Tree&);

// How a user calls a folder, and how it was called in a command.
struct Called {
  std::string shown, given;
};
// The same line of one folder, with OLDNAME where it was called otherwise (RFC 9051 6.3.2, 6.3.4,
// 6.3.9.7). `name`: within the tree, whether it is there or not.
std::string folder_line(const std::string& name, const Called&, NameForm, const storage::Tree&);

std::vector<std::string> lsub_lines(const std::string& pattern, NameForm, const storage::Tree&);

}  // namespace imap
