// Messages on their way in. Everything is sealed on the caller's thread; the writer moves bytes.

#include <algorithm>
#include <set>

#include "storage/mailbox_open.h"
#include "storage/message_rows.h"

namespace storage {
namespace {

constexpr std::size_t most_at_publishing = 1024 * 1024;  // of chunks, beside the rows
constexpr std::size_t ahead_at_once = 3 * 1024 * 1024;   // one chunk more stays below a batch
static_assert(ahead_at_once + 2 * chunk_size < batch_bytes);

// The messages of one APPEND. Chunks beyond a megabyte go ahead in writes of their own, so that a
// big message does not hold up the others; they are nobody's until publish().
class Intake {
 public:
  Intake(MailDatabase::Implementation& database, std::shared_ptr<Folders> folders)
      : database_(database), folders_(std::move(folders)) {}
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  void seal(const NewMessage&);
  void seal_done();
  // In an operation of the writer.
  void publish(Connection&);

  const std::vector<SealedMessage>& messages() const { return messages_; }
  std::size_t bytes() const;
  void published() { ahead_.clear(); }  // is on disk

 private:
  SealedMessage sealed(const NewMessage&, const crypto::MessageKey&) const;
  void seal_chunks(const SealedMessage&, const crypto::MessageKey&, const NewMessage&);
  void write_ahead();
  void renew_keys();

