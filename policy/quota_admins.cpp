#include "policy/quota_admins.h"

#include "policy/account_name.h"

namespace policy {

namespace {

std::string text_of(const storage::Allowance& allowance) {
  return allowance.kind == storage::Allowance::Kind::limited ? std::to_string(allowance.most)
                                                             : "unlimited";
}

AuditEvent event_of(const storage::Account& by, const storage::Account& owner,
                    const storage::Quota& quota) {
  AuditEvent event;
  event.operation = "quota set";
  event.actor = by.name + " (IMAP)";
  event.request_id = new_request_id();
  event.mailbox = owner.mailbox;
  event.account = owner.name;
  event.details = {{"storage", text_of(quota.octets)},
                   {"messages", text_of(quota.messages)},
                   {"folders", text_of(quota.folders)}};
  return event;
}

}  // namespace

storage::Account QuotaAdmins::owner(const std::string& root) {
  return directory_.account(lower_case(root));
}

void QuotaAdmins::set(const storage::Account& by, const storage::Account& owner,
                      const storage::Quota& quota) {
  auto event = event_of(by, owner, quota);
  event.result = "begun";
  audit_.record(event);
  try {
    mailboxes_.set_quota(owner.mailbox, quota);
    event.result = "success";
  } catch (const Error& error) {
    event.result = name_of(error.fault());
    audit_.record(event);
    throw;
  }
  audit_.record(event);
}

}  // namespace policy
