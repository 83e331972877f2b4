#pragma once
// What a section of a message is: of BODY[...] in FETCH, and of URLs.

#include <optional>
#include <string>
#include <variant>

#include "base/error.h"
#include "imap/fetch_content.h"
#include "imap/fetch_item.h"
#include "storage/entry.h"

namespace imap {

// One message. `summary` may be null when nothing is asked that needs it.
struct Readable {
  const storage::Entry& entry;
  const mime::SummaryView* summary;
  const ReadOctets& read;

  const mime::SummaryView& known() const;  // throws unavailable without one
};

// Octets of the message, or header fields that were picked from them; cut by the item's partial.
// None: there is no such section. Throws what reading throws.
using SectionValue = std::variant<Content, std::string>;
std::optional<SectionValue> section_of(const Readable&, const FetchItem&);

// What BINARY[...] gives, likewise (RFC 3516 section 3). Throws UnknownEncoding.
std::optional<Content> decoded_section_of(const Readable&, const FetchItem&);

// RFC 3516 4.3: a part is encoded in a way that is not known here.
class UnknownEncoding : public Error {
 public:
  UnknownEncoding() : Error(Fault::invalid, "the transfer encoding of a part is not known") {}
};

}  // namespace imap
