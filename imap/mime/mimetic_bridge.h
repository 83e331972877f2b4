#pragma once
// The one way to mimetic, which is a good workman with measured faults (M1 to M25 in its tests):
// only the codecs and the building of plain entities are used, always behind a guard, and never
// the parsing of whole messages. No mimetic type leaves the .cpp. Any thread: nothing is shared.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "imap/mime/summary.h"

namespace imap::mime {

inline constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

// RFC 2045 6.8. Octets outside the alphabet are passed over, and the first '=' ends the data. At
// most `limit` octets come out.
std::string decode_base64(std::string_view, std::size_t limit = no_limit);

// The same, piece by piece (transfer_decoder.h).
class Base64Decoder {
 public:
  Base64Decoder();
  ~Base64Decoder();
  Base64Decoder(Base64Decoder&&) noexcept;
  Base64Decoder& operator=(Base64Decoder&&) noexcept;

  std::string add(std::string_view coded);
  std::string end();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// RFC 2045 6.7, as QuotedPrintableDecoder.
std::string decode_quoted_printable(std::string_view, std::size_t limit = no_limit);

// A body in its transfer encoding; identity and unknown ones come out as they are.
std::string decoded_body(std::string_view, Encoding, std::size_t limit = no_limit);

// Lines of 76 with CRLF.
std::string encode_base64_lines(std::string_view);

// A field, written as given but for folding at blanks. Encoding its words is the caller's
// (encode_words); addresses may be UTF-8 (RFC 6532). Throws invalid for what would break out of it.
struct NewField {
  std::string name, value;
};

// One entity: its fields, an empty line, the body. UTF-8 text that is not plain ASCII with short
// lines is base64. Line ends are CRLF.
std::string text_entity(std::string_view type, std::string_view utf8,
                        const std::vector<NewField>& fields);

// A multipart of entities that are complete already: their octets go in untouched. Throws invalid
// if the boundary occurs in a part.
std::string multipart_entity(std::string_view type, std::string_view boundary,
                             const std::vector<NewField>& fields,
                             const std::vector<std::string>& parts);

}  // namespace imap::mime
