#pragma once
// What a client asks of delivery status notifications (RFC 3461): the parameters RET and ENVID of
// MAIL, NOTIFY and ORCPT of RCPT, as values that are read and printed. Pure functions of text.
//
// ENVID and ORCPT are kept as they came, in ASCII: whoever passes a message on repeats them
// unaltered (5.2.1 d), and what is printed here is read the same again.

#include <optional>
#include <string>
#include <string_view>

namespace server::smtp {

inline constexpr std::size_t envelope_id_limit = 100;         // RFC 3461 4.4, as it came
inline constexpr std::size_t original_recipient_limit = 500;  // 4.2, as it came

enum class Returned { full, headers };  // RET: of the message, in a report of failure

// NOTIFY of one recipient: of what the sender wants to hear.
struct Notify {
  bool success = false, failure = false, delay = false;  // none of them: NEVER
  bool operator==(const Notify&) const = default;
};
// Where a client says nothing (4.1).
inline constexpr Notify default_notify{false, true, true};

// ORCPT: whom the sender meant, before anybody forwarded.
struct OriginalRecipient {
  std::string type;     // "rfc822", "utf-8" (RFC 6533 3): as it came
  std::string encoded;  // ASCII: xtext; of type utf-8 with \x{...} for what is not

  // Printable; of type utf-8 in UTF-8.
  std::string address() const;
  std::string text() const { return type + ';' + encoded; }  // the value of the parameter
  bool operator==(const OriginalRecipient&) const = default;
};

struct DsnOfMail {
  std::optional<Returned> returned;
  std::string envelope_id;  // xtext; empty: none

  std::string envelope_id_text() const;  // printable
  bool operator==(const DsnOfMail&) const = default;
};

struct DsnOfRecipient {
  std::optional<Notify> notify;
  std::optional<OriginalRecipient> original;

  Notify wanted() const { return notify.value_or(default_notify); }
  bool operator==(const DsnOfRecipient&) const = default;
};

// The values of parameters, without their keyword. Nothing where one is malformed or too long.
std::optional<Returned> parse_returned(std::string_view);
std::optional<std::string> parse_envelope_id(std::string_view);
std::optional<Notify> parse_notify(std::string_view);
std::optional<OriginalRecipient> parse_original_recipient(std::string_view);

// " RET=FULL ENVID=QQ314159", " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;ada@example.org": what was asked,
// to be put behind the path of MAIL and RCPT. Empty where nothing was asked.
std::string parameters(const DsnOfMail&);
std::string parameters(const DsnOfRecipient&);

// xtext (RFC 3461 4). Decoding says nothing where it is malformed.
std::string encode_xtext(std::string_view);
std::optional<std::string> decode_xtext(std::string_view);

// An address of ours (UTF-8) as an original recipient: of type utf-8 where it is not ASCII. May be
// longer than an ORCPT parameter can be.
OriginalRecipient original_recipient(std::string_view address);

}  // namespace server::smtp
