#include <map>
#include <set>

#include "crypto/managed_roots.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

// A key that no vault has: its "no such key" shows that the vault answers us.
constexpr std::string_view probe = "/keys/sealpost-probe";

// Root keys in use, by vault; every configured vault is there.
std::map<std::string, std::set<crypto::RootKeyRef>> roots_in_use(Parts& parts) {
  std::map<std::string, std::set<crypto::RootKeyRef>> all;
  for (const auto& vault : parts.vaults) all[vault];
  for (const auto& dep : parts.deps.list())
    for (const auto& root : parts.deps.keys(dep).roots)
      if (root.key.vault() != crypto::managed_vault) all[root.key.vault()].insert(root.key);
  return all;
}

json::object tried(Parts& parts, const std::string& vault, const crypto::RootKeyRef& root) {
  json::object result{{"vault", vault}, {"root", root.kid()}};
  try {
    const auto info = parts.roots.get(root);
    result["verdict"] = crypto::name_of(crypto::RootVerdict::ok);
    result["detail"] =
        info.type + " " + std::to_string(info.bits) + (info.enabled ? ", enabled" : ", disabled");
    result["usable"] = info.enabled;
  } catch (const crypto::RootError& error) {
    result["verdict"] = crypto::name_of(error.verdict());
    result["detail"] = error.code() + ": " + error.what();
    result["usable"] = false;
  }
  return result;
}

json::object probed(Parts& parts, const std::string& vault) {
  auto result = tried(parts, vault, crypto::RootKeyRef(vault + std::string(probe)));
  const auto& verdict = result["verdict"].as_string();
  const bool answers = verdict == crypto::name_of(crypto::RootVerdict::ok) ||
                       verdict == crypto::name_of(crypto::RootVerdict::denied);
  result["root"] = nullptr;
  result["usable"] = answers;
  if (answers) {
    result["verdict"] = crypto::name_of(crypto::RootVerdict::ok);
    result["detail"] = "answers; no root of it is in use";
  }
  return result;
}

}  // namespace

json::value list_vaults(Call& call) {
  json::array all;
  for (const auto& [vault, roots] : roots_in_use(call.parts)) {
    json::array kids;
    for (const auto& root : roots) kids.emplace_back(root.kid());
    all.push_back({{"vault", vault}, {"roots", std::move(kids)}});
  }
  return {{"vaults", std::move(all)}};
}

json::value test_vaults(Call& call) {
  json::array all;
  bool usable = true;
  for (const auto& [vault, roots] : roots_in_use(call.parts)) {
    if (roots.empty()) all.push_back(probed(call.parts, vault));
    for (const auto& root : roots) all.push_back(tried(call.parts, vault, root));
  }
  for (const auto& one : all) usable = usable && one.at("usable").as_bool();
  return {{"usable", usable}, {"tests", std::move(all)}};
}

}  // namespace server::admin
