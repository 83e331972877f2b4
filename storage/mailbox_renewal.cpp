// Changing the mailbox key under a mailbox that is in use.

#include "storage/annotation_rows.h"
#include "storage/mailbox_open.h"
#include "storage/message_rows.h"

namespace storage {
namespace {

constexpr std::int64_t keys_at_once = 500;

void wrap_delivery_key(Connection& connection, const MailboxSeals& seals, std::uint32_t epoch) {
  const auto wrapped = [&]() -> std::optional<Bytes> {
    auto row = connection.query("select epoch, wrapped from delivery_key where mailbox = ?",
                                seals.mailbox().value);
    if (!row.next()) return std::nullopt;
    const auto from = static_cast<std::uint32_t>(row.integer(0));
    return seals.wrap(seals.unwrap_delivery(row.blob(1), from), epoch).blob;
  }();
  if (wrapped)
    connection.run("update delivery_key set epoch = ?, wrapped = ? where mailbox = ?",
                   std::int64_t{epoch}, *wrapped, seals.mailbox().value);
}

// All that the mailbox key itself seals, through the layers that the writer has of it.
void seal_anew(Folders& folders, Connection& connection, std::uint32_t epoch,
               const Reason& reason) {
  if (folders.epoch() == epoch) return;
  for (const auto& [name, node] : folders.edit_tree().nodes()) {
    if (!node.folder) continue;
    folders.edit_state(connection, *node.folder, reason);
    const auto all = Folders::Which::all;
    for (const auto id : folders.blocks(connection, *node.folder, all, reason))
      folders.edit_block(connection, id, reason);
    connection.run("delete from list_block where id between ? and ?", first_block(*node.folder),
                   last_block(*node.folder));
  }
  wrap_delivery_key(connection, folders.seals(), epoch);
  seal_annotations_anew(folders, connection, epoch, reason);
  folders.change_epoch(epoch);
}

struct OldKey {
  MessageId message;
  std::uint32_t epoch;
  Bytes wrapped;
  std::int64_t chunks;
};

std::vector<OldKey> old_keys(Connection& connection, const MailboxSeals& seals, MessageId after,
                             std::int64_t at_most) {
  std::vector<OldKey> found;
  auto rows = connection.query(
      "select m.id, k.epoch, k.wrapped, m.chunks from message m join message_key k"
      " on k.message = m.id where m.id > ? and m.mailbox = ? and k.epoch <> ?"
      " order by m.id limit ?",
      after.value, seals.mailbox().value, std::int64_t{seals.epoch()}, at_most);
  while (rows.next())
    found.push_back({MessageId(rows.integer(0)), static_cast<std::uint32_t>(rows.integer(1)),
                     copy_of(rows.blob(2)), rows.integer(3)});
  return found;
}

// False when the message was expunged meanwhile.
bool replaced(Connection& connection, const OldKey& old, std::uint32_t epoch,
              const Bytes& wrapped) {
  connection.run("update message_key set epoch = ?, wrapped = ? where message = ? and wrapped = ?",
                 std::int64_t{epoch}, wrapped, old.message.value, old.wrapped);
  return connection.changed() == 1;
}

// A message sealed once more, under a key of its own that is new.
class Resealed {
 public:
  Resealed(Connection& connection, const MailboxSeals& seals, const OldKey& old,
           const Reason& reason)
      : seals_(seals),
        old_(old),
        reason_(reason),
        from_(seals.unwrap(old.wrapped, old.message, old.epoch)),
        to_(crypto::MessageKey::generate()),
        epoch_(seals.epoch()),
        wrapped_(seals.wrap(to_, old.message, epoch_).blob) {
    const SqlTransaction at_once(connection, SqlTransaction::Kind::deferred);
    read_derived(connection);
    if (there_) read_chunks(connection);
  }

  std::size_t bytes() const { return bytes_; }
  void write(Connection& connection) const {
    if (!there_ || !replaced(connection, old_, epoch_, wrapped_)) return;
    connection.run("update derived set summary = ?, header = ?, body = ? where message = ?",
                   summary_, header_, body_, old_.message.value);
    for (const auto& chunk : chunks_)
      connection.run("update body set d = ? where id = ?", chunk.data, chunk.row);
  }

