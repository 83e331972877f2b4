#include "policy/purge.h"

#include <algorithm>

#include "crypto/digest.h"
#include "crypto/vault_verdict.h"

namespace policy {

using crypto::RootVerdict;

namespace {

constexpr std::size_t text_limit = 1000;
constexpr std::size_t names_in_text = 20;

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t n = 0; n < names.size() && n < names_in_text; ++n)
    text += (n == 0 ? "" : ", ") + names[n];
  if (names.size() > names_in_text)
    text += " and " + std::to_string(names.size() - names_in_text) + " more";
  return text;
}

bool stands_in_the_way(const PurgeRoot& root, Force force) {
  if (root.answer.verdict == RootVerdict::ok) return true;
  if (root.answer.verdict == RootVerdict::denied) return false;
  const bool put_off =
      root.answer.verdict == RootVerdict::transient && crypto::is_put_off(root.answer.reason);
  return force == Force::no || put_off;
}

Error held_by_purge(const std::string& what) {
  return {Fault::denied, "a purge of " + what + " is pending",
          "`sealpost purge list` shows it; `sealpost purge cancel` ends it"};
}

std::optional<Error> refused_by_roots(const std::vector<PurgeRoot>& roots, Force force) {
  std::string unwrapping, silent;
  for (const auto& root : roots) {
    if (!stands_in_the_way(root, force)) continue;
    auto& list = root.answer.verdict == RootVerdict::ok ? unwrapping : silent;
    list += (list.empty() ? "" : "; ") + described(root.answer);
  }
  if (!unwrapping.empty())
    return Error(Fault::denied, "the service can still unwrap: " + unwrapping,
                 "take get, wrapKey and unwrapKey away from it on every root key, or disable them "
                 "all, first");
  if (!silent.empty())
    return Error(Fault::denied, "not every root denies: " + silent,
                 force == Force::yes ? "a vault that was not asked just now, or asks for time, is "
                                       "not gone: try again in a minute"
                                     : "if a vault is gone for good, ask with --force");
  return std::nullopt;
}

}  // namespace

std::string_view name_of(PurgeState state) {
  switch (state) {
    case PurgeState::requested:
      return "requested";
    case PurgeState::approved:
      return "approved";
    case PurgeState::blocked:
      return "blocked";
    case PurgeState::destroying:
      return "destroying";
    case PurgeState::destroyed:
      return "destroyed";
    case PurgeState::cancelled:
      return "cancelled";
  }
  return "unknown";
}

std::optional<Error> why_not_purged(const DepPurgeFacts& facts, Force force) {
  const auto& dep = facts.dep;
  if (dep.managed)
    return Error(Fault::invalid, "the managed default has no purge path",
                 "remove its accounts: `sealpost account remove`");
  if (dep.tenant_wide)
    return Error(Fault::denied, "DEP " + dep.name + " is tenant-wide, and is not purged",
                 "`sealpost dep clear-tenant-wide` first; its unassigned mailboxes then leave it");
  if (dep.hold != storage::Hold::none) return held_by_purge("DEP " + dep.name);
  if (!facts.leaving.empty())
    return Error(Fault::denied,
                 "mailboxes under DEP " + dep.name + " belong elsewhere: " + listed(facts.leaving),
                 "wait for the sweep (`sealpost dep progress`), or assign them to it");
  if (!facts.arriving.empty())
    return Error(
        Fault::denied,
        "mailboxes of DEP " + dep.name + " are still under another: " + listed(facts.arriving),
        "wait for the sweep (`sealpost dep progress`), which needs its roots; or assign "
        "them elsewhere");
  if (!facts.held.empty())
    return held_by_purge("the mailboxes of " + listed(facts.held) + ", each alone,");
  return refused_by_roots(facts.roots, force);
}

std::optional<Error> why_not_destroyed(const PurgeRecord& purge,
                                       const std::vector<PurgeRoot>& roots) {
  if (auto refusal = refused_by_roots(roots, purge.forced ? Force::yes : Force::no)) return refusal;
  for (const auto& root : roots)
    if (root.answer.verdict != RootVerdict::denied &&
        std::ranges::count(purge.blocked_by, root.answer.kid) > 0)
      return Error(Fault::denied,
                   "it has unwrapped, and does not deny again: " + described(root.answer));
  return std::nullopt;
}

