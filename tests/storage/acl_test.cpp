// Rights on folders, as the tree keeps them (RFC 4314).

#include "storage/acl.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "tests/support/storage_store.h"

using namespace storage;
using namespace storage_test;

namespace {

// The second example of crypto/FORMAT.md section 6.1.
constexpr std::string_view tree_hex =
    "02655a0b01000000010005494e424f58000000000000000100"
    "02"
    "0000000000000007000003"
    "0000000000000007010002"
    "0000000000";

const AccountId ada(7), bob(8);

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

Rights rights(const char* letters) { return Rights::parsed(letters).value(); }

Tree shared_tree() {
  Tree tree;
  tree.create("INBOX", FolderId(1), SpecialUse::none);
  tree.set_rights(FolderId(1), {ada, false}, rights("lr"));
  tree.set_rights(FolderId(1), {ada, true}, rights("r"));
  tree.next_uid_validity(0x655a0b01);
  return tree;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(acl)

// RFC 4314 2.1.1 and 3.1
BOOST_AUTO_TEST_CASE(letters_are_rights_and_the_obsolete_ones_what_they_stand_for) {
  const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                      {"lrs", "lrs"},
                                                      {"srl", "lrs"},
                                                      {"d", "ted"},
                                                      {"t", "td"},
                                                      {"c", "kxc"},
                                                      {"k", "kc"},
                                                      {"x", "xc"},
                                                      {"a", "a"},
                                                      {"lrswipkxtea", "lrswipkxteacd"},
                                                      {"lrswicda", "lrswikxteacd"}};
  for (const auto& [asked, told] : rows) BOOST_TEST(rights(asked).text() == told, asked);
  for (const char* wrong : {"q", "L", "lR", "l r", "1", "+"})
    BOOST_TEST(!Rights::parsed(wrong).has_value(), wrong);
  BOOST_TEST(Rights::all().text() == "lrswipkxteacd");
}

BOOST_AUTO_TEST_CASE(what_is_given_counts_less_what_is_taken_away) {
  Acl acl{
      {{anyone, false}, rights("lr")}, {{ada, false}, rights("ws")}, {{ada, true}, rights("r")}};
  BOOST_TEST(rights_of(acl, ada).text() == "lsw");
  BOOST_TEST(rights_of(acl, bob).text() == "lr");
  acl[{anyone, true}] = rights("l");
  BOOST_TEST(rights_of(acl, ada).text() == "sw");
  BOOST_TEST(rights_of({}, ada).empty());
}

BOOST_AUTO_TEST_CASE(a_tree_with_rights_is_stored_as_written_down) {
  const auto bytes = shared_tree().encoded();
  BOOST_TEST(to_hex(bytes) == tree_hex);
  BOOST_TEST(to_hex(Tree::decoded(bytes).encoded()) == tree_hex);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    BOOST_CHECK_EXCEPTION(Tree::decoded(ByteView(bytes).first(size)), Error, is(Fault::corrupt));
  auto newer = bytes;
  newer[0] = 3;
  BOOST_CHECK_EXCEPTION(Tree::decoded(newer), Error, is(Fault::corrupt));
  auto unknown = bytes;
  unknown[35] = 8;  // 2048 is no right
  BOOST_CHECK_EXCEPTION(Tree::decoded(unknown), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(a_new_folder_has_the_rights_of_the_nearest_above_it) {
  auto tree = shared_tree();
  tree.create("INBOX/a/b", FolderId(2), SpecialUse::none);
  BOOST_CHECK(tree.find("INBOX/a/b")->acl == tree.find("INBOX")->acl);
  BOOST_TEST(tree.find("INBOX/a")->acl.empty());
  tree.create("other", FolderId(3), SpecialUse::none);
  BOOST_TEST(tree.find("other")->acl.empty());
}

BOOST_AUTO_TEST_CASE(rights_stay_with_a_renamed_folder_and_go_with_a_deleted_one) {
  auto tree = shared_tree();
  tree.create("INBOX/a", FolderId(2), SpecialUse::none);
  tree.rename("INBOX/a", "other");
  BOOST_TEST(rights_of(tree.find("other")->acl, ada).text() == "l");
  tree.create("other/below", FolderId(3), SpecialUse::none);
  tree.remove("other");
  tree.create("other", FolderId(4), SpecialUse::none);
  BOOST_TEST(tree.find("other")->acl.empty());
  BOOST_TEST(tree.names_in_acls(ada));
  BOOST_TEST(!tree.names_in_acls(bob));
}

BOOST_AUTO_TEST_CASE(no_rights_is_no_entry_and_entries_have_a_limit) {
  auto tree = shared_tree();
  tree.set_rights(FolderId(1), {ada, false}, {});
  tree.set_rights(FolderId(1), {ada, true}, {});
  BOOST_TEST(tree.find("INBOX")->acl.empty());
  for (std::size_t n = 1; n <= acl_limit; ++n)
    tree.set_rights(FolderId(1), {AccountId(static_cast<std::int64_t>(n)), false}, rights("l"));
  BOOST_CHECK_EXCEPTION(tree.set_rights(FolderId(1), {AccountId(1000), false}, rights("l")), Error,
                        is(Fault::limit));
  tree.set_rights(FolderId(1), {AccountId(1), false}, rights("lr"));
  BOOST_CHECK_EXCEPTION(tree.set_rights(FolderId(9), {ada, false}, rights("l")), Error,
                        is(Fault::not_found));
}

BOOST_AUTO_TEST_CASE(a_copy_to_another_mailbox_is_sealed_anew_whole_or_not_at_all) {
  Store store;
  const auto big = sample_octets(200'000);
  store.add(big);
  store.add("second");
  store->store(store.folder(), std::vector{Uid(1)}, FlagMode::add,
               {.system = seen | deleted | answered, .keywords = {"$Work"}}, std::nullopt, reading);
  const auto other = store.other(MailboxId(2));
  const auto inbox = other->tree()->folder("INBOX");
  const auto entries = store.entries();
  const auto copied = other->copy_from(store.mailbox(), entries, inbox,
                                       {.system = seen, .keywords = true}, reading);
  BOOST_TEST(copied.from.size() == 2u);
  const auto there = other->select(inbox, Mailbox::Recent::look, reading).entries;
  BOOST_TEST_REQUIRE(there.size() == 2u);
  BOOST_TEST(other->octets(there[0], 0, there[0].size, reading) == big);
  BOOST_TEST(other->summary(there[0], reading) == summary_of(big));
  BOOST_TEST(there[0].flags.system == seen);
  BOOST_TEST(other->tree()->keywords() == std::vector<std::string>{"$Work"},
             boost::test_tools::per_element());
  BOOST_CHECK(there[0].message != entries[0].message);
  BOOST_TEST(there[0].internal_date == entries[0].internal_date);
  other->set_limits({.octets = std::nullopt, .messages = 3, .folders = std::nullopt});
  BOOST_CHECK_EXCEPTION(other->copy_from(store.mailbox(), entries, inbox, all_flags, reading),
                        Error, is(Fault::over_quota));
  store.flag({Uid(2)}, deleted);
  store->expunge(store.folder(), std::vector{Uid(2)}, reading);
  other->set_limits({});
  BOOST_TEST(other->copy_from(store.mailbox(), entries, inbox, all_flags, reading).to.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
