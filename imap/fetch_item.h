#pragma once
// What FETCH asks for (RFC 3501 6.4.5), read from the command, and the name each item is answered
// by. Macros are written out.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "imap/request.h"

namespace imap {

inline constexpr std::size_t fetch_item_limit = 1000;  // in one command
inline constexpr std::size_t part_depth_limit = 100;   // numbers in one part number
inline constexpr std::size_t field_name_limit = 1000;  // in one HEADER.FIELDS

struct Partial {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct FetchItem {
  enum class Kind : std::uint8_t {
    flags,
    uid,
    internal_date,
    save_date,  // RFC 8514
    size,
    envelope,
    body,  // BODY without a section
    bodystructure,
    modseq,     // RFC 7162 3.1.4.2
    email_id,   // RFC 8474 5.3
    thread_id,  // likewise
    preview,    // RFC 8970
    section,    // octets: BODY[...], RFC822 and its parts
    binary,     // what a part decodes to: BINARY[...] (RFC 3516)
    binary_size,
  };
  enum class Part : std::uint8_t { all, header, fields, fields_not, text, mime };
  enum class Marks : std::uint8_t { nothing, seen };

  Kind kind = Kind::flags;
  std::string name{};  // as answered: "FLAGS", "BODY[1.2]<0>", "RFC822.TEXT"

  // ---- of a section; path, partial and marks of a binary, too
  std::vector<std::uint32_t> path{};
  Part part = Part::all;
  std::vector<std::string> fields{};
  std::optional<Partial> partial{};
  Marks marks = Marks::nothing;
};

// The macro, item or list. Items asked twice come once. Throws
// BadSyntax.
std::vector<FetchItem> parse_fetch_items(Request&);

// What BODY[text] asks for; of URLs. Throws BadSyntax.
FetchItem section_named(std::string_view text);

// What must be read to answer them. `octets`: the summary too, unless only whole messages are
// asked for.
enum class FetchNeeds : std::uint8_t { entries, summaries, octets };
FetchNeeds needs_of(const std::vector<FetchItem>&);
bool needs_summary(const FetchItem&);
bool marks_seen(const std::vector<FetchItem>&);
bool asks_for(const std::vector<FetchItem>&, FetchItem::Kind);

}  // namespace imap
