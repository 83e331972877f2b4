#pragma once
// The fields of one header (RFC 5322 2.2), as views into the message they came from: nothing is
// copied, and the octets must outlive the Header.
//
// Tolerant of what real mail has: bare LF, blanks before the colon, 8-bit names; lines that are no
// fields (an mbox From_ line) are passed over and hide nothing that follows.

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace imap::mime {

struct Field {
  std::string_view name;   // as written, without blanks
  std::string_view value;  // after the colon, still folded, without the final line end
  std::string_view raw;    // the whole field with its line ends
};

class Header {
 public:
  Header() = default;
  explicit Header(std::string_view octets);  // with or without the empty line at its end

  const std::vector<Field>& fields() const& { return fields_; }
  const std::vector<Field>& fields() && = delete;  // they would be gone at once
  // The nth field (from 0) of that name, in any case; null if there are not so many.
  const Field* find(std::string_view name, std::size_t nth = 0) const;

 private:
  std::vector<Field> fields_;
};

// RFC 5322 2.2.3: line ends taken out, blanks kept, trimmed at both ends. NUL becomes '?'.
std::string unfolded(std::string_view value);

// ASCII only, as protocols compare.
bool same_name(std::string_view, std::string_view);
std::string lower_ascii(std::string_view);

// HEADER.FIELDS and HEADER.FIELDS.NOT (RFC 3501 6.4.5): the raw fields in message order, then an
// empty line.
enum class Pick { these, others };
std::string picked_fields(std::string_view header, std::span<const std::string> names, Pick);

}  // namespace imap::mime
