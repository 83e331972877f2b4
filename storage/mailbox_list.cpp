// Summaries, which a first sync asks for by the ten thousand: from blocks of 64 where there are
// such, else one by one, and then the block is made for the next time.

#include <algorithm>
#include <string>

#include "base/log.h"
#include "storage/folder_reading.h"
#include "storage/mailbox_open.h"
#include "storage/message_rows.h"

namespace storage {
namespace {

constexpr std::size_t worth_a_block = 16;  // summaries opened one by one
constexpr std::size_t longest_listed_summary = 16 * 1024;

using Each = std::function<void(std::size_t, std::string_view)>;

// Nobody has asked for what is listed ahead.
constexpr Reason listing_ahead{crypto::Cause::index, {}};

struct Owned {
  Uid uid;
  MessageId message;
  std::string summary;
};

// Nothing when it was expunged, or is damaged, which is in the log then.
std::optional<std::string> read_summary(Connection& connection, const MailboxSeals& seals,
                                        MessageId message, const Reason& reason) try {
  auto row = connection.query(
      "select k.epoch, k.wrapped, d.summary from message_key k"
      " join derived d on d.message = k.message where k.message = ?",
      message.value);
  if (!row.next()) {
    if (has_message(connection, message)) seals.report("key or texts of message", message.value);
    return std::nullopt;
  }
  const auto key = seals.unwrap(row.blob(1), message, static_cast<std::uint32_t>(row.integer(0)));
  const auto plain = seals.open(crypto::Kind::summary, message, key, row.blob(2), reason);
  return std::string(text_of(plain));
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  return std::nullopt;
}

// The cache of one block, as it is. Damaged, it counts as missing: the rows have all of it.
class ListBlock {
 public:
  ListBlock(Connection& connection, const MailboxSeals& seals, BlockId id, const Reason& reason) {
    auto row = connection.query("select d from list_block where id = ?", id);
    if (!row.next()) return;
    try {
      plain_ = seals.open(crypto::Kind::list_block, id, 0, row.blob(0), reason);
      list_ = decoded_list(id, plain_);
    } catch (const Error& error) {
      if (error.fault() != Fault::corrupt) throw;
    }
  }

  std::optional<std::string_view> find(const Entry& entry) const {
    const auto at =
        std::lower_bound(list_.begin(), list_.end(), entry.uid,
                         [](const Listed& listed, Uid uid) { return listed.uid < uid; });
    if (at == list_.end() || at->uid != entry.uid || at->message != entry.message)
      return std::nullopt;
    return at->summary;
  }
  const std::vector<Listed>& all() const { return list_; }

 private:
  Bytes plain_;
  std::vector<Listed> list_;
};

std::vector<Listed> merged(const ListBlock& old, const std::vector<Owned>& opened) {
  std::vector<Listed> list;
  for (const auto& owned : opened)
    if (owned.summary.size() <= longest_listed_summary)
      list.push_back({owned.uid, owned.message, owned.summary});
  list.insert(list.end(), old.all().begin(), old.all().end());
  const auto by_uid = [](const Listed& a, const Listed& b) { return a.uid < b.uid; };
  const auto same_uid = [](const Listed& a, const Listed& b) { return a.uid == b.uid; };
  std::stable_sort(list.begin(), list.end(), by_uid);
  list.erase(std::unique(list.begin(), list.end(), same_uid), list.end());
  return list;
}

// Only if all of it is still there: an expunge between the reading and this must win.
void keep_list(Folders& folders, Connection& connection, BlockId id,
               const std::vector<std::pair<Uid, MessageId>>& listed, const Bytes& sealed,
               std::uint32_t epoch, const Reason& reason) {
  if (folders.epoch() != epoch) return;  // the mailbox key has been changed meanwhile
  const auto& block = folders.block(connection, id, reason);
  for (const auto& [uid, message] : listed) {
    const auto* entry = block.find(uid);
    if (!entry || entry->message != message) return;
  }
  connection.run("insert or replace into list_block(id, d) values(?, ?)", id, sealed);
}

// Reads the summaries of entries that are all in one block.
class BlockReader {
 public:
  BlockReader(Connection& connection, const MailboxSeals& seals, BlockId id, const Reason& reason)
      : connection_(connection),
        seals_(seals),
        reason_(reason),
        list_(connection, seals, id, reason) {}

  void read(const Entry& entry, std::size_t index, const Each& each) {
    if (const auto listed = list_.find(entry)) return each(index, *listed);
    auto summary = read_summary(connection_, seals_, entry.message, reason_);
    if (!summary) return;
    opened_.push_back({entry.uid, entry.message, std::move(*summary)});
    each(index, opened_.back().summary);
  }
  bool worth_keeping() const { return opened_.size() >= worth_a_block; }
  std::vector<Listed> known() const { return merged(list_, opened_); }

 private:
  Connection& connection_;
  const MailboxSeals& seals_;
  const Reason& reason_;
  ListBlock list_;
  std::vector<Owned> opened_;
};

void post_list(MailDatabase::Implementation& database, const std::shared_ptr<Folders>& folders,
               BlockId id, const std::vector<Listed>& list, const Reason& reason) {
  std::vector<std::pair<Uid, MessageId>> listed;
  for (const auto& one : list) listed.emplace_back(one.uid, one.message);
  const auto epoch = folders->seals().epoch();
  auto sealed = folders->seals().seal(crypto::Kind::list_block, id, 0, encoded(list), epoch);
  const auto bytes = sealed.size();
  auto keep = [mailbox = folders.get(), id, listed = std::move(listed), sealed = std::move(sealed),
               epoch, reason](Connection& connection) {
    keep_list(*mailbox, connection, id, listed, sealed, epoch, reason);
  };
  database.writer.post(folders, bytes, std::move(keep));
}

void list_block(MailDatabase::Implementation& database, const std::shared_ptr<Folders>& folders,
                BlockId id) {
  const auto& seals = folders->seals();
  Snapshot now(database, *folders, listing_ahead);
  BlockReader block(now.connection(), seals, id, listing_ahead);
  const auto entries = read_block(now.connection(), seals, now.root(), id, listing_ahead).entries;
  for (const auto& entry : entries) block.read(entry, 0, [](std::size_t, std::string_view) {});
  if (block.worth_keeping()) post_list(database, folders, id, block.known(), listing_ahead);
}

bool fills_block(Uid uid) { return uid.value % uids_in_block == uids_in_block - 1; }

}  // namespace

void list_filled_blocks(MailDatabase::Implementation& database,
                        const std::shared_ptr<Folders>& folders, FolderId folder,
                        std::span<const Uid> added) {
  try {
    for (const auto uid : added)
      if (fills_block(uid)) list_block(database, folders, block_of(folder, uid));
  } catch (const Error& error) {  // the messages stay stored, and the first reader lists them
    logging::warning("not_listed", {{"reason", error.what()}});
  }
}

void Mailbox::summaries(FolderId folder, std::span<const Entry> entries,
                        const std::function<void(std::size_t, std::string_view)>& each,
                        const Reason& reason) {
  const auto reader = open_->database.readers.lease();
  for (std::size_t n = 0; n < entries.size();) {
    const auto id = block_of(folder, entries[n].uid);
    BlockReader block(*reader, open_->seals(), id, reason);
    for (; n < entries.size() && block_of(folder, entries[n].uid) == id; ++n)
      block.read(entries[n], n, each);
    if (block.worth_keeping())
      post_list(open_->database, open_->folders, id, block.known(), reason);
  }
}

}  // namespace storage
