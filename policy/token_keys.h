#pragma once
// The keys an OpenID provider signs its tokens with, kept in memory: asked for again each hour, and
// when a token names one that is not there, but then once in half a minute at most, whoever sends
// such tokens. While the provider is away, the last good ones serve. Any thread.

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "crypto/jwk_set.h"
#include "crypto/url.h"

namespace policy {

class TokenKeys {
 public:
  static constexpr UnixTime refreshed_after = 3600, asked_again_after = 30;

  using Source = std::function<std::string()>;  // a JSON Web Key Set; throws Error. May block
  TokenKeys(Source, const Clock& steady);

  // None: they have never been had.
  std::shared_ptr<const crypto::JwkSet> now() const;
  // For a token whose key is not there. Blocks while the source is asked, unless somebody else asks
  // it already or did just before.
  std::shared_ptr<const crypto::JwkSet> renewed();
  // Called some times a second by a job; blocks while the source is asked.
  void refresh();

 private:
  void ask();

  const Source source_;
  const Clock& clock_;
  std::mutex asking_;
  mutable std::mutex mutex_;  // of what follows
  std::shared_ptr<const crypto::JwkSet> keys_;
  std::optional<UnixTime> asked_;
};

TokenKeys::Source keys_in_file(std::filesystem::path);
// `ca` PEM; none: the system's. Throws invalid when it cannot be used.
TokenKeys::Source keys_at_url(const crypto::Url&, std::optional<std::filesystem::path> ca);

}  // namespace policy
