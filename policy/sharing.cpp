#include "policy/sharing.h"

#include <algorithm>

#include "base/error.h"
#include "policy/account_name.h"

namespace policy {

namespace {

constexpr std::string_view anyone_name = "anyone";

// Where a folder's name has levels an account's has none.
bool can_be_shown(const std::string& name) {
  return name.find(storage::hierarchy_separator) == std::string::npos;
}

}  // namespace

std::vector<Sharing::Owner> Sharing::owners(AccountId account) {
  auto mailboxes = directory_.shared_with(account);
  if (anyone_ == Anyone::allowed) {
    const auto more = directory_.shared_with(storage::anyone);
    mailboxes.insert(mailboxes.end(), more.begin(), more.end());
  }
  std::ranges::sort(mailboxes);
  mailboxes.erase(std::ranges::unique(mailboxes).begin(), mailboxes.end());
  std::vector<Owner> owners;
  for (const auto mailbox : mailboxes) try {
      const auto owner = directory_.account(directory_.mailbox(mailbox).account);
      if (owner.id != account && can_be_shown(owner.name)) owners.push_back({mailbox, owner.name});
    } catch (const Error& error) {
      if (error.fault() != Fault::not_found) throw;  // it is gone
    }
  std::ranges::sort(owners, {}, &Owner::name);
  return owners;
}

std::optional<Sharing::Owner> Sharing::owner(AccountId account, std::string_view name) {
  const auto wanted = lower_case(name);
  for (auto& owner : owners(account))
    if (owner.name == wanted) return std::move(owner);
  return std::nullopt;
}

storage::Grantee Sharing::grantee(std::string_view identifier) {
  storage::Grantee grantee;
  grantee.negative = identifier.starts_with('-');
  if (grantee.negative) identifier.remove_prefix(1);
  if (identifier != anyone_name) {
    grantee.account = directory_.account(lower_case(identifier)).id;
    return grantee;
  }
  if (anyone_ == Anyone::refused)
    throw Error(Fault::invalid, "Nothing is shared with anyone here: name the accounts");
  grantee.account = storage::anyone;
  return grantee;
}

std::string Sharing::identifier(const storage::Grantee& grantee) try {
  const std::string sign = grantee.negative ? "-" : "";
  if (grantee.account == storage::anyone) return sign + std::string(anyone_name);
  return sign + directory_.account(grantee.account).name;
} catch (const Error& error) {
  if (error.fault() != Fault::not_found) throw;
  return {};
}

// The directory first where something is given, and last where it is taken: what it lists is never
// too short. The folder's name is its owner's affair: the record does not say it.
void Sharing::set_rights(const storage::Account& by, storage::Mailbox& mailbox, FolderId folder,
                         const storage::Grantee& grantee, storage::Rights rights) {
  AuditEvent event;
  event.operation = "acl set";
  event.actor = by.name + " (IMAP)";
  event.mailbox = mailbox.id();
  event.account = directory_.account(directory_.mailbox(mailbox.id()).account).name;
  event.details = {{"identifier", identifier(grantee)}, {"rights", rights.text()}};
  audit_.record(event);
  if (!rights.empty() && !grantee.negative) directory_.share(mailbox.id(), grantee.account);
  const storage::Reason reason{crypto::Cause::fetch, {crypto::ActorClass::user, by.id}};
  mailbox.set_rights(folder, grantee, rights, reason);
  if (!mailbox.tree()->names_in_acls(grantee.account))
    directory_.unshare(mailbox.id(), grantee.account);
  watches_.publish([&](AccountId account) {
    return grantee.account == account || grantee.account == storage::anyone;
  });
}

std::shared_ptr<Watch> Sharing::watch(AccountId account, std::function<void()> wake) {
  return watches_.watch(account, std::move(wake));
}

}  // namespace policy
