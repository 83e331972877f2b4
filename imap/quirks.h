#pragma once
// Capabilities that are not announced to some clients or accounts, since those ask for what they
// then do not understand. What is withheld works all the same when it is asked for, but for
// UNAUTHENTICATE, which must be possible to switch off (RFC 8437 section 8).
//
// RFC 2971 section 3 wants no behaviour to follow from ID. It bends here, so far and no further:
// the list of capabilities is shorter, and only for clients that fail with the whole list.

#include <string>
#include <string_view>
#include <vector>

namespace imap {

// As it names itself with ID (RFC 2971): bounded, and used for nothing but this. Empty: not said.
struct Client {
  std::string name, version;
  std::string account;  // the login's name in lower case; empty before it
};

// Empty: any. In `client` and `account` "*" is anything; both without case.
struct Withheld {
  std::string client;                     // "NAME/VERSION"
  std::string account;                    // "ada@example.org"
  std::vector<std::string> capabilities;  // as announced, without "=value"
};

// By the table of known clients, or by what the admin has configured.
bool is_withheld(std::string_view capability, const Client&, const std::vector<Withheld>&);

}  // namespace imap
