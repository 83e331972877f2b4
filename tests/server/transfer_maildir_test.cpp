// Names: of files in a Maildir, and of folders as paths.

#include "server/transfer/maildir_name.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "server/transfer/folder_path.h"

using namespace server::transfer;

namespace {

const MaildirKeywords keywords{"$Label1", "", "Work"};

struct FlagRow {
  std::string_view name;
  unsigned system;
  std::vector<std::string> keywords;
};

const FlagRow flag_rows[] = {
    {"1.M1P1.host:2,", 0, {}},
    {"1.M1P1.host", 0, {}},
    {"1.M1P1.host:2,S", storage::seen, {}},
    {"1.M1P1.host,S=10:2,FRSDT",
     storage::flagged | storage::answered | storage::seen | storage::draft | storage::deleted,
     {}},
    {"1.M1P1.host:2,PS", storage::seen, {"$Forwarded"}},
    {"1.M1P1.host:2,Sac", storage::seen, {"$Label1", "Work"}},
    {"1.M1P1.host:2,bz", 0, {}},
    {"1.M1P1.host;2,S", storage::seen, {}},
    {"1.M1P1.host!2,S", storage::seen, {}},
    {"1.M1P1.host:1,S", 0, {}},
    {"1.M1P1.host2,S", 0, {}},
    {"1.M1P1.host:2,S,F", storage::seen, {}},
    {"2,S", 0, {}},
    {"", 0, {}},
};

const std::string_view levels[] = {
    "Work",  "a.b",      ".",   "..",  ".hidden",   "cur",    "new",         "tmp",      "x.mbox",
    "x.sbd", "50%",      "%41", "%2F", "R&D",       "R&AOk-", "&-",          "Entwürfe", "INBOX",
    "a b",   "cur.mbox", "%",   "%4",  "x.mbox%41", "-",      "日本語&AOk-",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer_maildir)

BOOST_AUTO_TEST_CASE(reads_flags_from_file_names) {
  for (const auto& row : flag_rows) {
    const auto flags = maildir_flags(row.name, keywords);
    BOOST_TEST_CONTEXT(row.name) {
      BOOST_TEST(flags.system == row.system);
      BOOST_TEST(flags.keywords == row.keywords, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(writes_flags_that_it_reads) {
  MaildirKeywords known;
  storage::FlagNames flags{storage::seen | storage::draft, {"$forwarded", "Work", "Home"}};
  BOOST_TEST(maildir_letters(flags, known) == "DPSab");
  flags.keywords = {"HOME"};
  BOOST_TEST(maildir_letters(flags, known) == "DSb");
  BOOST_TEST(written(known) == "0 Work\n1 Home\n");
  const auto read = maildir_flags("1.x:2,DPSab", parse_maildir_keywords(written(known)));
  const std::vector<std::string> names{"$Forwarded", "Work", "Home"};
  BOOST_TEST(read.keywords == names, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(there_are_26_keywords_and_no_more) {
  MaildirKeywords known;
  storage::FlagNames flags;
  for (int n = 0; n < 30; ++n) flags.keywords.push_back("k" + std::to_string(n));
  BOOST_TEST(maildir_letters(flags, known) == "abcdefghijklmnopqrstuvwxyz");
  BOOST_TEST(known.size() == maildir_keyword_limit);
}

BOOST_AUTO_TEST_CASE(reads_the_keywords_file) {
  const auto read =
      parse_maildir_keywords("0 $Label1\n2 Work\r\nx\n99 far\n3 two words\n4\n25 Last");
  BOOST_TEST(read.size() == 26u);
  BOOST_TEST(read[0] == "$Label1");
  BOOST_TEST(read[1] == "");
  BOOST_TEST(read[2] == "Work");
  BOOST_TEST(read[3] == "");
  BOOST_TEST(read[25] == "Last");
  BOOST_TEST(parse_maildir_keywords("").empty());
}

BOOST_AUTO_TEST_CASE(reads_times_from_file_names) {
  BOOST_TEST(maildir_time("1795470000.M1P1.host:2,S").value_or(0) == 1'795'470'000);
  for (const auto* name : {"x.1", "1795470000", "", "0.x", "-5.x", "99999999999999999999.x",
                           "9999999999.x", "17954abc.x"})
    BOOST_TEST(!maildir_time(name));
}

BOOST_AUTO_TEST_CASE(every_level_of_a_name_becomes_a_safe_file_name_and_comes_back) {
  for (const auto level : levels) BOOST_TEST_CONTEXT(level) {
      const auto name = file_name_of_level(level);
      BOOST_TEST(level_of_file_name(name) == level);
      BOOST_TEST(!name.starts_with('.'));
      BOOST_TEST(!name.ends_with(".mbox"));
      BOOST_TEST((name != "cur" && name != "new" && name != "tmp"));
      BOOST_TEST(name.find('/') == std::string::npos);
    }
  BOOST_TEST(file_name_of_level("a.b") == "a.b");
  BOOST_TEST(file_name_of_level("..") == "%2E%2E");
  BOOST_TEST(path_of_folder("A/cur/.x") == "A/%63ur/%2Ex");
  BOOST_CHECK_THROW(file_name_of_level(std::string(300, 'x')), Error);
}

BOOST_AUTO_TEST_CASE(reads_maildir_plus_plus_names) {
  BOOST_TEST(folder_of_dotted(".Archive.2025") == "Archive/2025");
  BOOST_TEST(folder_of_dotted(".Entw&APw-rfe") == "Entw\xc3\xbcrfe");
  BOOST_TEST(folder_of_dotted(".R&-D") == "R&D");
  BOOST_TEST(folder_of_dotted(".R&D") == "R&D");
  BOOST_TEST(folder_of_dotted(".a..b") == "a//b");
}

BOOST_AUTO_TEST_SUITE_END()
