// What has vanished, and what a client knows (RFC 7162 3.2.5), without a server.

#include "imap/resync.h"

#include <boost/test/unit_test.hpp>

namespace {

using imap::Access;
using imap::Resync;
using imap::SequenceSet;
using imap::View;

// Messages of these UIDs; UIDNEXT is `next`, the highest mod-sequence 100.
struct Folder {
  storage::Changes changes;
  std::unique_ptr<View> view;

  Folder(const std::vector<std::uint32_t>& uids, std::uint32_t next) {
    storage::Selected content;
    content.state = {.uid_validity = 7, .uid_next = Uid(next), .highest_modseq = ModSeq(100)};
    for (const auto uid : uids) {
      storage::Entry entry;
      entry.uid = Uid(uid);
      entry.message = MessageId(uid);
      entry.modseq = ModSeq(2);
      content.entries.append(entry);
    }
    auto watch = changes.watch(FolderId(1), storage::Recent::look, [] {});
    view = std::make_unique<View>("Work", Access::read_only, std::move(watch), std::move(content));
  }

  std::string vanished(const char* set, std::uint32_t above = 0, std::uint64_t since = 50) const {
    return imap::vanished(*view, SequenceSet::parsed(set), ModSeq(since), Uid(above));
  }
};

Resync parsed(const std::string& text) {
  imap::Request request("a QRESYNC " + text);
  return imap::parse_resync(request);
}

std::uint32_t matched(const Folder& folder, const std::string& pairs) {
  return imap::matched_up_to(*folder.view, parsed("(7 1 (" + pairs + "))").matched.value()).value;
}

std::vector<std::uint32_t> multiples_of_3(std::uint32_t count) {
  std::vector<std::uint32_t> uids;
  for (std::uint32_t n = 1; n <= count; ++n) uids.push_back(n * 3);
  return uids;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(resync)

BOOST_AUTO_TEST_CASE(vanished_is_what_was_asked_about_and_is_not_there) {
  const Folder folder({42, 117, 119, 541}, 600);
  BOOST_TEST(folder.vanished("41:211,214:541") == "41,43:116,118,120:211,214:540");
  BOOST_TEST(folder.vanished("541,119,42,117") == "");
  BOOST_TEST(folder.vanished("1:*") == "1:41,43:116,118,120:540,542:599");
  BOOST_TEST(folder.vanished("598:4294967295") == "598:599");
  BOOST_TEST(folder.vanished("600:700") == "");
  BOOST_TEST(folder.vanished("117:118", 118) == "");
  BOOST_TEST(folder.vanished("41:122", 117) == "118,120:122");
}

BOOST_AUTO_TEST_CASE(an_empty_folder_has_lost_all_it_had) {
  BOOST_TEST(Folder({}, 1).vanished("1:*") == "");
  BOOST_TEST(Folder({}, 1).vanished("1:7") == "");
  BOOST_TEST(Folder({}, 4).vanished("1:*") == "1:3");
}

BOOST_AUTO_TEST_CASE(who_knows_the_newest_modseq_has_missed_nothing) {
  const Folder folder({2}, 5);
  BOOST_TEST(folder.vanished("1:4", 0, 100) == "");
  for (const std::uint64_t since : {0, 99, 101})
    BOOST_TEST(folder.vanished("1:4", 0, since) == "1,3:4");
}

// RFC 7162 3.2.5.2: only UIDs divisible by three are there.
BOOST_AUTO_TEST_CASE(numbers_that_match_their_uids_narrow_what_vanished) {
  const Folder folder(multiples_of_3(10003), 30013);
  BOOST_TEST(matched(folder,
                     "5000,7500,9000,9990:9999 "
                     "15000,22500,27000,29970,29973,29976,29979,29982,29985,29988,29991,"
                     "29994,29997") == 29997u);
  BOOST_TEST(matched(folder, "4,8,9 12,25,27") == 12u);
  BOOST_TEST(matched(folder, "1 4") == 0u);
  BOOST_TEST(matched(folder, "10003:10005 30009:30011") == 30009u);
  BOOST_TEST(matched(folder, "1:4294967295 1:4294967295") == 0u);
}

BOOST_AUTO_TEST_CASE(the_parameter_is_read) {
  const auto all = parsed("(67890007 9223372036854775807)");
  BOOST_TEST(all.uid_validity == 67890007u);
  BOOST_TEST(all.modseq.value == 9223372036854775807u);
  BOOST_TEST(!all.matched);
  BOOST_TEST(parsed("(1 2 41,43:211)").known.ranges().size() == 2u);
  BOOST_TEST(parsed("(1 0 5:3 (1,2 5:6))").matched.has_value());
}

BOOST_AUTO_TEST_CASE(broken_parameters_are_bad) {
  for (const auto* text : {"",
                           "()",
                           "(1)",
                           "(0 5)",
                           "(4294967296 5)",
                           "(1 9223372036854775808)",
                           "(1 -1)",
                           "(1 2",
                           "(1 2 )",
                           "(1 2 *)",
                           "(1 2 1:*)",
                           "(1 2 $)",
                           "(1 2 x)",
                           "(1 2 3 4)",
                           "(1 2 ())",
                           "(1 2 (1))",
                           "(1 2 (1 2) 3)",
                           "(1 2 (1,2 3))",
                           "(1 2 (2,1 3,4))",
                           "(1 2 (1,2 4,3))",
                           "(1 2 (2:1 3:4))",
                           "(1 2 (* 3))",
                           "(1 2 (1:2 3:3,3))",
                           "1 2"})
    BOOST_CHECK_THROW(parsed(text), imap::BadSyntax);
}

BOOST_AUTO_TEST_SUITE_END()
