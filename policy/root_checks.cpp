#include "policy/root_checks.h"

#include <algorithm>
#include <optional>

#include "crypto/aead.h"
#include "crypto/managed_roots.h"
#include "policy/examination.h"

namespace policy {

namespace {

constexpr unsigned smallest_rsa = 2048;
constexpr UnixTime year_10000 = 253402300800;
constexpr UnixTime last_day = year_10000 - 86400;  // 9999-12-31, as some tools write "never"

bool allows(const crypto::RootKeyInfo& info, std::string_view operation) {
  return std::ranges::find(info.operations, operation) != info.operations.end();
}

}  // namespace

void check_key(Examination& root, const crypto::RootKeyInfo& info, UnixTime now) {
  root.note("type", info.type == "RSA" || info.type == "RSA-HSM",
            "a root key is RSA, this one is " + info.type);
  root.note("size", info.bits >= smallest_rsa,
            "2048 bits or more are needed, it has " + std::to_string(info.bits));
  root.note("enabled", info.enabled, "the key is disabled in its vault");
  root.note("valid now", !info.not_before || *info.not_before <= now,
            "the key is not valid yet (nbf)");
  root.note("no expiry", !info.expires || *info.expires >= last_day,
            "the key has an expiry date (exp); roots must have none, or 9999-12-31");
  root.note("operations", allows(info, "wrapKey") && allows(info, "unwrapKey"),
            "its key_ops must have wrapKey and unwrapKey");
}

void check_recovery(Examination& root, const crypto::RootKeyInfo& info) {
  const auto& level = info.recovery_level;
  const auto warn = [&](const char* why) {
    root.warn("recovery", "warning: recovery level " + level + ": " + why);
  };
  if (level.find("Purgeable") != std::string::npos)
    warn("the key can be purged for ever; turn on purge protection");
  if (level.starts_with("Customized")) warn("a deleted key can be recovered for less than 90 days");
}

bool same_key(const crypto::DepKey& one, const crypto::DepKey& other) {
  const crypto::Place place{.kind = crypto::Kind::mailbox_key};
  const auto wrapped = crypto::Aead::wrap(crypto::MailboxKey::generate(), one, place);
  try {
    crypto::Aead::unwrap(wrapped, other, place);
    return true;
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt) throw;
    return false;
  }
}

std::optional<crypto::WrappedByRoot> round_trip(crypto::RootKeys& roots, Examination& root,
                                                const crypto::RootKeyRef& key_version,
                                                const crypto::DepKey& key,
                                                const crypto::Place& place) {
  static const std::string check = "wrap and unwrap";
  auto wrapped = root.asked(
      check, [&] { return roots.wrap(key_version, key, place); }, "wrapKey: ");
  if (!wrapped) return std::nullopt;
  const auto back = root.asked(
      check, [&] { return roots.unwrap(*wrapped, place); }, "unwrapKey: ");
  if (!back) return std::nullopt;
  const bool same = same_key(key, *back);
  root.note(check, same, "the vault gave another key back than it was given", Fault::corrupt);
  if (!same) return std::nullopt;
  return wrapped;
}

