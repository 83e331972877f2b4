#pragma once
// Ends the sessions of whoever may no longer be here: the password or the app password that let him
// in was changed or removed, the account disabled or removed. Any thread.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "policy/admission.h"

namespace policy {

class LoginWatch {
 public:
  explicit LoginWatch(storage::Directory& directory) : directory_(directory) {}

  // A session of his. `withdrawn` is called once, on any thread and perhaps within this call: it
  // must only post. Not called any more once the visit is gone, but for a call in progress. Blocks
  // when the directory has changed since he was let in.
  using Visit = std::shared_ptr<const void>;
  Visit enter(const Admission&, std::function<void()> withdrawn);

  // Called some times a second by a job. Looks nothing up while the directory has not changed.
  void review();

 private:
  struct Entry;
  using Entries = std::vector<std::weak_ptr<const Entry>>;
  std::map<AccountId, Entries> present();
  void review(AccountId, const Entries&);
  void end(const Entry&, std::string_view why);

  storage::Directory& directory_;
  std::mutex mutex_;
  std::map<AccountId, Entries> entries_;
  std::uint64_t reviewed_ = 0;  // Directory::changes() before the last review; guarded by mutex_
};

}  // namespace policy