  MailDatabase::Implementation& database_;
  std::shared_ptr<Folders> folders_;
  std::vector<SealedMessage> messages_;
  std::vector<SealedChunk> chunks_;
  std::size_t chunk_bytes_ = 0;
  std::set<MessageId> ahead_;  // those with chunks on disk
};

// What went ahead in vain is removed; if that fails too, the next opening does it.
Intake::~Intake() {
  if (ahead_.empty()) return;
  try {
    database_.writer.post(nullptr, batch_bytes, [ahead = ahead_](Connection& connection) {
      for (const auto message : ahead) remove_unfinished(connection, message);
    });
  } catch (const std::exception&) {
  }
}

SealedMessage Intake::sealed(const NewMessage& message, const crypto::MessageKey& key) const {
  const auto& seals = folders_->seals();
  SealedMessage row{.id = database_.next_message(),
                    .chunks = chunks_of(message.octets.size()),
                    .epoch = seals.epoch(),
                    .key = {},
                    .summary = {},
                    .header = {},
                    .body = {}};
  const auto seal = [&](crypto::Kind kind, const std::string& text) {
    return crypto::Aead::seal_record(key, seals.place(kind, row.id), bytes_of(text));
  };
  row.key = seals.wrap(key, row.id, row.epoch).blob;
  row.summary = seal(crypto::Kind::summary, message.summary);
  row.header = seal(crypto::Kind::header_text, message.header_text);
  row.body = seal(crypto::Kind::body_text, message.body_text);
  return row;
}

void Intake::seal_chunks(const SealedMessage& message, const crypto::MessageKey& key,
                         const NewMessage& from) {
  const auto octets = bytes_of(from.octets);
  const auto content = content_of(from.summary);
  const auto place = folders_->seals().place(crypto::Kind::body, message.id);
  for (std::uint32_t number = 0; number < message.chunks; ++number) {
    const auto begin = std::size_t{number} * chunk_size;
    const auto plain = octets.subspan(begin, std::min(chunk_size, octets.size() - begin));
    const bool last = number + 1 == message.chunks;
    chunks_.push_back({chunk_row(message.id, number),
                       crypto::Aead::seal_chunk(key, place, number, last, plain, content)});
    chunk_bytes_ += chunks_.back().data.size();
    if (chunk_bytes_ > ahead_at_once) write_ahead();
  }
}

void Intake::seal(const NewMessage& message) {
  if (chunks_of(message.octets.size()) > message_chunk_limit)
    throw Error(Fault::too_big, "the message is too big to be stored");
  const auto key = crypto::MessageKey::generate();
  messages_.push_back(sealed(message, key));
  seal_chunks(messages_.back(), key, message);
}

void Intake::seal_done() {
  if (chunk_bytes_ > most_at_publishing) write_ahead();
}

void Intake::write_ahead() {
  std::set<MessageId> messages;
  for (const auto& chunk : chunks_) messages.emplace(chunk.row >> 16);
  ahead_.insert(messages.begin(), messages.end());
  database_.writer.run(nullptr, chunk_bytes_, [&](Connection& connection) {
    for (const auto& message : messages_)
      if (messages.contains(message.id)) note_unfinished(connection, message.id, message.chunks);
    insert_chunks(connection, chunks_);
  });
  chunks_.clear();
  chunk_bytes_ = 0;
}

// The mailbox key may have been changed since they were sealed.
void Intake::renew_keys() {
  const auto& seals = folders_->seals();
  const auto epoch = folders_->epoch();
  for (auto& message : messages_) {
    if (message.epoch == epoch) continue;
    const auto key = seals.unwrap(message.key, message.id, message.epoch);
    message.key = seals.wrap(key, message.id, epoch).blob;
    message.epoch = epoch;
  }
}

void Intake::publish(Connection& connection) {
  renew_keys();
  auto& root = folders_->edit_root();
  for (const auto& message : messages_) {
    insert_message(connection, folders_->seals().mailbox(), message);
    root.last_message = std::max(root.last_message, message.id);
  }
  insert_chunks(connection, chunks_);
  for (const auto message : ahead_) finish_unfinished(connection, message);
}

std::size_t Intake::bytes() const {
  auto bytes = chunk_bytes_ + small_write;
  for (const auto& message : messages_) bytes += message.size();
  return bytes;
}

// What its entry will say.
struct Arriving {
  FlagNames flags;
  UnixTime internal_date;
  std::int16_t zone;
  std::uint64_t size;
};

Arriving arriving_of(const NewMessage& message) {
  return {message.flags, message.internal_date, message.zone, message.octets.size()};
}

Entry new_entry(Folders& folders, Connection& connection, const Arriving& message, MessageId id,
                UnixTime now, const std::optional<Entry>& before, const Reason& reason) {
  if (before)
    return {.message = id,
            .flags = before->flags,
            .internal_date = before->internal_date,
            .zone = before->zone,
            .saved = before->saved,
            .size = message.size};
  return {.message = id,
          .flags = flags_of(folders, connection, message.flags, Unknown::make, reason),
          .internal_date = message.internal_date,
          .zone = message.zone,
          .saved = now,
          .size = message.size};
}

std::uint64_t octets_of(const std::vector<Arriving>& messages) {
  std::uint64_t octets = 0;
  for (const auto& message : messages) octets += message.size;
  return octets;
}

Usage usage_of(const std::vector<NewMessage>& messages) {
  Usage usage{.messages = messages.size()};
  for (const auto& message : messages) usage.octets += message.octets.size();
  return usage;
}

}  // namespace

NextMessage each_of(const std::vector<NewMessage>& messages) {
  return [&messages, n = std::size_t{0}]() mutable -> const NewMessage* {
    return n < messages.size() ? &messages[n++] : nullptr;
  };
}

std::optional<Entry> Mailbox::Open::removed(Connection& connection, FolderId folder, Uid uid,
                                            std::vector<MessageId>& released,
                                            const Reason& reason) {
  FolderEdit edit(*folders, connection, folder, reason);
  std::optional<Entry> gone;
  edit.each(std::span(&uid, 1), [&](const Entry& entry) {
    gone = entry;
    edit.expunge(entry);
  });
  if (!gone) return gone;
  edit.finish();
  released = release_messages(connection, seals(), std::span(&*gone, 1));
  return gone;
}

std::optional<Appended> Mailbox::replace(FolderId from, Uid old, FolderId to, NewMessage message,
                                         const Reason& reason) {
  bool is_gone = false;
  std::vector<MessageId> released;
  const auto remove = [&](Connection& connection) -> std::optional<Entry> {
    is_gone = !open_->removed(connection, from, old, released, reason);
    if (is_gone) throw Error(Fault::not_found, "the message was expunged");
    return std::nullopt;
  };
  std::vector<NewMessage> messages;
  messages.push_back(std::move(message));
  try {
    auto appended = open_->append(to, each_of(messages), usage_of(messages), Room::required_then,
                                  reason, remove);
    open_->settle(released, reason);
    return appended;
  } catch (const Error&) {
    if (!is_gone) throw;
    return std::nullopt;
  }
}

Appended Mailbox::append(FolderId folder, std::vector<NewMessage> messages, const Reason& reason) {
  return open_->append(folder, each_of(messages), usage_of(messages), Room::required, reason,
                       nothing_else);
}

Appended Mailbox::Open::append(FolderId folder, const NextMessage& next, const Usage& expected,
                               Room room, const Reason& reason, const Also& also) {
  if (!folders->tree()->name_of(folder)) throw Error(Fault::not_found, "the folder is gone");
  const Doorway::Pass pass(*door);
  auto more = expected;
  const auto require_room = [&](Connection& connection) {
    if (room != Room::granted) folders->require_room(connection, more, reason);
  };
  // What goes ahead would do so in vain.
  if (room == Room::required && more.octets > most_at_publishing)
    database.writer.run(folders, 0, require_room);
  Intake intake(database, folders);
  std::vector<Arriving> arriving;
  NewMessage made;
  while (const auto* message = next()) {
    const auto& stored = pass(*message, made);
    intake.seal(stored);
    arriving.push_back(arriving_of(stored));
  }
  more.octets = octets_of(arriving);
  intake.seal_done();
  auto appended = write(intake.bytes(), [&](Folders& writing, Connection& connection) {
    const auto before = also(connection);
    require_room(connection);
    FolderEdit edit(writing, connection, folder, reason);
    Appended result{edit.state().uid_validity, {}};
    intake.publish(connection);
    const auto now = wall_clock();
    for (std::size_t n = 0; n < arriving.size(); ++n)
      result.uids.push_back(edit.add(new_entry(writing, connection, arriving[n],
                                               intake.messages()[n].id, now, before, reason)));
    edit.finish();
    return result;
  });
  intake.published();
  list_filled_blocks(database, folders, folder, appended.uids);
  return appended;
}

}  // namespace storage
