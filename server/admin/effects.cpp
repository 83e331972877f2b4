#include "server/admin/effects.h"

#include <fnmatch.h>

#include <set>

#include "base/error.h"
#include "policy/account_name.h"

namespace server::admin {

namespace json = boost::json;

policy::Run run_of(Call& call) {
  return call.fields.find_flag("dry_run").value_or(false) ? policy::Run::preview
                                                          : policy::Run::change;
}

std::vector<MailboxId> mailboxes_of(Call& call) {
  const auto pattern = call.fields.find_text("pattern");
  std::vector<MailboxId> found;
  if (!pattern) {
    std::set<MailboxId> named;
    for (const auto& name : call.fields.texts("mailboxes"))
      if (const auto id = find_mailbox(call.parts, name).id; named.insert(id).second)
        found.push_back(id);
    return found;
  }
  for (const auto& account : call.parts.directory.accounts())
    if (fnmatch(policy::lower_case(*pattern).c_str(), account.name.c_str(), 0) == 0)
      found.push_back(account.mailbox);
  if (found.empty())
    throw Error(Fault::not_found, "no account has a name like " + *pattern,
                "* and ? stand for what may differ: *@example.org; see `sealpost account list`");
  return found;
}

std::string policy_id(const storage::DepVersion& version) {
  return std::to_string(version.dep.value) + "." + std::to_string(version.version);
}

json::object answer_of(Call& call, policy::Run run, std::span<const policy::Affected> affected) {
  auto& directory = call.parts.directory;
  Names names(directory);
  json::array mailboxes;
  for (const auto& one : affected) {
    auto mailbox = described_mailbox(
        names, run == policy::Run::change ? directory.mailbox(one.mailbox.id) : one.mailbox);
    mailbox["target"] = policy_id(one.to);
    mailbox["targetDep"] = names.dep(one.to.dep).name;
    mailboxes.push_back(std::move(mailbox));
  }
  return {{"dryRun", run == policy::Run::preview},
          {"count", affected.size()},
          {"mailboxes", std::move(mailboxes)}};
}

}  // namespace server::admin
