#include "crypto/vault_login.h"

#include <algorithm>

#include "crypto/vault_verdict.h"

namespace crypto {
namespace {

constexpr std::chrono::seconds longest_pause{30};
constexpr std::chrono::hours for_ever{24 * 365};

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

// A foreign text, fit for a message.
std::string shown(std::string text) {
  text.resize(std::min<std::size_t>(text.size(), 200));
  std::ranges::replace_if(
      text, [](char c) { return c <= ' ' || c > '~'; }, '?');
  return text;
}

[[noreturn]] void refuse(const std::string& why) {
  throw failure_of({401, "hostile challenge", ""}, why);
}

}  // namespace

VaultLogin::VaultLogin(std::unique_ptr<TokenSource> source, std::string vault_host,
                       std::string resource, SteadyNow now)
    : source_(std::move(source)),
      vault_host_(std::move(vault_host)),
      pinned_(without_slash(std::move(resource))),
      now_(std::move(now)),
      resource_(pinned_) {}

VaultLogin::Bearer VaultLogin::bearer(Deadline end) {
  std::unique_lock lock(mutex_);
  if (source_->needs_resource() && resource_.empty()) return nullptr;
  if (bearer_ && now_() < renew_at_) return bearer_;
  if (fetching_) return usable() ? bearer_ : from_other_thread(lock, end);
  if (failure_ && now_() < failing_until_) {
    if (usable()) return bearer_;
    throw RootError(*failure_);
  }
  return fetched(lock, end);
}

VaultLogin::Bearer VaultLogin::fetched(std::unique_lock<std::mutex>& lock, Deadline end) {
  fetching_ = true;
  failure_.reset();
  const auto resource = resource_;
  lock.unlock();
  std::optional<Token> token;
  std::optional<RootError> failure;
  try {
    token = source_->fetch(resource, end);
  } catch (const RootError& error) {
    failure = error;
  } catch (...) {
    lock.lock();
    fetching_ = false;
    changed_.notify_all();
    throw;
  }
  lock.lock();
  fetching_ = false;
  changed_.notify_all();
  if (token)
    keep(std::move(*token));
  else
    keep(*failure);
  if (!usable()) throw RootError(failure_.value());
  return bearer_;
}

VaultLogin::Bearer VaultLogin::from_other_thread(std::unique_lock<std::mutex>& lock, Deadline end) {
  if (!changed_.wait_until(lock, end, [&] { return !fetching_; }))
    throw failure_of({0, "timeout", "", Speaker::authority}, "waiting for a token takes too long");
  if (usable()) return bearer_;
  if (failure_) throw RootError(*failure_);
  throw failure_of({0, "unreachable", "", Speaker::authority}, "no token could be fetched");
}

void VaultLogin::keep(Token token) {
  const auto now = now_();
  const auto lifetime = token.lifetime.value_or(for_ever);
  bearer_ = std::make_shared<const SecretText>(std::move(token.bearer));
  fetched_at_ = now;
  ends_ = now + lifetime;
  renew_at_ = ends_ - std::min<std::chrono::seconds>(renewed_before, lifetime / 2);
}

// A token that is still good serves on, unless it was taken away.
void VaultLogin::keep(const RootError& failure) {
  failure_ = failure;
  const bool may_pass = failure.verdict() == RootVerdict::transient && !usable();
  const auto pause =
      failure.retry_after().value_or(may_pass ? std::chrono::seconds(0) : pause_after_failure);
  failing_until_ = now_() + std::min(pause, longest_pause);
  if (failure.verdict() == RootVerdict::denied) bearer_.reset();
}

void VaultLogin::check(const Challenge& challenge) const {
  if (!source_->trusts(challenge))
    refuse("the vault wants a token of another authority: " + shown(challenge.authority));
  if (!pinned_.empty() && !challenge.resource.empty() && challenge.resource != pinned_)
    refuse("the vault wants a token for " + shown(challenge.resource) + ", not for " + pinned_);
  if (pinned_.empty() && source_->needs_resource() && !covers(challenge.resource, vault_host_))
    refuse("the vault wants a token for " + shown(challenge.resource) +
           ", which is no parent domain of its own: set resource if it is right");
}

bool VaultLogin::challenged(const std::string& header, const Bearer& used) {
  const auto challenge = bearer_challenge(header);
  if (!challenge) return false;
  if (source_->needs_resource()) check(*challenge);
  const std::lock_guard lock(mutex_);
  if (!used) {
    resource_ = challenge->resource;
    return true;
  }
  if (bearer_ != used) return true;  // another thread has a newer one
  if (now_() < fetched_at_ + pause_after_failure) return false;
  bearer_.reset();
  return true;
}

}  // namespace crypto
