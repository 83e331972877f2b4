#pragma once
// What the examples of the RFCs find when they begin.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/mail_server.h"

namespace test_support {

struct Letter {
  std::string octets;
  storage::FlagNames flags{};
  UnixTime date = 1'800'000'000;  // INTERNALDATE
  std::int16_t zone = 0;          // minutes east of UTC
};

inline const std::string ada = "ada@example.org", bob = "bob@example.org";

// So many that are equal.
std::vector<Letter> letters(std::size_t count, const Letter&);

// Into a folder, which is made if it is not there. At once, so that many are quick; none is recent.
void fill(MailServer&, const std::string& folder, const std::vector<Letter>&,
          const std::string& account = ada);

// A message of so many octets, 14 at least.
std::string letter_of(std::size_t octets);

// ada has INBOX alone then, and no subscriptions.
void remove_default_folders(MailServer&);
void create(MailServer&, const std::vector<std::string>& folders);
void subscribe(MailServer&, const std::vector<std::string>& folders);

// Logins beside ada's and bob's, with their password, or another.
void create_accounts(MailServer&, const std::vector<std::string>& names);
void create_account(MailServer&, const std::string& name, const std::string& password);

std::string uid_validity(MailServer&, const std::string& folder);

// Wherever `what` stands in the transcript, `by` stands in the result.
std::string with(std::string transcript, std::string_view what, std::string_view by);

}  // namespace test_support
