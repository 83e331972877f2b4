#include <algorithm>

#include "base/error.h"
#include "crypto/password.h"
#include "policy/account_name.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

constexpr std::size_t password_limit = 1024;
constexpr std::size_t alias_limit = 100;  // an account

json::object described(const storage::Account& account) {
  json::array aliases;
  for (const auto& alias : account.aliases) aliases.emplace_back(alias);
  return {{"name", account.name},
          {"id", account.id.value},
          {"mailbox", account.mailbox.value},
          {"enabled", account.enabled},
          {"created", iso_time(account.created)},
          {"aliases", std::move(aliases)}};
}

storage::Account account_of(Call& call) {
  return call.parts.directory.account(policy::lower_case(call.names[0]));
}

crypto::StoredPassword stored(Call& call, const std::string& name, const std::string& password) {
  if (password.empty() || password.size() > password_limit ||
      std::ranges::any_of(password, [](char c) { return c == '\r' || c == '\n'; }))
    throw Error(Fault::invalid, "a password has 1 to 1024 octets and no line end");
  return crypto::stored_password(password, call.parts.directory.scram_salt(name));
}

}  // namespace

json::value list_accounts(Call& call) {
  json::array all;
  for (const auto& account : call.parts.directory.accounts()) all.push_back(described(account));
  return {{"accounts", std::move(all)}};
}

json::value create_account(Call& call) {
  const auto name = call.fields.text("name");
  const auto password = call.fields.text("password");
  const auto dep = call.fields.find_text("dep");
  call.fields.finish();
  auto& deps = call.parts.deps;
  const auto under = dep ? deps.dep(*dep) : deps.default_dep();
  const auto account = call.parts.mailboxes.create(name, stored(call, name, password), under);
  // Named, it stays with this DEP also when another is made tenant-wide.
  if (dep && under.tenant_wide)
    deps.assign(std::span(&account.mailbox, 1), under.name, policy::Run::change);
  return described(account);
}

json::value show_account(Call& call) { return described(account_of(call)); }

json::value change_account(Call& call) {
  const auto password = call.fields.find_text("password");
  const auto enabled = call.fields.find_flag("enabled");
  call.fields.finish();
  auto account = account_of(call);
  if (password) account.password = stored(call, account.name, *password);
  if (enabled) account.enabled = *enabled;
  call.parts.directory.update_account(account);
  return described(account);
}

json::value remove_account(Call& call) {
  const auto account = account_of(call);
  call.parts.mailboxes.remove(account);
  return described(account);
}

json::value add_alias(Call& call) {
  const auto address = policy::checked_address(call.fields.text("address"));
  call.fields.finish();
  auto account = account_of(call);
  if (const auto other = call.parts.directory.find_by_address(address))
    throw Error(Fault::exists, address + " belongs to " + other->name + " already",
                "see `sealpost account show " + other->name + "`");
  if (account.aliases.size() >= alias_limit)
    throw Error(Fault::limit, "an account has at most 100 aliases");
  account.aliases.push_back(address);
  call.parts.directory.update_account(account);
  return described(account);
}

json::value remove_alias(Call& call) {
  auto account = account_of(call);
  const auto address = policy::lower_case(call.names[1]);
  if (std::erase(account.aliases, address) == 0)
    throw Error(Fault::not_found, account.name + " has no alias " + address,
                "see `sealpost account show " + account.name + "`");
  call.parts.directory.update_account(account);
  return described(account);
}

}  // namespace server::admin
