#pragma once
// Which folders a command means: the mailbox specifiers of NOTIFY (RFC 5465 section 6) and of
// ESEARCH (RFC 7377 2.2).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "imap/located.h"
#include "imap/request.h"

namespace imap {

inline constexpr std::size_t filter_name_limit = 1000;  // folder names in one specifier

struct FolderFilter {
  enum class Kind : std::uint8_t {
    selected,
    selected_delayed,
    inboxes,  // where mail is delivered to: INBOX
    personal,
    subscribed,
    subtree,      // the folders named and all below them
    subtree_one,  // and those one level below them
    mailboxes,
  };
  Kind kind = Kind::selected;
  std::vector<std::string>
      names{};  // as received; after shown_names() as the user calls them, UTF-8
};

// One specifier with its names. Throws BadSyntax.
FolderFilter parse_folder_filter(Request&);

// Names that can be no folder's are left out; of what others do not share with the user now they
// are kept.
Task<FolderFilter> shown_names(Session&, FolderFilter);

// Does it mean this name of the user's own tree, whether there is such a folder or not? False of
// the selected ones, which go by no name.
bool covers(const FolderFilter&, std::string_view name, const storage::Tree& own);

// The selectable folders that filters (of shown names) mean, each once, but for selected ones.
// Names that lead nowhere are passed over.
Task<std::vector<Located>> folders_of(Session&, const std::vector<FolderFilter>&);

}  // namespace imap
