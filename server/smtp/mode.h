#pragma once
// The three ways in, and how they differ: one row each.

#include <string_view>

namespace server::smtp {

enum class Authentication { none, required };
enum class DataReplies { one, one_a_recipient };  // RFC 2033 4.2

struct Mode {
  std::string_view name;      // for logs: "smtp"
  std::string_view protocol;  // for Received and the greeting: "SMTP", "LMTP"
  std::string_view hello;     // the greeting that offers extensions: "EHLO", "LHLO"
  Authentication authentication;
  DataReplies data_replies;
  bool trusted;  // may err as often as it likes: a list may have many unknown recipients
};

// Port 25: mail from other servers, to local recipients only.
inline constexpr Mode smtp_mode{"smtp",           "SMTP", "EHLO", Authentication::none,
                                DataReplies::one, false};
// Port 587 and 465 (RFC 6409): mail of our own accounts, after AUTH.
inline constexpr Mode submission_mode{"submission",     "SMTP", "EHLO", Authentication::required,
                                      DataReplies::one, false};
// From a mail transfer agent in front of us (RFC 2033); trusted to have asked who may send.
inline constexpr Mode lmtp_mode{
    "lmtp", "LMTP", "LHLO", Authentication::none, DataReplies::one_a_recipient, true};

}  // namespace server::smtp