std::optional<Error> why_not_purged(const MailboxPurgeFacts& facts) {
  if (facts.managed)
    return Error(Fault::invalid,
                 "mailbox " + facts.account +
                     " is under the managed default, which has no purge "
                     "path",
                 "`sealpost account remove` removes it at once");
  if (facts.hold != storage::Hold::none) return held_by_purge("mailbox " + facts.account);
  if (facts.moving)
    return Error(Fault::denied, "mailbox " + facts.account + " is on its way to another DEP",
                 "wait for the sweep (`sealpost dep progress`)");
  if (facts.enabled)
    return Error(Fault::denied, "account " + facts.account + " is enabled",
                 "`sealpost account disable " + facts.account + "` first");
  return std::nullopt;
}

std::optional<Error> why_not_text(std::string_view what, std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; };
  if (text.empty() || text.size() > text_limit || std::ranges::any_of(text, is_control))
    return Error(Fault::invalid,
                 "a purge needs a " + std::string(what) + ": one line of 1 to 1000 octets");
  return std::nullopt;
}

std::optional<Error> why_not_approved(const PurgeRecord& purge, const Approval& approval) {
  if (purge.state != PurgeState::requested)
    return Error(Fault::denied, "purge " + std::to_string(purge.id) + " is " +
                                    std::string(name_of(purge.state)) + " already");
  if (approval.user == purge.request.user)
    return Error(Fault::denied, "who requests a purge may not approve it",
                 "another person has to, who is purge-approver");
  if (!approval.approver_since || *approval.approver_since >= purge.request.time)
    return Error(Fault::denied,
                 approval.name + " was not purge-approver when the purge was requested",
                 "an approver is registered beforehand");
  const auto count = purge.mailboxes.size();
  if (!approval.mailboxes && approval.digest.empty())
    return Error(Fault::invalid, "say how many mailboxes you approve, or the digest of their list",
                 "`sealpost purge show " + std::to_string(purge.id) + "` shows both");
  if (approval.mailboxes && *approval.mailboxes != count)
    return Error(Fault::denied,
                 "purge " + std::to_string(purge.id) + " means " + std::to_string(count) +
                     " mailboxes, not " + std::to_string(*approval.mailboxes),
                 "look at its list again");
  if (!approval.digest.empty() && approval.digest != list_digest(purge))
    return Error(Fault::denied,
                 "that is not the digest of the list of purge " + std::to_string(purge.id),
                 "look at its list again");
  return std::nullopt;
}

std::optional<Error> why_not_cancelled(const PurgeRecord& purge) {
  if (purge.state == PurgeState::destroying || purge.state == PurgeState::destroyed)
    return Error(Fault::denied,
                 "purge " + std::to_string(purge.id) +
                     " cannot be cancelled any more: what it means is " +
                     (purge.state == PurgeState::destroyed ? "destroyed" : "being destroyed"));
  if (purge.state == PurgeState::cancelled)
    return Error(Fault::exists, "purge " + std::to_string(purge.id) + " is cancelled already");
  return std::nullopt;
}

std::string list_digest(const PurgeRecord& purge) {
  std::string text;
  for (const auto& mailbox : purge.mailboxes)
    text += std::to_string(mailbox.id.value) + " " + mailbox.account + "\n";
  return to_hex(crypto::sha256(bytes_of(text)));
}

std::string object_of(const PurgeRecord& purge) {
  return purge.mailbox ? "mailbox " + purge.mailboxes.front().account : "DEP " + purge.dep_name;
}

void refuse_held(const storage::Dep& dep) {
  if (dep.hold != storage::Hold::none) throw held_by_purge("DEP " + dep.name);
}

void refuse_held(const storage::MailboxRecord& mailbox) {
  if (mailbox.hold != storage::Hold::none)
    throw held_by_purge("mailbox " + std::to_string(mailbox.id.value));
}

}  // namespace policy
