#include "imap/view.h"

#include <boost/test/unit_test.hpp>

#include "imap/request.h"

BOOST_AUTO_TEST_SUITE(view)

namespace {

using imap::Access;
using imap::View;
using Expunges = imap::View::Expunges;

storage::Entry message(std::uint32_t uid, std::uint64_t modseq, std::uint8_t flags = 0) {
  storage::Entry entry;
  entry.uid = Uid(uid);
  entry.message = MessageId(uid);
  entry.modseq = ModSeq(modseq);
  entry.flags.system = flags;
  return entry;
}

// A folder with UIDs 10, 20, 30, ... and one session that has it selected; no network, no database.
struct Folder {
  storage::Changes changes;
  storage::Tree tree;
  FolderId id{7};
  std::uint64_t modseq = 100;
  std::weak_ptr<const storage::Watch> watching;
  std::unique_ptr<View> selected;

  explicit Folder(std::uint32_t messages, Access access = Access::read_write) {
    tree.create("Work", id, storage::SpecialUse::none);
    storage::Selected content;
    for (std::uint32_t n = 1; n <= messages; ++n) content.entries.append(message(n * 10, n));
    content.state = {.uid_validity = 5,
                     .uid_next = Uid(messages * 10 + 1),
                     .highest_modseq = ModSeq(modseq),
                     .first_recent = Uid(messages * 10 + 1)};
    const auto recent =
        access == Access::read_write ? storage::Recent::claim : storage::Recent::look;
    auto watch = changes.watch(id, recent, [] {});
    watching = watch;
    selected = std::make_unique<View>("Work", access, std::move(watch), std::move(content));
    selected->flags_lines(tree);
  }

  storage::Change next() {
    storage::Change change;
    change.folder = id;
    change.modseq = ModSeq(++modseq);
    change.first_recent = Uid(1);
    change.recent_to = watching;
    return change;
  }
  void publish(storage::Change change) {
    changes.publish(std::make_shared<const storage::Change>(std::move(change)));
  }
  void expunge(std::vector<std::uint32_t> uids) {
    auto change = next();
    for (const auto uid : uids) change.expunged.push_back(Uid(uid));
    publish(std::move(change));
  }
  void append(std::uint32_t uid) { append(uid, uid); }
  void append(std::uint32_t uid, std::uint32_t recent_from) {
    auto change = next();
    change.added.push_back(message(uid, modseq));
    change.recent_from = Uid(recent_from);
    if (!watching.expired()) change.first_recent = Uid(uid + 1);
    publish(std::move(change));
  }
  void flag(std::uint32_t uid, std::uint8_t flags) {
    auto change = next();
    change.flagged.push_back(message(uid, modseq, flags));
    publish(std::move(change));
  }

  std::string told(Expunges expunges = Expunges::tell, bool with_uid = false) {
    selected->absorb();
    return selected->announce(expunges, {.uid = with_uid}, tree);
  }
  std::vector<std::uint32_t> numbers(const char* set, bool by_uid) const {
    return selected->numbers(imap::SequenceSet::parsed(set), by_uid);
  }
};

using Numbers = std::vector<std::uint32_t>;

}  // namespace

BOOST_AUTO_TEST_CASE(nothing_changed_nothing_told) { BOOST_TEST(Folder(3).told() == ""); }

BOOST_AUTO_TEST_CASE(expunges_count_down_as_they_go) {
  Folder folder(5);
  folder.expunge({20, 40});
  BOOST_TEST(folder.told() == "* 2 EXPUNGE\r\n* 3 EXPUNGE\r\n");
  BOOST_TEST(folder.selected->count() == 3u);
  BOOST_TEST(folder.selected->entry(2).uid.value == 30u);
}

