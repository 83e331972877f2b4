#pragma once
// What an admin must know without asking (RULES.md section 11). Facts in, alerts out; and what is
// new in them. No clock, no database, no vault.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "crypto/root_keys.h"

namespace policy {

enum class AlertCode : std::uint8_t {
  root_unhealthy,        // one root key does not unwrap what it is needed for
  both_roots_unhealthy,  // neither root of a DEP does
  fallback_in_use,       // an availability key serves in their place
  root_disabled,         // its vault says so
  root_expiring,         // within near_expiry, or expired
  sweep_overdue,         // mailboxes are not where they belong, for too long
  purge_requested,       // somebody wants mail destroyed
  purge_blocked,         // and was granted it, but a root unwraps again
  audit_broken,          // the audit log does not fit its checkpoint
  no_availability_key,   // it was made and is missing, or damaged
  rolled_back,           // an older state of data was put back
  certificate_expiring,  // that mail of a mailbox is encrypted to; within near_expiry, or expired
  tls_certificate_expiring,  // the server's own, likewise
  tls_certificate_urgent,    // within urgent_expiry, or expired: clients refuse it then
};
inline constexpr std::size_t alert_code_count = 14;

inline constexpr UnixTime urgent_expiry = 7 * 86400;

std::string_view name_of(AlertCode);           // "root-unhealthy"
AlertCode alert_code_named(std::string_view);  // throws invalid
std::string_view severity_of(AlertCode);       // "warning", "critical"

// Two of the same code and object are one alert, whatever their texts say.
struct Alert {
  AlertCode code = AlertCode::root_unhealthy;
  std::string object;  // a root's kid, "DEP contoso", "audit log"
  std::string text;    // what is so
  std::string action;  // what to do
  UnixTime since = 0;  // 0: not known but to whoever saw it first

  bool same_as(const Alert& other) const { return code == other.code && object == other.object; }
};

// A root of a version of a DEP's key.
struct RootFact {
  std::string dep;
  std::uint32_t version = 1;
  std::uint64_t mailboxes = 0;  // under that version
  bool wraps_new = false;       // it is the newest of a DEP that takes mailboxes
  std::string kid;
  crypto::RootVerdict verdict = crypto::RootVerdict::ok;  // of an unwrap just now
  std::string reason;                                     // why not
  UnixTime denied_since = 0;                              // 0: it does not deny
  bool disabled = false;                                  // as its vault describes it
  std::optional<UnixTime> expires;

  bool needed() const { return mailboxes > 0 || wraps_new; }
};

struct FallbackFact {
  std::string dep;
  UnixTime since = 0;
};

struct PurgeFact {
  std::string object;     // "DEP contoso", "mailbox ada@example.org"
  std::string requested;  // "by eve (uid 1001), for: contract ended"
  std::string state;      // "requested", "approved; destroyed after 2026-11-27T08:00:00Z"
  UnixTime since = 0;
  std::string blocked_by{};  // roots that unwrap; empty: none
  bool cancellable = true;   // not once it is being destroyed
};

// That mail of a mailbox at end-to-end is encrypted to.
struct CertificateFact {
  std::string account, fingerprint;
  UnixTime expires = 0;
};

struct AlertFacts {
  UnixTime now = 0;
  std::vector<RootFact> roots;
  std::vector<FallbackFact> fallbacks;
  std::uint64_t to_be_moved = 0;  // mailboxes
  UnixTime moving_since = 0;      // there have been some without a break; 0: there are none
  std::chrono::seconds sweep_overdue{3600};
  std::string not_moved_because;
  std::vector<PurgeFact> purges;
  std::optional<std::string> audit_broken;
  std::vector<std::string> no_availability_key;  // DEPs that were made with one
  std::vector<CertificateFact> certificates{};
  std::optional<std::string> rolled_back{};  // what was
  std::optional<UnixTime> tls_certificate_expires{};
};

// Each once, by code, then object.
std::vector<Alert> alerts_of(const AlertFacts&);

struct Notice {
  enum class Event : std::uint8_t { began, ended, test } event = Event::began;
  Alert alert;
  UnixTime time = 0;
};
std::string_view name_of(Notice::Event);

// Makes `in_force` what is so now, each alert with the time when it began, and gives what is new:
// first those that ended, then those that began.
std::vector<Notice> updated(std::vector<Alert>& in_force, std::vector<Alert> now, UnixTime time);

}  // namespace policy
