#pragma once
// The groups of the search index that have messages of a search. Blocking pool only; one thread an
// object.

#include <functional>
#include <span>
#include <vector>

#include "storage/mailbox_seals.h"
#include "storage/search_database.h"

namespace storage {

// Slots of a group that show entries of the search: indexes of both, which rise.
struct AskedSlot {
  std::size_t slot, entry;
};

class OpenGroup {
 public:
  OpenGroup(Connection&, const MailboxSeals&, const StoredGroup&, ByteView sealed_map,
            std::span<const Entry>, const Reason&);

  const SearchMap& map() const { return map_; }
  const std::vector<AskedSlot>& asked() const { return asked_; }
  Bytes part(unsigned number);          // throws corrupt, logged
  [[noreturn]] void malformed() const;  // likewise

 private:
  Connection& connection_;
  const MailboxSeals& seals_;
  StoredGroup group_;
  const Reason& reason_;
  SearchMap map_;
  std::vector<AskedSlot> asked_;
};

class SearchReading {
 public:
  SearchReading(SearchDatabase& search, const MailboxSeals& seals, const Reason& reason)
      : search_(search), seals_(seals), reason_(reason) {}

  // Those that may show `least` of the entries, whose UIDs rise. Where one does not open, in `work`
  // too, that is reported, and the next one comes; where the file cannot be read, none.
  using Work = std::function<void(OpenGroup&)>;
  void each_group(FolderId, std::span<const Entry>, std::size_t least, const Work&);

 private:
  void one_group(Connection&, const StoredGroup&, ByteView sealed_map, std::span<const Entry>,
                 const Work&);

  SearchDatabase& search_;
  const MailboxSeals& seals_;
  const Reason& reason_;
};

}  // namespace storage
