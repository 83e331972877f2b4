#include "storage/folder_records.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "storage/mailbox_root.h"
#include "storage/tree.h"

using namespace storage;

namespace {

// The examples of crypto/FORMAT.md section 6.
constexpr std::string_view state_hex =
    "02655a0b0000000005000000000000000900000003000000040000000200000001000000000001e240"
    "0000000c"
    "0002"
    "00000000000000110000000000000006"
    "00000003000000120000000000000000";
constexpr std::string_view first_state_hex =
    "01655a0b0000000005000000000000000900000003000000040000000200000001000000000001e240";
constexpr std::string_view versions_hex =
    "0100000002"
    "0000000000000009000000000000003e"
    "00000002000000078000000000000001";
constexpr std::string_view block_hex =
    "020201000000000000232900000000000000070100000000000000050000000000000000"
    "000000006553f100005a00000000655a0b00000000000000002a"
    "3f000000000000232a000000000000000980000000000000000000000000000000000000"
    "00006553f101fed400000000655a0b010000000000010000";
constexpr std::string_view root_hex =
    "0100000003000000000000232a0000000000000007"
    "000000010000000000000005"
    "00000000"
    "0002"
    "09000000000000000100000012"
    "15000000000000000000000004";
constexpr std::string_view list_hex =
    "0101010000000000002329000000077375"
    "6d6d617279";
constexpr std::string_view tree_hex =
    "01655a0b01000000030005494e424f58000000000000000100000161000000000000000000"
    "0003612f620000000000000002050000000100016101"
    "0a24466f72776172646564";

FolderRecord sample_folder() {
  FolderRecord folder;
  folder.state = {.uid_validity = 0x655a0b00,
                  .uid_next = Uid(5),
                  .highest_modseq = ModSeq(9),
                  .first_recent = Uid(3),
                  .messages = 4,
                  .unseen = 2,
                  .deleted = 1,
                  .size = 123456};
  folder.blocks.set(0, {9, 62});
  folder.blocks.set(2, {7, 1ull << 63 | 1});
  folder.blocks.move_to_list(12);
  folder.blocks.set(3, {18, 0});
  folder.blocks.set(0, {17, 6});
  return folder;
}

Block sample_block(BlockId id) {
  const auto first = first_uid(id).value;
  return {{{.uid = Uid(first + 1),
            .message = MessageId(9001),
            .modseq = ModSeq(7),
            .flags = {.system = seen, .keywords = {5, 0}},
            .internal_date = 0x6553f100,
            .zone = 90,
            .saved = 0x655a0b00,
            .size = 42},
           {.uid = Uid(first + 63),
            .message = MessageId(9002),
            .modseq = ModSeq(9),
            .internal_date = 0x6553f101,
            .zone = -300,
            .saved = 0x655a0b01,
            .size = 65536,
            .shared = true}}};
}

auto is_corrupt = [](const Error& error) { return error.fault() == Fault::corrupt; };

template <class Decode>
void check_cuts(const Bytes& bytes, Decode decode) {
  for (std::size_t size = 0; size < bytes.size(); ++size)
    BOOST_CHECK_EXCEPTION(decode(ByteView(bytes).first(size)), Error, is_corrupt);
  auto longer = bytes;
  longer.push_back(0);
  BOOST_CHECK_EXCEPTION(decode(longer), Error, is_corrupt);
  auto newer = bytes;
  ++newer[0];
  BOOST_CHECK_EXCEPTION(decode(newer), Error, is_corrupt);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(folder_records)

BOOST_AUTO_TEST_CASE(block_ids_hold_folder_and_uids) {
  const auto id = block_of(FolderId(3), Uid(130));
  BOOST_TEST(id == (std::int64_t{3} << 26 | 2));
  BOOST_CHECK(folder_of(id) == FolderId(3));
  BOOST_CHECK(first_uid(id) == Uid(128));
  BOOST_TEST(block_of(FolderId(3), Uid(UINT32_MAX)) == last_block(FolderId(3)));
  BOOST_TEST(last_block(FolderId(3)) < first_block(FolderId(4)));
}

BOOST_AUTO_TEST_CASE(a_state_is_stored_as_written_down) {
  const auto folder = sample_folder();
  const auto bytes = encoded(folder);
  BOOST_TEST(to_hex(bytes) == state_hex);
  BOOST_TEST(to_hex(encoded(decoded_folder(bytes))) == state_hex);
  check_cuts(bytes, [](ByteView cut) { return decoded_folder(cut); });
  const auto list = BlockVersions::encoded_list(*folder.blocks.list());
  BOOST_TEST(to_hex(list) == versions_hex);
  check_cuts(list, [](ByteView cut) { return BlockVersions::decoded_list(cut); });
}

BOOST_AUTO_TEST_CASE(a_state_of_before_there_were_versions_is_read) {
  const auto bytes = from_hex(first_state_hex);
  BOOST_TEST(decoded_first_state(bytes).size == 123456u);
  check_cuts(bytes, [](ByteView cut) { return decoded_first_state(cut); });
  BOOST_CHECK_EXCEPTION(decoded_folder(bytes), Error, is_corrupt);
}

BOOST_AUTO_TEST_CASE(a_root_is_stored_as_written_down) {
  MailboxRoot root{.generation = 18,
                   .tree = 3,
                   .last_message = MessageId(9002),
                   .filed = 7,
                   .unfiled = {5},
                   .records = {}};
  root.records.set({crypto::Kind::folder_state, 1}, {18});
  root.records.set({crypto::Kind::annotations, 0}, {4});
  const auto bytes = encoded(root);
  BOOST_TEST(to_hex(bytes) == root_hex);
  BOOST_TEST(to_hex(encoded(decoded_root(18, bytes))) == root_hex);
  check_cuts(bytes, [](ByteView cut) { return decoded_root(18, cut); });
}

BOOST_AUTO_TEST_CASE(a_block_is_stored_as_written_down) {
  const BlockId id = block_of(FolderId(2), Uid(64));
  const auto bytes = encoded(sample_block(id));
  BOOST_TEST(to_hex(bytes) == block_hex);
  const auto again = decoded_block(id, bytes);
  BOOST_TEST(to_hex(encoded(again)) == block_hex);
  BOOST_CHECK(again.entries.at(1).uid == Uid(127));
  BOOST_TEST(again.entries.at(1).zone == -300);
  check_cuts(bytes, [&](ByteView cut) { return decoded_block(id, cut); });
}

BOOST_AUTO_TEST_CASE(entries_out_of_order_are_corrupt) {
  const BlockId id = block_of(FolderId(2), Uid(64));
  for (const auto& [first, second] : {std::pair{63, 1}, {5, 5}, {1, 64}}) {
    auto bytes = encoded(sample_block(id));
    bytes[2] = static_cast<std::uint8_t>(first);
    bytes[2 + 60] = static_cast<std::uint8_t>(second);
    BOOST_CHECK_EXCEPTION(decoded_block(id, bytes), Error, is_corrupt);
  }
  auto with_uid_0 = encoded(sample_block(id));
  with_uid_0[2] = 0;
  BOOST_CHECK_NO_THROW(decoded_block(id, with_uid_0));
  BOOST_CHECK_EXCEPTION(decoded_block(first_block(FolderId(2)), with_uid_0), Error, is_corrupt);
}

BOOST_AUTO_TEST_CASE(a_list_is_stored_as_written_down) {
  const BlockId id = block_of(FolderId(2), Uid(64));
  const auto bytes = encoded(std::vector<Listed>{{Uid(65), MessageId(9001), "summary"}});
  BOOST_TEST(to_hex(bytes) == list_hex);
  const auto again = decoded_list(id, bytes);
  BOOST_TEST_REQUIRE(again.size() == 1u);
  BOOST_CHECK(again[0].uid == Uid(65));
  BOOST_TEST(again[0].summary == "summary");
  check_cuts(bytes, [&](ByteView cut) { return decoded_list(id, cut); });
}

BOOST_AUTO_TEST_CASE(a_tree_is_stored_as_written_down) {
  Tree tree;
  tree.create("INBOX", FolderId(1), SpecialUse::none);
  tree.create("a/b", FolderId(2), SpecialUse::trash);
  tree.subscribe("a");
  tree.add_keyword("$Forwarded");
  tree.next_uid_validity(0x655a0b01);
  BOOST_TEST(to_hex(tree.encoded()) == tree_hex);
}

BOOST_AUTO_TEST_SUITE_END()
