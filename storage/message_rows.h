#pragma once
// The rows of messages: sealed body chunks, derived texts and the key, shared by all entries that
// show the message. Nothing here opens or seals but what its name says.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "storage/entry.h"
#include "storage/mailbox_seals.h"
#include "storage/sqlite.h"

namespace storage {

using crypto::chunk_size;                                    // 64 KiB of plaintext
inline constexpr std::uint64_t message_chunk_limit = 65536;  // body ids hold 16 bits of it

// An empty message has one chunk, too.
inline std::uint64_t chunks_of(std::uint64_t size) {
  return size == 0 ? 1 : (size + chunk_size - 1) / chunk_size;
}
inline std::int64_t chunk_row(MessageId message, std::uint64_t chunk) {
  return message.value << 16 | static_cast<std::int64_t>(chunk);
}
inline std::int64_t last_chunk_row(MessageId message) {  // that it can have
  return chunk_row(message, message_chunk_limit - 1);
}

// Whether the message came encrypted end to end, which its summary says (crypto/FORMAT.md section
// 6): all of it that its own header does not say is sealed a second time.
crypto::Content content_of(std::string_view summary);

struct SealedChunk {
  std::int64_t row;
  Bytes data;
};

struct SealedMessage {
  MessageId id;
  std::uint64_t chunks;
  std::uint32_t epoch;
  Bytes key, summary, header, body;

  std::size_t size() const { return key.size() + summary.size() + header.size() + body.size(); }
};

// ---- in an operation of the writer
void insert_chunks(Connection&, std::span<const SealedChunk>);
// One entry shows it.
void insert_message(Connection&, MailboxId, const SealedMessage&);
// One entry more for each. Throws corrupt where there is no such message.
void add_references(Connection&, const MailboxSeals&, std::span<const Entry>);
// The entries are gone. One that was not shared takes its message with it: first of all its key.
// Whether another shows a shared one, a count in clear cannot say: those that it says are shown no
// more are returned, and stay as released ones until somebody has looked (settle_released).
std::vector<MessageId> release_messages(Connection&, const MailboxSeals&, std::span<const Entry>);
std::vector<MessageId> released_messages(Connection&, MailboxId);
// Of one that is a released one still.
void set_released_references(Connection&, MessageId, std::int64_t entries);
void remove_messages(Connection&, std::span<const MessageId>);

// Chunks that go ahead of their message are noted until it is there; what is left when the database
// is opened belongs to nobody. A note about a message that is there is wrong, and only that goes.
void note_unfinished(Connection&, MessageId, std::uint64_t chunks);
void finish_unfinished(Connection&, MessageId);
void remove_unfinished(Connection&, MessageId);
void sweep_unfinished(Connection&);

bool has_message(Connection&, MessageId);  // reading

// All messages of a mailbox, some of them in each call; false when there are no more.
bool remove_some_messages(Connection&, MailboxId);

}  // namespace storage
