// Annotations of folders and of the server: one sealed record each.

#include "storage/annotations.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

using namespace storage;
using namespace storage_test;

namespace {

// The example of crypto/FORMAT.md section 6.6.
constexpr std::string_view record_hex =
    "010002"
    "00102f707269766174652f636f6d6d656e74"
    "00000003610062"
    "000f2f7368617265642f636f6d6d656e74"
    "00000000";

const Annotations sample{{"/private/comment", std::string("a\0b", 3)}, {"/shared/comment", ""}};

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

std::string value(Store& store, std::string_view folder, const std::string& name) {
  const auto all = store->annotations(store.folder(folder), reading);
  const auto found = all.find(name);
  return found == all.end() ? "-" : found->second;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(annotations)

BOOST_AUTO_TEST_CASE(a_record_is_stored_as_written_down) {
  const auto bytes = encoded(sample);
  BOOST_TEST(to_hex(bytes) == record_hex);
  BOOST_CHECK(decoded_annotations(bytes) == sample);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    BOOST_CHECK_EXCEPTION(decoded_annotations(ByteView(bytes).first(size)), Error,
                          is(Fault::corrupt));
  auto newer = bytes;
  newer[0] = 2;
  BOOST_CHECK_EXCEPTION(decoded_annotations(newer), Error, is(Fault::corrupt));
  auto twice = bytes;  // "/private" after "/shared"
  twice[6] = 'z';
  BOOST_CHECK_EXCEPTION(decoded_annotations(twice), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(they_are_kept_over_a_restart_and_removed_one_by_one) {
  Store store;
  store->annotate(store.folder(), {{"/a", "1"}, {"/b", std::string("x\0y", 3)}}, std::nullopt,
                  reading);
  store->annotate(annotated_server, {{"/a", "of the server"}}, std::nullopt, reading);
  store.reopen();
  BOOST_TEST(value(store, "INBOX", "/a") == "1");
  BOOST_TEST(value(store, "INBOX", "/b").size() == 3u);
  BOOST_TEST(store->annotations(annotated_server, reading).at("/a") == "of the server");
  store->annotate(store.folder(), {{"/a", std::nullopt}, {"/never", std::nullopt}}, std::nullopt,
                  reading);
  BOOST_TEST(value(store, "INBOX", "/a") == "-");
  BOOST_TEST(value(store, "INBOX", "/b").size() == 3u);
  BOOST_TEST(store->annotations(store.folder("Sent"), reading).empty());
}

BOOST_AUTO_TEST_CASE(they_follow_a_rename_and_go_with_their_folder) {
  Store store;
  store->create_folder("Work/2025", SpecialUse::none, reading);
  store->annotate(store.folder("Work/2025"), {{"/a", "1"}}, std::nullopt, reading);
  store->rename_folder("Work", "Play", reading);
  BOOST_TEST(value(store, "Play/2025", "/a") == "1");
  store->remove_folder("Play/2025", reading);
  store->create_folder("Play/2025", SpecialUse::none, reading);
  BOOST_TEST(value(store, "Play/2025", "/a") == "-");
  store.close();
  Connection connection(store.file(), Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from annotation").value() == 0);
}

BOOST_AUTO_TEST_CASE(those_of_inbox_stay_when_it_is_renamed_and_are_copied) {
  Store store;
  store->annotate(store.folder(), {{"/a", "1"}}, std::nullopt, reading);
  store->rename_folder("INBOX", "Old", reading);
  BOOST_TEST(value(store, "INBOX", "/a") == "1");
  BOOST_TEST(value(store, "Old", "/a") == "1");
}

BOOST_AUTO_TEST_CASE(too_many_change_nothing) {
  Store store;
  AnnotationChanges changes;
  for (std::size_t n = 0; n < annotation_limit; ++n) changes["/n" + std::to_string(n)] = "x";
  store->annotate(store.folder(), changes, std::nullopt, reading);
  BOOST_CHECK(store->annotate(store.folder(), {{"/n0", "changed"}, {"/more", "y"}}, std::nullopt,
                              reading) == Annotating::too_many);
  BOOST_TEST(value(store, "INBOX", "/n0") == "x");
  store->annotate(store.folder(), {{"/n0", "changed"}}, std::nullopt, reading);
  store->annotate(store.folder(), {{"/n1", std::nullopt}, {"/more", "y"}}, std::nullopt, reading);
  BOOST_TEST(value(store, "INBOX", "/more") == "y");
}

BOOST_AUTO_TEST_CASE(a_mailbox_can_be_filled_up_to_its_limit_and_emptied_again) {
  Store store;
  AnnotationChanges changes;  // 4 MiB, which do not compress
  for (int n = 0; n < 64; ++n)
    changes["/n" + std::to_string(n)] =
        sample_octets(annotation_value_limit, static_cast<unsigned>(n) + 1);
  for (const auto* folder : {"INBOX", "Sent", "Junk"})
    store->annotate(store.folder(folder), changes, std::nullopt, reading);
  BOOST_CHECK(store->annotate(store.folder("Trash"), changes, std::nullopt, reading) ==
              Annotating::too_many);
  BOOST_TEST(store->annotations(store.folder("Trash"), reading).empty());
  store->annotate(store.folder("Junk"), {{"/n1", std::nullopt}}, std::nullopt, reading);
  BOOST_TEST(store->annotations(store.folder("Junk"), reading).size() == 63u);
}

BOOST_AUTO_TEST_CASE(a_special_use_goes_from_one_folder_to_another) {
  Store store;
  store->annotate(store.folder("Junk"), {{"/a", "1"}}, SpecialUse::trash, reading);
  BOOST_CHECK(store->tree()->find("Junk")->use == SpecialUse::trash);
  BOOST_CHECK(store->tree()->find("Trash")->use == SpecialUse::none);
  store->annotate(store.folder("Junk"), {}, SpecialUse::none, reading);
  store.reopen();
  BOOST_CHECK(store->tree()->find("Junk")->use == SpecialUse::none);
  BOOST_CHECK(store->tree()->find("Sent")->use == SpecialUse::sent);
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_gone_takes_none) {
  Store store;
  const auto sent = store.folder("Sent");
  store->remove_folder("Sent", reading);
  BOOST_CHECK_EXCEPTION(store->annotate(sent, {{"/a", "1"}}, std::nullopt, reading), Error,
                        is(Fault::not_found));
}

BOOST_AUTO_TEST_CASE(a_record_that_was_moved_to_another_folder_does_not_open) {
  Store store;
  store->annotate(store.folder(), {{"/a", "1"}}, std::nullopt, reading);
  const auto sent = store.folder("Sent");
  store.close();
  tamper(store.file(), "update annotation set folder = " + std::to_string(sent.value));
  store.open();
  BOOST_CHECK(store->annotations(sent, reading).empty());
  BOOST_CHECK_EXCEPTION(store->annotations(store.folder(), reading), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(a_mailbox_that_is_removed_leaves_none_and_others_keep_theirs) {
  Store store;
  store->annotate(store.folder(), {{"/a", "1"}}, std::nullopt, reading);
  {
    const auto other = store.other(MailboxId(2));
    other->annotate(other->tree()->folder("INBOX"), {{"/a", "2"}}, std::nullopt, reading);
  }
  store.database().remove_mailbox(MailboxId(2));
  BOOST_TEST(value(store, "INBOX", "/a") == "1");
  store.close();
  Connection connection(store.file(), Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from annotation").value() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