namespace {

// Does this vault hold the very key version that is said to be in the other one? Then two names
// lead to one vault, or one key was copied into both.
void check_twin(crypto::RootKeys& roots, Examination& root, const std::string& check,
                const std::string& vault, const crypto::RootKeyRef& other) {
  bool twin = false;
  try {
    const crypto::RootKeyRef same(vault + "/keys/" + other.name() + "/" + other.version());
    twin = roots.get(same).key.version() == other.version();
  } catch (const crypto::RootError& error) {
    // Not known there, or not to be told: then it is no help to the service either.
    if (error.verdict() == crypto::RootVerdict::transient)
      return root.note(check, false, error.code() + ": " + error.what(), Fault::unavailable);
  }
  root.note(
      check, !twin,
      "this vault also holds " + other.kid() + ": it is one vault under two names, or a copy");
}

void check_apart(crypto::RootKeys& roots, Examination& root, const crypto::RootKeyRef& a,
                 const crypto::RootKeyRef& b, const std::vector<crypto::RootKeyInfo>& known) {
  static const std::string check = "another vault";
  if (a.vault() == b.vault())
    root.note(check, false, "both roots are in " + a.vault() + "; they must be in two vaults");
  else if (known.size() == 2)  // else the vault that does not tell about a key is said already
    check_twin(roots, root, check, b.vault(), known.front().key);
}

// Under another name, too: the key that opens what the other one wraps is the other one.
void check_another_key(crypto::RootKeys& roots, Examination& root,
                       const crypto::WrappedByRoot& by_a, const crypto::RootKeyRef& b,
                       const crypto::Place& place) {
  static const std::string check = "another key";
  try {
    roots.unwrap({b, by_a.blob}, place);
    root.note(check, false, "this is the same key as " + by_a.key.kid());
  } catch (const crypto::RootError& error) {
    root.note(check, error.verdict() == crypto::RootVerdict::misconfigured,  // as it must be
              error.code() + ": " + error.what(), Fault::unavailable);
  }
}

void check_yours(Examination& root, const crypto::RootKeyRef& key) {
  root.note("held by you", key.vault() != crypto::managed_vault,
            "service-held roots are for the managed default alone");
}

}  // namespace

Examined examine(crypto::RootKeys& roots, const Clock& clock, const crypto::RootKeyRef& a,
                 const crypto::RootKeyRef& b, Holder holder, const crypto::DepKey& key,
                 const crypto::Place& place) {
  Examined result;
  std::vector<crypto::RootKeyInfo> known;
  for (const auto* root : {&a, &b}) {
    Examination examination(root->kid(), result.checks);
    if (holder == Holder::customer) check_yours(examination, *root);
    auto info = examination.asked("get", [&] { return roots.get(*root); });
    if (info) {
      examination.note("get", true, "");
      check_key(examination, *info, clock.now());
      check_recovery(examination, *info);
      if (auto wrapped = round_trip(roots, examination, info->key, key, place))
        result.wraps.push_back(std::move(*wrapped));
      known.push_back(std::move(*info));
    }
  }
  Examination second(b.kid(), result.checks);
  if (holder == Holder::customer) check_apart(roots, second, a, b, known);
  if (holder == Holder::customer && a.vault() != b.vault() && result.wraps.size() == 2)
    check_another_key(roots, second, result.wraps[0], result.wraps[1].key, place);
  if (holder == Holder::service)
    second.note("another key", a.vault() != b.vault() || a.name() != b.name(),
                "the same key twice");
  return result;
}

bool all_passed(const std::vector<RootCheck>& checks) {
  return std::ranges::all_of(checks, &RootCheck::passed);
}

void require_passed(const std::vector<RootCheck>& checks, const std::string& what) {
  if (all_passed(checks)) return;
  const auto has = [&](Fault fault) {
    return std::ranges::any_of(
        checks, [&](const RootCheck& check) { return !check.passed && check.fault == fault; });
  };
  auto text = what + ":";
  for (const auto& check : checks)
    if (!check.passed) text += "\n  " + check.kid + ": " + check.check + ": " + check.detail;
  const auto fault = has(Fault::invalid)   ? Fault::invalid
                     : has(Fault::corrupt) ? Fault::corrupt
                     : has(Fault::denied)  ? Fault::denied
                                           : Fault::unavailable;
  const std::string again =
      "`sealpost dep check` and `dep test` run such checks and change nothing";
  if (fault != Fault::denied) throw Error(fault, text, again);
  throw Error(
      fault, text,
      "allow this server get, wrapKey and unwrapKey on the key; a vault may take a minute or "
      "more to heed it. " +
          again);
}

}  // namespace policy
