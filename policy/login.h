#pragma once
// Who may log in. argon2id on the blocking pool; a keyed digest of the last right password of an
// account is kept in memory so that the next fifteen connections of one client do not cost 30 ms
// each. Wrong passwords slow the guesser down by address and account (back_off.h), never the right
// user beside them.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "storage/directory.h"

namespace policy {

class Login {
 public:
  using Sleep = std::function<void(std::chrono::milliseconds)>;

  Login(storage::Directory&, const Clock&);
  Login(storage::Directory&, const Clock&, Sleep);  // for tests: how a guesser is made to wait
  ~Login();

  // The account, or nothing: wrong password, unknown or disabled account alike, in like time.
  // `peer` is the address, with or without a port. Blocking pool only; may sleep up to 3 s for an
  // address that keeps guessing. Throws unavailable when too many such sleep already.
  std::optional<storage::Account> check(std::string_view name, std::string_view password,
                                        const std::string& peer);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace policy