BOOST_AUTO_TEST_CASE(numbers_stand_until_an_expunge_is_told) {
  Folder folder(3);
  folder.expunge({10});
  BOOST_TEST(folder.told(Expunges::hold) == "");
  BOOST_TEST(folder.selected->entry(2).uid.value == 20u);
  BOOST_TEST(folder.told() == "* 1 EXPUNGE\r\n");
  BOOST_TEST(folder.selected->entry(1).uid.value == 20u);
}

BOOST_AUTO_TEST_CASE(new_messages_join_the_end_when_told) {
  Folder folder(2);
  folder.append(21);
  folder.selected->absorb();
  BOOST_TEST(folder.selected->count() == 2u);
  BOOST_TEST(folder.told(Expunges::hold) == "* 3 EXISTS\r\n* 1 RECENT\r\n");
  BOOST_TEST(folder.selected->entry(3).uid.value == 21u);
  BOOST_TEST(folder.selected->is_recent(Uid(21)));
}

BOOST_AUTO_TEST_CASE(what_is_recent_to_another_session_is_not_to_this_one) {
  Folder folder(2);
  folder.watching.reset();
  folder.append(21);
  BOOST_TEST(folder.told() == "* 3 EXISTS\r\n* 0 RECENT\r\n");
  Folder examined(2, Access::read_only);
  examined.watching.reset();
  examined.append(21);
  BOOST_TEST(examined.told() == "* 3 EXISTS\r\n* 3 RECENT\r\n");
}

// The mail came between the watch and the reading of the folder, which has it already.
BOOST_AUTO_TEST_CASE(mail_that_comes_while_selecting_is_recent_with_all_before_it) {
  Folder folder(2);
  folder.modseq = 99;
  folder.append(20, 10);
  BOOST_TEST(folder.told() == "");
  BOOST_TEST(folder.selected->recent_count() == 2u);
}

BOOST_AUTO_TEST_CASE(what_ends_untold_is_given_back) {
  Folder folder(2);
  folder.append(21);
  folder.told();
  folder.append(23);
  folder.append(25);
  folder.selected->absorb();
  folder.expunge({23});
  const auto untold = folder.selected->end();
  BOOST_TEST_REQUIRE(untold.has_value());
  BOOST_TEST(untold->from.value == 25u);
  BOOST_TEST(untold->to.value == 26u);
  BOOST_TEST(!folder.changes.claimant(folder.id).lock());
  BOOST_TEST(!Folder(2).selected->end().has_value());
  Folder examined(2, Access::read_only);
  examined.watching.reset();
  examined.append(21);
  BOOST_TEST(!examined.selected->end().has_value());
}

BOOST_AUTO_TEST_CASE(what_came_and_went_untold_is_never_told) {
  Folder folder(1);
  folder.append(11);
  folder.expunge({11});
  BOOST_TEST(folder.told() == "");
  BOOST_TEST(folder.selected->count() == 1u);
}

BOOST_AUTO_TEST_CASE(held_expunges_still_count_in_exists) {
  Folder folder(2);
  folder.expunge({10});
  folder.append(21);
  BOOST_TEST(folder.told(Expunges::hold) == "* 3 EXISTS\r\n* 1 RECENT\r\n");
  BOOST_TEST(folder.told() == "* 1 EXPUNGE\r\n");
  BOOST_TEST(folder.selected->count() == 2u);
}

BOOST_AUTO_TEST_CASE(flag_changes_of_others_are_told_once_with_number_and_uid_if_wanted) {
  Folder folder(2);
  folder.flag(20, storage::seen);
  BOOST_TEST(folder.told() == "* 2 FETCH (FLAGS (\\Seen))\r\n");
  BOOST_TEST(folder.told() == "");
  folder.flag(20, storage::seen | storage::flagged);
  BOOST_TEST(folder.told(Expunges::hold, true) ==
             "* 2 FETCH (UID 20 FLAGS (\\Flagged \\Seen))\r\n");
}

