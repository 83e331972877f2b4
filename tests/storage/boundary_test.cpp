// What a thief of the files sees: none of the words that were stored.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "tests/support/storage_store.h"

using namespace storage_test;

namespace {

std::string contents(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void check_absent(const std::filesystem::path& directory, const std::string& word) {
  for (const auto& file : std::filesystem::directory_iterator(directory))
    BOOST_TEST((contents(file).find(word) == std::string::npos), word << " is in " << file.path());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(boundary)

BOOST_AUTO_TEST_CASE(no_word_of_a_mailbox_is_in_any_file) {
  Store store;
  const std::string words[] = {"BodyCanary",       "SummaryCanary", "HeaderCanary",
                               "TextCanary",       "KeywordCanary", "FolderCanary",
                               "SubscribedCanary", "EntryCanary",   "ValueCanary"};
  for (int n = 0; n < 100; ++n) {
    auto message = sample_message("BodyCanary " + std::to_string(n) + sample_octets(20'000));
    message.summary = "SummaryCanary";
    message.header_text = "HeaderCanary";
    message.body_text = "TextCanary";
    message.flags.keywords = {"KeywordCanary"};
    store->append(store.folder(), {message}, reading);
  }
  store->create_folder("FolderCanary", storage::SpecialUse::none, reading);
  store->subscribe("SubscribedCanary", reading);
  store->annotate(store.folder(), {{"/private/EntryCanary", "ValueCanary"}}, std::nullopt, reading);
  store->rename_folder("INBOX", "FolderCanary/old", reading);
  store.summaries("FolderCanary/old");
  store.flag({Uid(1), Uid(2)}, storage::deleted, "FolderCanary/old");
  store->expunge(store.folder("FolderCanary/old"), std::nullopt, reading);
  BOOST_TEST(std::filesystem::file_size(store.file().string() + "-wal") > 0u);
  for (const auto& word : words) check_absent(store.directory(), word);
  store.close();
  for (const auto& word : words) check_absent(store.directory(), word);
}

BOOST_AUTO_TEST_CASE(a_closed_database_has_no_log) {
  Store store;
  store.add_many(10);
  store.close();
  BOOST_TEST(!std::filesystem::exists(store.file().string() + "-wal"));
}

BOOST_AUTO_TEST_SUITE_END()
