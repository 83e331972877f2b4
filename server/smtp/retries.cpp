#include "server/smtp/retries.h"

#include <algorithm>
#include <utility>

#include "crypto/digest.h"
#include "crypto/locked_memory.h"

namespace server::smtp {
namespace {

constexpr std::size_t secret_size = 32;

// Three of one length, so that no two messages make the same octets.
void append_digest(Bytes& out, std::string_view text) {
  const auto digest = crypto::sha256(bytes_of(text));
  out.insert(out.end(), digest.begin(), digest.end());
}

}  // namespace

Retries::Retries(const Clock& clock) : clock_(clock), secret_(crypto::random_bytes(secret_size)) {}

Bytes Retries::key(std::string_view sender, std::string_view octets) const {
  auto parts = secret_;
  append_digest(parts, sender);
  append_digest(parts, octets);
  return crypto::sha256(parts);
}

Retries::Accounts Retries::holders(const Bytes& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(messages_, key, &Message::key);
  if (found == messages_.end() || found->until <= clock_.now()) return {};
  return found->accounts;
}

void Retries::remember(const Bytes& key, const Accounts& accounts) {
  const std::lock_guard lock(mutex_);
  Message message{key, {}, 0};
  const auto found = std::ranges::find(messages_, key, &Message::key);
  if (found != messages_.end()) {
    message = std::move(*found);
    messages_.erase(found);
  }
  message.accounts.insert(accounts.begin(), accounts.end());
  message.until = clock_.now() + lifetime;
  messages_.push_back(std::move(message));
  if (messages_.size() > limit) messages_.pop_front();
}

void Retries::forget(const Bytes& key, const Accounts& accounts) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(messages_, key, &Message::key);
  if (found == messages_.end()) return;
  for (const auto account : accounts) found->accounts.erase(account);
  if (found->accounts.empty()) messages_.erase(found);
}

}  // namespace server::smtp
