#pragma once
// What the server itself writes at the head of a message (RFC 5321 4.4).

#include <string>
#include <string_view>

#include "base/clock.h"

namespace server::smtp {

// How a message came, as the "with" of a Received field: RFC 3848, RFC 6531 3.7.3.
struct Transport {
  std::string_view protocol;  // "SMTP", "LMTP"
  bool extended, tls, authenticated, utf8;
};
std::string with_protocol(const Transport&);

struct Trace {
  std::string sender;       // as a path without <>; empty: <>
  std::string client_name;  // of EHLO
  std::string peer;         // address, or "unix"
  std::string peer_name;    // of its host, where a front end has said it; empty: not known
  std::string host;         // ours
  std::string protocol;     // with_protocol()
  std::string tls;          // "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty: none
  std::string recipient;    // empty: not told, so that Bcc stays blind
  UnixTime time = 0;
};
// Return-Path and Received, with CRLF at the end.
std::string trace_fields(const Trace&);

// A message without a header begins with its text; what is written at its head would swallow that.
// So it gets the empty line that ends a header first.
void part_text_from_header(std::string& message);

// Received fields in the header (RFC 5321 6.3).
std::size_t hops(std::string_view message);

// The fields, with the CRLF of the last; so far as a header is looked at.
std::string_view header_of(std::string_view message);

std::string mail_date(UnixTime);  // RFC 5322 3.3, in UTC

}  // namespace server::smtp
