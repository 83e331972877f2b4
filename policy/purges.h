#pragma once
// Purges from request to certificate (RULES.md section 10): the records, the grace, and the thread
// that destroys. The rules are in purge.h, the destruction in purge_destruction.h. Who may do what,
// and the audit log's record of it, are the caller's (server/admin); what happens in the background
// goes on record here.
//
// Blocking pool only; any thread.

#include <chrono>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "policy/deps.h"
#include "policy/purge.h"
#include "policy/purge_destruction.h"
#include "policy/root_memory.h"
#include "policy/worker.h"

namespace policy {

struct PurgeRequest {
  uid_t user = 0;
  std::string name;  // "ada (uid 1000)"
  std::string reason, contact;
  Force force = Force::no;
};

class Purges {
 public:
  // `grace`: from the approval on.
  Purges(const PurgeWorld&, crypto::RootKeys&, Deps&, std::chrono::seconds grace, PurgeProgress);

  // Throw what purge.h refuses, and exists when the mailboxes have just changed. A preview asks the
  // roots too, and counts what there is; it keeps nothing, and its record has no number.
  PurgeRecord request_dep(std::string_view name, const PurgeRequest&, Run);
  PurgeRecord request_mailbox(MailboxId, const PurgeRequest&, Run);
  PurgeRecord approve(std::int64_t id, const Approval&);
  PurgeRecord cancel(std::int64_t id, uid_t, const std::string& name);

  std::vector<PurgeRecord> list();
  PurgeRecord purge(std::int64_t id);  // throws not_found
  // Why it does not go on just now, though it is due; empty: it does, or it is not due.
  std::string waits_for(std::int64_t id);
  std::string certificate(std::int64_t id);  // throws not_found before it is destroyed
  Bytes public_key();                        // that certificates are signed with

  // In a thread of its own, now and each `interval`: what is due, and what was begun.
  void start(std::chrono::seconds interval);
  void stop();
  void pass(const std::stop_token&);
  std::chrono::seconds grace() const { return grace_; }

 private:
  DepPurgeFacts facts_of(const storage::Dep&, const std::vector<storage::MailboxRecord>&, Run);
  std::vector<PurgeRoot> asked(const storage::Dep&, Run);
  PurgeRecord added(PurgeRecord, Run);
  // Throws denied when what is there now is not what was asked for.
  void require_same_list(const PurgeRecord&);
  void go_on(std::int64_t id, const std::stop_token&);
  // Whether it is marked now.
  bool begun(std::int64_t id, const std::vector<PurgeRoot>&);
  void block(PurgeRecord, const std::vector<PurgeRoot>&, const Error& why);

  const PurgeWorld world_;
  crypto::RootKeys& roots_;
  Deps& deps_;
  const std::chrono::seconds grace_;
  const PurgeProgress progress_;
  RootMemory memory_;
  std::mutex deciding_;  // one change of a record at a time
  std::mutex mutex_;
  std::map<std::int64_t, std::string> waits_for_;
  Startable worker_;  // ends first
};

}  // namespace policy
