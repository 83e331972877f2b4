#include "policy/login_watch.h"

#include <algorithm>
#include <atomic>

#include "base/log.h"
#include "crypto/constant_time.h"

namespace policy {

namespace {

// What an account is now.
struct Now {
  storage::Account account;
  std::vector<storage::Credential> credentials;

  bool has(std::int64_t credential) const {
    return std::ranges::any_of(credentials,
                               [&](const auto& each) { return each.id == credential; });
  }
};

// Why he may no longer be here; empty: he may.
std::string_view objection(const Admission& admission, const Now& now) {
  if (!now.account.enabled) return "the account is disabled";
  if (admission.credential != 0 && !now.has(admission.credential))
    return "its credential was removed";
  if (admission.by == Admission::By::password &&
      !crypto::same_octets(bytes_of(admission.account.password.hash),
                           bytes_of(now.account.password.hash)))
    return "the password was changed";
  return {};
}

}  // namespace

struct LoginWatch::Entry {
  Admission admission;
  std::function<void()> withdrawn;
  mutable std::atomic<bool> ended = false;
};

LoginWatch::Visit LoginWatch::enter(const Admission& admission, std::function<void()> withdrawn) {
  const auto entry = std::make_shared<Entry>();
  entry->admission = admission;
  entry->withdrawn = std::move(withdrawn);
  Entries only{entry};
  {
    const std::lock_guard lock(mutex_);
    auto& entries = entries_[admission.account.id];
    std::erase_if(entries, [](const auto& each) { return each.expired(); });
    entries.push_back(entry);
  }
  // A change from before is looked for by no review.
  if (directory_.changes() != admission.changes) review(admission.account.id, only);
  return entry;
}

std::map<AccountId, LoginWatch::Entries> LoginWatch::present() {
  const std::lock_guard lock(mutex_);
  const auto changes = directory_.changes();
  if (changes == reviewed_) return {};
  reviewed_ = changes;
  for (auto& [account, entries] : entries_)
    std::erase_if(entries, [](const auto& each) { return each.expired(); });
  std::erase_if(entries_, [](const auto& each) { return each.second.empty(); });
  return entries_;
}

void LoginWatch::review() {
  for (const auto& [account, entries] : present()) review(account, entries);
}

void LoginWatch::review(AccountId account, const Entries& entries) try {
  const Now now{directory_.account(account), directory_.credentials(account)};
  for (const auto& each : entries)
    if (const auto entry = each.lock())
      if (const auto why = objection(entry->admission, now); !why.empty()) end(*entry, why);
} catch (const Error& error) {
  // Gone, or not to be read any more: nobody can say that they may stay.
  for (const auto& each : entries)
    if (const auto entry = each.lock()) end(*entry, error.what());
}

void LoginWatch::end(const Entry& entry, std::string_view why) {
  if (entry.ended.exchange(true)) return;
  logging::info("login.withdrawn", {{"account", entry.admission.account.id.value},
                                    {"by", name_of(entry.admission.by)},
                                    {"why", why}});
  entry.withdrawn();
}

}  // namespace policy
