#pragma once
// The one way to fail. Throw an Error; whoever began the unit of work catches it: imap::Session per
// command, the admin API per request, main() for the rest.

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

// What kind of failure, in the caller's terms. Front ends map it with one switch each: IMAP
// response code, SMTP reply, HTTP status, exit code.
enum class Fault {
  invalid,      // the request makes no sense
  not_found,    // no such account, folder, message, policy
  exists,       // the name is taken
  denied,       // a login or a policy said no
  read_only,    // opened with EXAMINE, or the key is retired
  over_quota,   // would not fit
  too_big,      // one item over its own limit: a message, a literal
  limit,        // a count has reached its named limit: keywords, folders, connections
  corrupt,      // stored or sealed data failed its check
  unavailable,  // try again later: disk, vault, shutdown
};

// The name as log lines and --json print it: "not_found".
std::string_view name_of(Fault);

// `message` says what failed; `hint`, where there is one, what to do next (the CLI prints both).
class Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& message) : std::runtime_error(message), fault_(fault) {}
  Error(Fault fault, const std::string& message, std::string hint)
      : std::runtime_error(message), fault_(fault), hint_(std::move(hint)) {}

  Fault fault() const noexcept { return fault_; }
  const std::string& hint() const noexcept { return hint_; }

 private:
  Fault fault_;
  std::string hint_;
};
