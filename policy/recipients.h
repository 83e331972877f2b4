#pragma once
// Whose mail is this: an address to an account. Local parts without regard to case, plus-addresses
// (RFC 5233 style: ada+lists@example.org is ada@example.org), aliases. Blocking pool only.

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "storage/directory.h"

namespace policy {

enum class Locality { local, unknown_user, elsewhere };

struct Recipient {
  Locality locality = Locality::elsewhere;
  std::optional<storage::Account> account;  // with local
  std::string detail;                       // after '+', as written; empty if none
};

class Recipients {
 public:
  Recipients(storage::Directory& directory, std::set<std::string> domains)
      : directory_(directory), domains_(std::move(domains)) {}  // in lower case

  // `address` is "local@domain", unquoted, UTF-8 allowed. "postmaster" alone or at a local domain
  // goes to the account or alias of that name (RFC 5321 4.5.1) where there is one.
  Recipient find(std::string_view address) const;
  // What find() said holds as long as this stays (storage::Directory::changes). Never blocks.
  std::uint64_t changes() const { return directory_.changes(); }
  bool is_local_domain(std::string_view domain) const;
  const std::set<std::string>& domains() const { return domains_; }

 private:
  // RFC 5321 section 4.5.1: at every local domain, or without one.
  Recipient find_postmaster(std::string_view local_part) const;

  storage::Directory& directory_;
  std::set<std::string> domains_;
};

}  // namespace policy
