#pragma once
// The rows of messages: sealed body chunks, derived texts and the key, shared by all entries that
// show the message. Nothing here opens or seals but what its name says.

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
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
// One entry more for each.
void add_references(Connection&, MailboxId, std::span<const MessageId>);
// One entry less for each. The last one takes the message with it: first of all its key.
void release_messages(Connection&, MailboxId, std::span<const MessageId>);

// Chunks that go ahead of their message are noted until it is there; what is left when the database
// is opened belongs to nobody.
void note_unfinished(Connection&, MessageId, std::uint64_t chunks);
void finish_unfinished(Connection&, MessageId);
void remove_unfinished(Connection&, MessageId);
void sweep_unfinished(Connection&);

// All messages of a mailbox, some of them in each call; false when there are no more.
bool remove_some_messages(Connection&, MailboxId);

}  // namespace storage
