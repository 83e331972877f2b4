#include "policy/moving.h"

#include <map>
#include <vector>

#include "base/log.h"

namespace policy {

void Moving::batch(std::span<const storage::MailboxRecord> records) {
  std::map<Way, std::vector<storage::MailboxRecord>> groups;
  for (const auto& record : records)
    if (record.to_be_moved()) groups[{record.under(), record.target}].push_back(record);
  for (const auto& [way, group] : groups) {
    if (closed_.contains(way)) {
      left_ += group.size();
    } else {
      this->group(way, group);
    }
  }
}

void Moving::group(const Way& way, std::span<const storage::MailboxRecord> records) try {
  const auto rewrapped = ring_.rewrapped(records, way.second);
  const auto done = directory_.rewrap(rewrapped);
  moved_ += done;
  left_ += records.size() - done;
} catch (const Error& error) {
  closed_.insert(way);
  left_ += records.size();
  reason_ = error.what();
  logging::warning("mailboxes.not_moved", {{"mailboxes", records.size()}, {"reason", reason_}});
}

storage::MailboxRecord brought_home(storage::Directory& directory, KeyRing& ring,
                                    storage::MailboxRecord record) {
  if (!record.to_be_moved()) return record;
  Moving moving(directory, ring);
  moving.batch(std::span(&record, 1));
  return directory.mailbox(record.id);
}

}  // namespace policy
