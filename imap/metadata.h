#pragma once
// Annotations on the wire (RFC 5464 section 5; LIST RETURN (METADATA ...): RFC 9590): what is asked
// for, what is to be set, what is answered. No network, no database.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "imap/folder_name.h"
#include "imap/request.h"
#include "storage/annotations.h"

namespace imap {

inline constexpr std::string_view private_entries = "/private/";
inline constexpr std::string_view shared_entries = "/shared/";

// Which entries, of whatever they are asked of.
struct EntryQuery {
  enum class Depth { entry, children, all };

  std::vector<std::string> names;  // in lower case
  Depth depth = Depth::entry;
  std::optional<std::uint32_t> max_size;  // octets of a value

  bool matches(std::string_view entry) const;
};

struct GetMetadata {
  std::string folder;  // as received; empty: the server
  EntryQuery query;
};
GetMetadata read_get_metadata(Request&);  // this and the next: to the end; throw BadSyntax

struct SetMetadata {
  std::string folder;
  storage::AnnotationChanges changes;
};
SetMetadata read_set_metadata(Request&);

// "/shared/comment", or several in parentheses. Throws BadSyntax for what cannot be an entry.
std::vector<std::string> read_entries(Request&);

struct EntryAnswer {
  std::string list;  // /shared/comment "text" /private/comment NIL; empty: there is nothing to say
  std::optional<std::size_t> longest_left_out;  // by max_size, octets
};
EntryAnswer entry_answer(const EntryQuery&, const storage::Annotations&);

// "METADATA INBOX (/shared/comment "text")"; an empty name is the server.
std::string metadata_line(std::string_view folder_name, NameForm, std::string_view list);
// "METADATA INBOX /shared/comment": unasked, that they have changed (section 4.4.2).
std::string metadata_change_line(std::string_view folder_name, NameForm,
                                 const std::set<std::string>& entries);

}  // namespace imap
