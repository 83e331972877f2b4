#pragma once
// The bearer token for one vault: cached until 5 minutes before it ends, fetched by one thread at a
// time, and once more when the vault refuses it. What a vault's challenge asks for is checked
// against what is pinned before anything is fetched or sent. Blocking; any thread.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "crypto/breaker.h"
#include "crypto/root_keys.h"
#include "crypto/token_source.h"

namespace crypto {

class VaultLogin {
 public:
  using Bearer = std::shared_ptr<const SecretText>;

  static constexpr std::chrono::seconds renewed_before{300};
  static constexpr std::chrono::seconds pause_after_failure{10};

  // `resource` is the pinned one; empty: a parent domain of the vault's host, as its challenge
  // says.
  VaultLogin(std::unique_ptr<TokenSource>, std::string vault_host, std::string resource, SteadyNow);

  // What to send; none: the vault has to be asked for its challenge first, without a token and a
  // body. Throws RootError.
  Bearer bearer(Deadline);

  // The vault answered 401 with this WWW-Authenticate to that token (or to none). Whether asking
  // again makes sense. Throws RootError misconfigured when it wants what it may not have.
  bool challenged(const std::string& header, const Bearer& used);

 private:
  using Time = std::chrono::steady_clock::time_point;

  void check(const Challenge&) const;
  Bearer fetched(std::unique_lock<std::mutex>&, Deadline);
  Bearer from_other_thread(std::unique_lock<std::mutex>&, Deadline);
  void keep(Token);
  void keep(const RootError&);
  bool usable() const { return bearer_ && now_() < ends_; }

  const std::unique_ptr<TokenSource> source_;
  const std::string vault_host_, pinned_;
  const SteadyNow now_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  bool fetching_ = false;
  std::string resource_;  // pinned, or learned; empty: not known yet
  Bearer bearer_;
  Time fetched_at_{}, renew_at_{}, ends_{};
  std::optional<RootError> failure_;  // of the last try
  Time failing_until_{};
};

}  // namespace crypto
