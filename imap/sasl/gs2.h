#pragma once
// What SCRAM and OAUTHBEARER messages begin with (RFC 5801 section 4, RFC 5802 section 7).

#include <optional>
#include <string>
#include <string_view>

namespace imap::sasl {

struct Gs2Header {
  // n: the client has none; y: it has, and thinks that the server has not; p: this one is used.
  enum class Binding { n, y, p } binding = Binding::n;
  std::string binding_type;  // with p
  std::string as;            // authzid; empty: none
  std::string_view text;     // the header as it was sent, with its last comma
};

// Taken off the front of `message`. Nothing when it is none.
std::optional<Gs2Header> take_gs2_header(std::string_view& message);

// =2C and =3D decoded. Nothing for an empty name, another '=', or a NUL.
std::optional<std::string> decoded_saslname(std::string_view);

// "x=value" up to the next comma or the end, taken off with that comma. Nothing when another
// attribute, or none, comes next.
std::optional<std::string_view> take_attribute(std::string_view& text, char name);

}  // namespace imap::sasl
