#pragma once
// Values with parameters: Content-Type (RFC 2045 5.1), Content-Disposition (RFC 2183), with the
// continuations and charsets of RFC 2231.

#include <string>
#include <string_view>
#include <vector>

namespace imap::mime {

// Pieces (name*0, name*1) are joined already. `extended`: the value is charset'language'text with
// percent signs, and IMAP shows the name with a '*' (name*=...), as it was sent.
struct Param {
  std::string name;
  std::string value;
  bool extended = false;
};

struct Parameterized {
  std::string value;  // "text/plain", "attachment": without blanks and comments, as written
  std::vector<Param> params;

  // Of the first parameter of that name, in any case, decoded to UTF-8 (RFC 2231, and RFC 2047
  // where mailers used that); empty when there is none.
  std::string decoded(std::string_view name) const;
  // As written.
  std::string_view raw(std::string_view name) const;
};

inline constexpr std::size_t param_limit = 200;  // parameters of one field; more are not read

// Takes a folded value. Parameters without value or name are passed over.
Parameterized parse_parameterized(std::string_view value);

struct ContentType {
  std::string type, subtype;  // both set, whatever the field says
  std::vector<Param> params;

  bool is(std::string_view type_name, std::string_view subtype_name) const;
};

// RFC 2045 5.2: what makes no sense is text/plain.
ContentType content_type(const Parameterized&);

}  // namespace imap::mime
