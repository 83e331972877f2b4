// Files on disk: what is found below a path, and what is read from it.

#include "server/transfer/source.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "base/error.h"
#include "tests/support/storage_store.h"

using namespace server::transfer;
namespace fs = std::filesystem;

namespace {

constexpr UnixTime noon = 1'700'000'000;

class Files : public storage_test::TempDirectory {
 public:
  void write(const fs::path& name, std::string_view text, UnixTime modified = noon) const {
    fs::create_directories((path() / name).parent_path());
    std::ofstream(path() / name, std::ios::binary) << text;
    const timespec times[2] = {{modified, 0}, {modified, 0}};
    utimensat(AT_FDCWD, (path() / name).c_str(), times, 0);
  }
  void maildir(const fs::path& name) const {
    for (const auto* below : {"cur", "new", "tmp"}) fs::create_directories(path() / name / below);
  }
};

struct Read {
  std::vector<std::string> folders;
  std::vector<Mail> mail;  // in order of folders
  std::vector<std::string> skipped;
  std::uint64_t octets = 0;
};

Read read(const fs::path& path, std::optional<Format> format = {}, const std::string& top = "",
          std::uint64_t limit = 10'000) {
  Read found;
  const Visitor visitor{.mail =
                            [&](Mail mail, std::uint64_t octets) {
                              found.mail.push_back(std::move(mail));
                              found.octets += octets;
                            },
                        .skip = [&](const std::string& what, const std::string& why,
                                    std::uint64_t) { found.skipped.push_back(what + ": " + why); }};
  const auto known = format ? *format : detected(path);
  for (const auto& [folder, places] : places_of(path, known, top, visitor)) {
    found.folders.push_back(folder);
    for (const auto& place : places) read_place(place, known, limit, visitor);
  }
  return found;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

const std::string from = "From ada@example.org Mon Nov 23 21:40:00 2026\n";

bool is_invalid(const Error& error) {
  return error.fault() == Fault::invalid && !error.hint().empty();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer_source)

BOOST_AUTO_TEST_CASE(finds_out_what_a_path_holds) {
  Files files;
  files.write("a/mbox", from + "\n");
  files.write("a/empty", "");
  files.write("a/one.eml", "A: b\r\n\r\n");
  files.write("b/x/1.eml", "A: b\r\n\r\n");
  files.maildir("c/x/y");
  files.write("d/x/archive", from + "\n");
  files.write("e/notes.txt", "hello");
  BOOST_TEST((detected(files.path() / "a/mbox") == Format::mbox));
  BOOST_TEST((detected(files.path() / "a/empty") == Format::mbox));
  BOOST_TEST((detected(files.path() / "a/one.eml") == Format::eml));
  BOOST_TEST((detected(files.path() / "b") == Format::eml));
  BOOST_TEST((detected(files.path() / "c") == Format::maildir));
  BOOST_TEST((detected(files.path() / "d") == Format::mbox));
  BOOST_CHECK_EXCEPTION(detected(files.path() / "e"), Error, is_invalid);
  BOOST_CHECK_EXCEPTION(detected(files.path() / "e/notes.txt"), Error, is_invalid);
  BOOST_CHECK_EXCEPTION(detected(files.path() / "nowhere"), Error,
                        [](const Error& e) { return e.fault() == Fault::not_found; });
}

BOOST_AUTO_TEST_CASE(names_folders_after_mbox_files) {
  Files files;
  files.write("Inbox.mbox", from + "\n");
  files.write("Archive", from + "\n");
  files.write("Archive.msf", "index");
  files.write("Archive.sbd/2025", from + "\n");
  files.write("A/B.mbox", "");
  files.write("notes.txt", "hello");
  BOOST_TEST(joined(read(files.path()).folders) == "A/B Archive Archive/2025 INBOX");
  BOOST_TEST(joined(read(files.path(), {}, "Old").folders) ==
             "Old/A/B Old/Archive Old/Archive/2025 Old/Inbox");
  BOOST_TEST(joined(read(files.path() / "Archive").folders) == "Archive");
  BOOST_TEST(joined(read(files.path() / "Archive", {}, "Old/2025").folders) == "Old/2025");
}

BOOST_AUTO_TEST_CASE(names_folders_after_maildirs) {
  Files files;
  files.maildir("");
  files.maildir(".Archive.2025");
  files.maildir(".Entw&APw-rfe");
  files.maildir("Plain/a.b");
  fs::create_directories(files.path() / ".no-maildir/x");
  BOOST_TEST(joined(read(files.path()).folders) == "Archive/2025 Entw\xc3\xbcrfe INBOX Plain/a.b");
  BOOST_TEST(joined(read(files.path(), {}, "Old").folders) ==
             "Old Old/Archive/2025 Old/Entw\xc3\xbcrfe Old/Plain/a.b");
}

BOOST_AUTO_TEST_CASE(one_folder_may_lie_in_two_places) {
  Files files;
  files.maildir("");
  files.maildir("INBOX");
  files.write("cur/1.x:2,", "A: 1\n\n");
  files.write("INBOX/cur/2.x:2,", "A: 2\n\n");
  const auto found = read(files.path());
  BOOST_TEST(joined(found.folders) == "INBOX");
  BOOST_TEST(found.mail.size() == 2u);
}

BOOST_AUTO_TEST_CASE(folders_that_cannot_be_are_told) {
  Files files;
  files.maildir(".a..b");
  files.maildir(".good");
  files.maildir("bad\nname");
  files.maildir("\xff");
  const auto found = read(files.path());
  BOOST_TEST(joined(found.folders) == "good");
  BOOST_TEST(found.skipped.size() == 3u);
}

BOOST_AUTO_TEST_CASE(reads_a_maildir_in_order_of_arrival) {
  Files files;
  files.maildir("");
  files.write("dovecot-keywords", "0 Work\n");
  files.write("cur/1600000002.b:2,Sa", "A: 2\n\nx\n");
  files.write("new/1600000001.a", "A: 1\n\nx\n");
  files.write("cur/999.c:2,S", "A: 0\r\n\r\nx\r\n");
  files.write("cur/1800000000.d:2,FP", "A: 3\n\nx\n");
  files.write("tmp/1.e", "A: unfinished\n\n");
  files.write("cur/.hidden", "x");
  const auto found = read(files.path());
  BOOST_REQUIRE(found.mail.size() == 4u);
  BOOST_TEST(found.mail[0].octets == "A: 0\r\n\r\nx\r\n");
  BOOST_TEST(found.mail[1].octets == "A: 1\r\n\r\nx\r\n");
  BOOST_TEST(found.mail[1].flags.system == 0);
  BOOST_TEST(found.mail[2].flags.system == storage::seen);
  BOOST_TEST(joined(found.mail[2].flags.keywords) == "Work");
  BOOST_TEST(joined(found.mail[3].flags.keywords) == "$Forwarded");
  BOOST_TEST(found.mail[0].date == 999);
  BOOST_TEST(found.mail[1].date == 1'600'000'001);
  BOOST_TEST(found.mail[3].date == noon);
}

BOOST_AUTO_TEST_CASE(reads_eml_files_as_they_are) {
  Files files;
  files.write("b.eml", "Date: Mon, 23 Nov 2026 22:40:00 +0100\r\n\r\nx\r\n");
  files.write("a.EML", "A: b\r\n\r\nmixed\n");
  files.write("readme.txt", "x");
  files.write("Sub/a.eml", "A: lf\n\n");
  const auto found = read(files.path());
  BOOST_TEST(joined(found.folders) == "INBOX Sub");
  BOOST_REQUIRE(found.mail.size() == 3u);
  BOOST_TEST(found.mail[0].octets == "A: b\r\n\r\nmixed\n");
  BOOST_TEST(found.mail[0].date == noon);
  BOOST_TEST(found.mail[1].date == 1'795'470'000);
  BOOST_TEST(found.mail[1].zone == 60);
  BOOST_TEST(found.mail[2].octets == "A: lf\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(one_eml_file_goes_to_the_inbox) {
  Files files;
  files.write("x.eml", "A: b\r\n\r\n");
  const auto found = read(files.path() / "x.eml");
  BOOST_TEST(joined(found.folders) == "INBOX");
  BOOST_TEST(found.mail.at(0).octets == "A: b\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(reads_dates_and_flags_of_mbox_mail) {
  Files files;
  files.write("x", "From ada whenever\nDate: Mon, 23 Nov 2026 21:40:00 +0000\nStatus: R\n\nx\n\n" +
                       from + "A: b\n\n");
  const auto found = read(files.path() / "x");
  BOOST_REQUIRE(found.mail.size() == 2u);
  BOOST_TEST(found.mail[0].date == 1'795'470'000);
  BOOST_TEST(found.mail[0].flags.system == storage::seen);
  BOOST_TEST(found.mail[0].octets.find("Status: R\r\n") != std::string::npos);
  BOOST_TEST(found.mail[1].date == 1'795'470'000);
  BOOST_TEST(found.octets == fs::file_size(files.path() / "x"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_told_and_passed_over) {
  Files files;
  files.maildir("");
  files.write("secret", "not for mail users");
  fs::create_symlink(files.path() / "secret", files.path() / "cur/1.link");
  fs::create_symlink(files.path() / "nowhere", files.path() / "cur/2.gone");
  fs::create_directory(files.path() / "cur/3.directory");
  BOOST_REQUIRE(mkfifo((files.path() / "cur/4.fifo").c_str(), 0600) == 0);
  files.write("cur/5.big", std::string(20'000, 'x'));
  files.write("cur/6.grows-too-big", std::string(9'000, '\n'));
  files.write("cur/7.good", "A: b\n\n");
  const auto found = read(files.path());
  BOOST_TEST(found.skipped.size() == 6u);
  BOOST_REQUIRE(found.mail.size() == 1u);
  BOOST_TEST(found.mail[0].octets == "A: b\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(links_to_directories_are_not_followed) {
  Files files, elsewhere;
  files.maildir("good");
  elsewhere.maildir("");
  fs::create_directory_symlink(elsewhere.path(), files.path() / "link");
  fs::create_directory_symlink(files.path(), files.path() / "good/loop");
  BOOST_TEST(joined(read(files.path()).folders) == "good");
}

BOOST_AUTO_TEST_CASE(what_the_visitor_throws_ends_the_reading) {
  Files files;
  files.write("x", from + "A: 1\n\n\n" + from + "A: 2\n\n");
  const Visitor visitor{
      .mail = [](Mail, std::uint64_t) { throw Error(Fault::unavailable, "no"); },
      .skip = [](const auto&, const auto&, std::uint64_t) { BOOST_FAIL("told"); }};
  BOOST_CHECK_THROW(read_place(files.path() / "x", Format::mbox, 1000, visitor), Error);
}

BOOST_AUTO_TEST_CASE(knows_how_much_there_is) {
  Files files;
  files.maildir("");
  files.write("cur/1.a", "12345");
  files.write("new/2.a", "123");
  const Visitor nobody;
  BOOST_TEST(size_of(places_of(files.path(), Format::maildir, "", nobody), Format::maildir) == 8u);
}

BOOST_AUTO_TEST_CASE(a_message_in_a_file_that_is_no_mbox_is_told) {
  Files files;
  files.write("x.mbox", "hello\n");
  const auto found = read(files.path(), Format::mbox);
  BOOST_TEST(found.mail.empty());
  BOOST_TEST(found.skipped.size() == 1u);
  BOOST_CHECK_EXCEPTION(read(files.path() / "x.mbox", Format::maildir), Error,
                        [](const Error& e) { return e.fault() == Fault::invalid; });
}

BOOST_AUTO_TEST_SUITE_END()
