#include "storage/folder_records.h"

#include <algorithm>

#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::uint8_t first_version = 1;
constexpr std::uint8_t state_version = 2;
constexpr std::uint8_t block_version = 2;
constexpr std::uint8_t list_version = 1;
constexpr std::uint8_t shared_bit = 128;  // beside the system flags
constexpr std::size_t entry_size = 60;

void encode(Encoder& to, const Entry& entry) {
  to.number(static_cast<std::uint8_t>(entry.uid.value % uids_in_block));
  to.number(entry.message.value);
  to.number(entry.modseq.value);
  to.number(static_cast<std::uint8_t>(entry.flags.system | (entry.shared ? shared_bit : 0)));
  to.number(entry.flags.keywords[0]);
  to.number(entry.flags.keywords[1]);
  to.number(entry.internal_date);
  to.number(entry.zone);
  to.number(entry.saved);
  to.number(entry.size);
}

// Slots rise, so that no UID comes twice.
Uid decode_uid(Decoder& from, BlockId block, Uid last) {
  const auto slot = from.number<std::uint8_t>();
  const Uid uid(first_uid(block).value + slot);
  if (slot >= uids_in_block || uid <= last)
    throw Error(Fault::corrupt, "a stored block has its entries out of order");
  return uid;
}

// Only the first block has UID 0 below it, which is none.
Uid before(BlockId block) {
  const auto first = first_uid(block).value;
  return Uid(first == 0 ? 0 : first - 1);
}

Entry decode_entry(Decoder& from, BlockId block, Uid last) {
  Entry entry;
  entry.uid = decode_uid(from, block, last);
  entry.message = MessageId(from.number<std::int64_t>());
  entry.modseq = ModSeq(from.number<std::uint64_t>());
  const auto bits = from.number<std::uint8_t>();
  entry.flags.system = bits & static_cast<std::uint8_t>(~shared_bit);
  entry.shared = (bits & shared_bit) != 0;
  entry.flags.keywords[0] = from.number<std::uint64_t>();
  entry.flags.keywords[1] = from.number<std::uint64_t>();
  entry.internal_date = from.number<UnixTime>();
  entry.zone = from.number<std::int16_t>();
  entry.saved = from.number<UnixTime>();
  entry.size = from.number<std::uint64_t>();
  return entry;
}

FolderState decode_state(Decoder& from) {
  FolderState state;
  state.uid_validity = from.number<std::uint32_t>();
  state.uid_next = Uid(from.number<std::uint32_t>());
  state.highest_modseq = ModSeq(from.number<std::uint64_t>());
  state.first_recent = Uid(from.number<std::uint32_t>());
  state.messages = from.number<std::uint32_t>();
  state.unseen = from.number<std::uint32_t>();
  state.deleted = from.number<std::uint32_t>();
  state.size = from.number<std::uint64_t>();
  return state;
}

Block decoded(BlockId id, ByteView bytes, std::uint8_t version) {
  Decoder from(bytes);
  from.version(version);
  Block block;
  const auto count = from.number<std::uint8_t>();
  block.entries.reserve(count);
  auto last = before(id);
  for (unsigned n = 0; n < count; ++n) {
    block.entries.push_back(decode_entry(from, id, last));
    last = block.entries.back().uid;
  }
  from.end();
  return block;
}

template <class Entries>
auto found(Entries& entries, Uid uid) {
  const auto at = std::lower_bound(entries.begin(), entries.end(), uid,
                                   [](const Entry& entry, Uid of) { return entry.uid < of; });
  return at != entries.end() && at->uid == uid ? &*at : nullptr;
}

}  // namespace

const Entry* Block::find(Uid uid) const { return found(entries, uid); }
Entry* Block::find(Uid uid) { return found(entries, uid); }

std::uint64_t Block::slots() const {
  std::uint64_t slots = 0;
  for (const auto& entry : entries) slots |= std::uint64_t{1} << (entry.uid.value % uids_in_block);
  return slots;
}

Bytes encoded(const FolderRecord& folder) {
  Encoder to;
  const auto& state = folder.state;
  to.number(state_version);
  to.number(state.uid_validity);
  to.number(state.uid_next.value);
  to.number(state.highest_modseq.value);
  to.number(state.first_recent.value);
  to.number(state.messages);
  to.number(state.unseen);
  to.number(state.deleted);
  to.number(state.size);
  folder.blocks.encode(to);
  return to.take();
}

FolderRecord decoded_folder(ByteView bytes) {
  Decoder from(bytes);
  from.version(state_version);
  FolderRecord folder;
  folder.state = decode_state(from);
  folder.blocks = BlockVersions::decoded(from);
  from.end();
  return folder;
}

FolderState decoded_first_state(ByteView bytes) {
  Decoder from(bytes);
  from.version(first_version);
  const auto state = decode_state(from);
  from.end();
  return state;
}

Bytes encoded(const Block& block) {
  Encoder to;
  to.reserve(2 + block.entries.size() * entry_size);
  to.number(block_version);
  to.number(static_cast<std::uint8_t>(block.entries.size()));
  for (const auto& entry : block.entries) encode(to, entry);
  return to.take();
}

Block decoded_block(BlockId id, ByteView bytes) { return decoded(id, bytes, block_version); }
Block decoded_first_block(BlockId id, ByteView bytes) { return decoded(id, bytes, first_version); }

Bytes encoded(const std::vector<Listed>& list) {
  Encoder to;
  to.number(list_version);
  to.number(static_cast<std::uint8_t>(list.size()));
  for (const auto& listed : list) {
    to.number(static_cast<std::uint8_t>(listed.uid.value % uids_in_block));
    to.number(listed.message.value);
    to.text<std::uint32_t>(listed.summary);
  }
  return to.take();
}

std::vector<Listed> decoded_list(BlockId id, ByteView bytes) {
  Decoder from(bytes);
  from.version(list_version);
  std::vector<Listed> list(from.number<std::uint8_t>());
  auto last = before(id);
  for (auto& listed : list) {
    listed.uid = decode_uid(from, id, last);
    listed.message = MessageId(from.number<std::int64_t>());
    listed.summary = from.text<std::uint32_t>();
    last = listed.uid;
  }
  from.end();
  return list;
}

}  // namespace storage