BOOST_AUTO_TEST_CASE(what_the_client_knows_is_not_told_and_what_others_do_after_is) {
  Folder folder(2);
  folder.flag(10, storage::seen);
  folder.selected->absorb();
  folder.selected->told(Uid(10), ModSeq(folder.modseq));
  BOOST_TEST(folder.told() == "");
  folder.flag(10, storage::answered);
  BOOST_TEST(folder.told() == "* 1 FETCH (FLAGS (\\Answered))\r\n");
}

BOOST_AUTO_TEST_CASE(flags_are_told_by_the_number_after_the_expunges) {
  Folder folder(3);
  folder.flag(30, storage::seen);
  folder.expunge({10});
  BOOST_TEST(folder.told() == "* 1 EXPUNGE\r\n* 2 FETCH (FLAGS (\\Seen))\r\n");
}

BOOST_AUTO_TEST_CASE(new_keywords_are_listed_before_they_are_used) {
  Folder folder(1);
  auto change = folder.next();
  auto entry = message(10, folder.modseq);
  entry.flags.set_keyword(folder.tree.add_keyword("$Forwarded"));
  change.flagged.push_back(entry);
  folder.publish(std::move(change));
  const auto lines = folder.told();
  const auto flags =
      lines.find("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded)\r\n");
  const auto permanent = lines.find(
      "[PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft "
      "$Forwarded \\*)]");
  const auto fetch = lines.find("* 1 FETCH (FLAGS ($Forwarded))\r\n");
  BOOST_TEST(flags == 0u);
  BOOST_TEST(permanent < fetch);
  BOOST_TEST(fetch != std::string::npos);
}

BOOST_AUTO_TEST_CASE(keywords_cannot_be_made_in_a_read_only_folder) {
  Folder examined(1, Access::read_only);
  BOOST_TEST(examined.selected->flags_lines(examined.tree).find("[PERMANENTFLAGS ()]") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(keywords_in_the_place_of_others_are_told) {
  Folder folder(1);
  folder.tree.add_keyword("one");
  folder.selected->flags_lines(folder.tree);
  BOOST_TEST(folder.told() == "");
  folder.tree.replace_keyword(0, "other");
  BOOST_TEST(folder.told().starts_with(
      "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft other)\r\n"));
  BOOST_TEST(folder.told() == "");
}

BOOST_AUTO_TEST_CASE(changes_that_the_selection_held_already_are_passed_over) {
  Folder folder(2);
  auto old = folder.next();
  old.modseq = ModSeq(100);
  old.expunged.push_back(Uid(10));
  folder.publish(std::move(old));
  BOOST_TEST(folder.told() == "");
}

BOOST_AUTO_TEST_CASE(uid_sets_pass_over_what_is_not_there_and_always_have_the_last) {
  const Folder folder(3);
  BOOST_TEST(folder.numbers("10,15,30", true) == (Numbers{1, 3}));
  BOOST_TEST(folder.numbers("99:*", true) == Numbers{3});
  BOOST_TEST(folder.numbers("11:19", true).empty());
  BOOST_TEST(folder.numbers("1:4294967295", true) == (Numbers{1, 2, 3}));
  BOOST_TEST(Folder(0).numbers("1:*", true).empty());
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_there_are_bad) {
  const Folder folder(3);
  BOOST_TEST(folder.numbers("2:*", false) == (Numbers{2, 3}));
  BOOST_TEST(folder.numbers("*", false) == Numbers{3});
  BOOST_TEST(folder.numbers("7:*", false) == Numbers{3});
  BOOST_CHECK_THROW(folder.numbers("4", false), imap::BadSyntax);
  BOOST_CHECK_THROW(folder.numbers("2:4", false), imap::BadSyntax);
  BOOST_CHECK_THROW(Folder(0).numbers("1:*", false), imap::BadSyntax);
}

BOOST_AUTO_TEST_CASE(a_deleted_folder_is_found_out) {
  Folder folder(1);
  folder.tree.remove("Work");
  folder.told();
  BOOST_TEST(folder.selected->folder_gone());
}

BOOST_AUTO_TEST_SUITE_END()
