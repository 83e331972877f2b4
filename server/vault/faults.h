#pragma once
// Rehearsals: a vault that misbehaves on purpose, a key at a time, while it runs. Only in a vault
// that was started for it; gone when it ends. Its owner is spared.

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/message.h"
#include "server/vault/route.h"

namespace vault {

struct Disturbance {
  enum class Kind {
    slow,             // the answer comes `seconds` late
    drop,             // the connection is cut instead of an answer
    throttle,         // 429, with Retry-After if `retry_after`
    error,            // `status`, 5xx, with Retry-After if `retry_after`
    unauthorized,     // 401 with the challenge
    denied,           // 403, as without permission
    disabled,         // as if the key were disabled
    deleted,          // as if it were deleted
    expired,          // as if it were past its time, for every use of it
    html,             // a page of HTML with `status`, as a proxy gives
    wrong_answer,     // 200 with other octets
    bad_certificate,  // TLS with a certificate of nobody's; for all keys only
  };
  Kind kind;
  unsigned seconds = 5;
  unsigned status = 503;
  std::optional<unsigned> retry_after;
  std::optional<Operation> operation;  // no other is disturbed
  std::optional<unsigned> times;       // then it is over
};
std::string_view name_of(Disturbance::Kind);
// Throw Refusal 400.
Disturbance disturbance_of(const boost::json::object&);
boost::json::object to_json(const Disturbance&);

inline constexpr std::string_view all_keys = "*";
inline constexpr std::string_view token_endpoint_fault = "@token";

// Any thread.
class Faults {
 public:
  // `show` is told which certificate to show: a bad one, or its own.
  Faults(bool allowed, std::function<void(bool bad)> show)
      : allowed_(allowed), show_(std::move(show)) {}

  // `target` is a key's name, all_keys or token_endpoint_fault. Throw Refusal 403 when the vault
  // was not started for this, 404 when there is none to clear.
  void set(std::string target, const Disturbance&);
  void clear(const std::string& target);
  std::map<std::string, Disturbance> list() const;

  // What is to happen to this request, which is counted. A key's own comes before that of all.
  std::optional<Disturbance> next(std::string_view target, std::optional<Operation>);

 private:
  void check_allowed() const;
  void show();

  const bool allowed_;
  const std::function<void(bool bad)> show_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, Disturbance, std::less<>> set_;
  bool shown_bad_ = false;
};

// The answer instead of one; nothing: the request is answered as ever, then spoilt(). Throws
// Refusal where the answer is one.
std::optional<http::Response> instead(const Disturbance&, std::optional<Operation>);
// An answer as the disturbance would have it.
http::Response spoilt(const Disturbance&, http::Response);

}  // namespace vault