 private:
  Bytes opened(crypto::Kind kind, ByteView sealed) const {
    return seals_.open(kind, old_.message, from_, sealed, reason_);
  }
  Bytes anew(crypto::Kind kind, ByteView plain) {
    auto again = crypto::Aead::seal_record(to_, seals_.place(kind, old_.message), plain);
    bytes_ += again.size();
    return again;
  }

  void read_derived(Connection& connection) {
    auto row = connection.query(
        "select summary, header, d.body from derived d join message_key k on k.message = d.message"
        " where d.message = ? and k.wrapped = ?",
        old_.message.value, old_.wrapped);
    if (!row.next()) return;
    there_ = true;
    const auto summary = opened(crypto::Kind::summary, row.blob(0));
    content_ = content_of(text_of(summary));
    summary_ = anew(crypto::Kind::summary, summary);
    header_ = anew(crypto::Kind::header_text, opened(crypto::Kind::header_text, row.blob(1)));
    body_ = anew(crypto::Kind::body_text, opened(crypto::Kind::body_text, row.blob(2)));
  }

  void read_chunks(Connection& connection) {
    const auto place = seals_.place(crypto::Kind::body, old_.message);
    for (std::int64_t n = 0; n < old_.chunks; ++n) {
      const auto number = static_cast<std::uint32_t>(n);
      const bool last = n + 1 == old_.chunks;
      const auto id = chunk_row(old_.message, number);
      auto row = connection.query("select d from body where id = ?", id);
      if (!row.next()) seals_.corrupt("body of message", old_.message.value);
      const auto plain = seals_.open_chunk(old_.message, from_, number, last, row.blob(0), reason_);
      chunks_.push_back({id, crypto::Aead::seal_chunk(to_, place, number, last, plain, content_)});
      bytes_ += chunks_.back().data.size();
    }
  }

  const MailboxSeals& seals_;
  const OldKey& old_;
  const Reason& reason_;
  crypto::MessageKey from_, to_;
  std::uint32_t epoch_;
  Bytes wrapped_, summary_, header_, body_;
  crypto::Content content_ = crypto::Content::readable;
  std::vector<SealedChunk> chunks_;
  std::size_t bytes_ = small_write;
  bool there_ = false;
};

}  // namespace

void Mailbox::seal_under(EpochKey newest, const Reason& reason) {
  const auto epoch = newest.epoch;
  if (open_->seals().epoch() == epoch) return;
  open_->folders->learn(std::move(newest));
  open_->write(batch_bytes, [&](Folders& folders, Connection& connection) {
    seal_anew(folders, connection, epoch, reason);
  });
}

std::optional<MessageId> Mailbox::renew(Renew renew, MessageId after, const Reason& reason) {
  const auto& seals = open_->seals();
  const auto reader = open_->database.readers.lease();
  if (renew == Renew::contents) {
    const auto next = old_keys(*reader, seals, after, 1);
    if (next.empty()) return std::nullopt;
    const Resealed again(*reader, seals, next[0], reason);
    open_->write(again.bytes(), [&](Folders&, Connection& connection) { again.write(connection); });
    return next[0].message;
  }
  const auto next = old_keys(*reader, seals, after, keys_at_once);
  if (next.empty()) return std::nullopt;
  const auto epoch = seals.epoch();
  std::vector<Bytes> wrapped;
  for (const auto& old : next)
    wrapped.push_back(
        seals.wrap(seals.unwrap(old.wrapped, old.message, old.epoch), old.message, epoch).blob);
  open_->write(next.size() * small_write / 16, [&](Folders&, Connection& connection) {
    for (std::size_t n = 0; n < next.size(); ++n) replaced(connection, next[n], epoch, wrapped[n]);
  });
  return next.back().message;
}

std::uint64_t Mailbox::to_be_renewed() {
  const auto reader = open_->database.readers.lease();
  return static_cast<std::uint64_t>(
      reader
          ->number("select count(*) from message m join message_key k on k.message = m.id"
                   " where m.mailbox = ? and k.epoch <> ?",
                   id_.value, std::int64_t{open_->seals().epoch()})
          .value());
}

// The index is not sealed anew, but made anew.
bool Mailbox::settle() {
  auto& search = open_->database.search;
  auto groups = search.groups(id_);
  std::erase_if(groups, [&](const auto& group) { return group.epoch == open_->seals().epoch(); });
  search.remove(groups);
  search.look_again(id_);
  return open_->database.truncate();
}

}  // namespace storage
