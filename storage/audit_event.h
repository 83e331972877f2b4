#pragma once
// What the audit log says of one event. Words and names of people and policies, never content,
// secrets or key bytes.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"

namespace storage {

// The numbers of the reference's record types (customer key, section 10).
enum class AuditType : std::uint16_t {
  admin = 1,          // ExchangeAdmin: what a person or the service did to policies, keys and roles
  customer_key = 69,  // CustomerKeyServiceEncryption: use of an availability key
};

// Where a text is longer than its bound, its end is cut off and marked with "...".
struct AuditEvent {
  static constexpr std::size_t text_limit = 320;        // octets of each text but those of details
  static constexpr std::size_t detail_limit = 8 << 10;  // octets of a value in details
  static constexpr std::size_t details_limit = 32;      // pairs; what is more is left out

  AuditType type = AuditType::admin;
  std::string operation;           // "dep create", as the command is called; or as the reference
                                   // calls it: "Fallback to Availability Key"
  std::string actor;               // "ada (uid 1000)", "system", an account's name
  std::string result = "success";  // or name_of(Fault): "denied"; "begun" before an act
  std::string request_id;          // empty: one is made (policy::new_request_id)

  // What it was done to, as far as it is known.
  std::optional<DepId> dep;
  std::string dep_name;
  std::uint32_t dep_version = 0;  // of the DEP key ("Scope Key Version Id"); 0: none
  std::optional<MailboxId> mailbox;
  std::string account;  // whose the mailbox is, or the account itself

  std::vector<std::pair<std::string, std::string>> details;  // {"Root A", "denied (403 ...)"}
};

}  // namespace storage
