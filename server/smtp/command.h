#pragma once
// One SMTP command line, taken apart (RFC 5321 4.1). Pure functions of text; each throws BadCommand
// with the reply that tells the client what is wrong.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/smtp/dsn.h"
#include "server/smtp/reply.h"

namespace server::smtp {

inline constexpr std::size_t path_limit = 256;  // RFC 5321 4.5.3.1.3, octets
inline constexpr std::size_t local_part_limit =
    64;                                             // 4.5.3.1.1; longer ones are read to path_limit
inline constexpr std::size_t domain_limit = 255;    // 4.5.3.1.2
inline constexpr std::size_t parameter_limit = 16;  // ESMTP parameters of one command

struct CommandLine {
  std::string verb;      // upper case
  std::string argument;  // trimmed at both ends; may be empty
};
// `line` without its CRLF.
CommandLine split_command(std::string_view line);

// An address as a value: quotes and source route taken off.
struct Address {
  std::string local;   // "ada", "two words"
  std::string domain;  // lower case; empty for <> and <postmaster>

  bool is_null() const { return local.empty() && domain.empty(); }  // <>
  bool is_ascii() const;
  std::string text() const;  // local@domain, unquoted: as policy::Recipients reads it
  std::string wire() const;  // quoted where RFC 5321 4.1.2 asks for it
};

enum class Body { seven_bit, eight_bit, binary };

struct MailArguments {
  Address sender;
  std::optional<std::uint64_t> size;  // RFC 1870
  Body body = Body::seven_bit;        // RFC 6152, RFC 3030
  bool utf8 = false;                  // RFC 6531 SMTPUTF8
  bool require_tls = false;           // RFC 8689 REQUIRETLS
  DsnOfMail dsn;                      // RFC 3461
};

// "FROM:<ada@example.org> SIZE=1000 ...". AUTH= is read and not believed (RFC 4954 5).
MailArguments parse_mail(std::string_view argument);

// "ada@example.org", as an account is named: what stands behind the last @ is the domain.
Address parse_address(std::string_view text);

struct RecipientArguments {
  Address address;
  DsnOfRecipient dsn;
};

// "TO:<ada@example.org> NOTIFY=SUCCESS ...".
RecipientArguments parse_recipient(std::string_view argument);

// RFC 3030 2: the argument of BDAT, "1000" or "0 LAST". None where it is malformed; a size that
// does not fit 64 bits is the largest that does.
struct Chunk {
  std::uint64_t size = 0;
  bool last = false;
};
std::optional<Chunk> parse_chunk(std::string_view argument);

// The argument of EHLO, HELO and LHLO: a domain or an address literal. Anything printable without
// blanks is taken, since clients name themselves oddly; what it is, says is_host_name().
std::string parse_hello(std::string_view argument);
bool is_host_name(std::string_view);  // a domain or an address literal, fit for a Received field

bool is_utf8(std::string_view);

}  // namespace server::smtp
