// Import and export of whole mailboxes, straight to the server's routes.

#include "server/transfer/transfer.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <tuple>

#include "base/error.h"
#include "imap/mime/prepare.h"
#include "server/transfer/exporter.h"
#include "server/transfer/importer.h"
#include "server/transfer/wire.h"
#include "tests/support/installation.h"

using namespace server::transfer;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t message_limit = 100'000;
constexpr UnixTime noon = 1'700'000'000;
const std::string ada = "ada@example.org", bob = "bob@example.org";

// Requests as the socket would carry them; stops working when it is told.
class DirectLink final : public Link {
 public:
  explicit DirectLink(Routes& routes) : routes_(routes) {}

  void request(std::string_view method, const std::string& target, std::string_view body,
               const Sink& sink) override {
    if (method == "POST" && posts_left-- == 0)
      throw Error(Fault::unavailable, "the server is gone");
    BOOST_TEST(body.size() <= body_limit(message_limit));
    const http::Request request{.method = std::string(method),
                                .target = target,
                                .headers = {},
                                .body = std::string(body),
                                .peer = {}};
    const auto answer = routes_.answer(request, http::parse_target(target));
    BOOST_REQUIRE(answer.has_value());
    sink(answer->body);
    while (answer->more) {
      const auto piece = answer->more();
      if (!piece) return;
      sink(*piece);
    }
  }

  int posts_left = 1'000'000;

 private:
  Routes& routes_;
};

// Mail of a folder without what a store adds: octets, date, flags, keywords.
using Kept = std::tuple<std::string, UnixTime, unsigned, std::vector<std::string>>;
using Folders = std::map<std::string, std::vector<Kept>>;

class World : public test_support::Installation {
 public:
  World() {
    make_account(ada);
    make_account(bob);
  }

  void write(const fs::path& name, std::string_view text, UnixTime modified = noon) const {
    fs::create_directories((path() / name).parent_path());
    std::ofstream(path() / name, std::ios::binary) << text;
    const timespec times[2] = {{modified, 0}, {modified, 0}};
    utimensat(AT_FDCWD, (path() / name).c_str(), times, 0);
  }
  const fs::path& path() const { return files_.path(); }

  ImportResult import(const fs::path& from, const std::string& account = ada,
                      const std::string& folder = "", Mode mode = Mode::import) {
    skipped.clear();
    return import_mail(
        link, {.account = account, .path = from, .format = {}, .folder = folder, .mode = mode},
        observer());
  }
  ExportResult export_to(const fs::path& to, Format format, const std::string& folder = "") {
    skipped.clear();
    return export_mail(link, {.account = ada, .directory = to, .format = format, .folder = folder},
                       observer());
  }
  Observer observer() {
    return {.all = [](std::uint64_t) {},
            .done = [](std::uint64_t, std::uint64_t) {},
            .skipped = [this](const std::string& what,
                              const std::string& why) { skipped.push_back(what + ": " + why); }};
  }

  std::shared_ptr<storage::Mailbox> mailbox(const std::string& account) {
    return mailboxes.open(directory.account(account).mailbox, crypto::ActorClass::system);
  }
  void append(const std::string& folder, std::string octets, storage::FlagNames flags = {},
              UnixTime date = noon) {
    const auto box = mailbox(ada);
    if (!box->tree()->find(folder))
      box->create_folder(folder, storage::SpecialUse::none, storage_test::reading);
    std::vector<storage::NewMessage> messages;
    messages.push_back(imap::mime::prepare(std::move(octets), std::move(flags), date, 0));
    box->append(box->tree()->folder(folder), std::move(messages), storage_test::reading);
  }
  Folders mail_of(const std::string& account) {
    Folders all;
    const auto box = mailbox(account);
    const auto tree = box->tree();
    for (const auto& [name, node] : tree->nodes()) {
      if (!node.folder) continue;
      const auto entries =
          box->select(*node.folder, storage::Mailbox::Recent::look, storage_test::reading).entries;
      for (const auto& entry : entries) {
        std::vector<std::string> keywords;
        for (std::size_t bit = 0; bit < tree->keywords().size(); ++bit)
          if (entry.flags.has_keyword(bit)) keywords.push_back(tree->keywords()[bit]);
        std::ranges::sort(keywords);
        all[name].emplace_back(box->octets(entry, 0, entry.size, storage_test::reading),
                               entry.internal_date, entry.flags.system, keywords);
      }
      std::ranges::sort(all[name]);
    }
    return all;
  }
  std::size_t count(const std::string& folder, const std::string& account = ada) {
    return mail_of(account)[folder].size();
  }

  Routes routes{directory, mailboxes, message_limit};
  DirectLink link{routes};
  std::vector<std::string> skipped;

 private:
  storage_test::TempDirectory files_;
};

std::string message(int number) {
  return "Subject: " + std::to_string(number) + "\r\n\r\nbody of " + std::to_string(number) +
         "\r\nFrom here\r\n>From there\r\n\r\n";
}

std::string mbox_of(int count) {
  std::string file;
  for (int n = 0; n < count; ++n)
    file += "From a Mon Nov 23 21:40:00 2026\nSubject: " + std::to_string(n) + "\n\nbody\n\n";
  return file;
}

bool is_mode(const fs::path& path, mode_t mode) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & 0777) == mode;
}

auto fault(Fault wanted) {
  return [wanted](const Error& error) { return error.fault() == wanted; };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer)

BOOST_AUTO_TEST_CASE(imports_an_mbox_once_and_no_more) {
  World world;
  world.write("Old.mbox", mbox_of(150));
  const auto first = world.import(world.path() / "Old.mbox");
  BOOST_TEST(first.imported() == 150u);
  BOOST_TEST(world.count("Old") == 150u);
  BOOST_TEST(world.mailbox(ada)->tree()->subscribed().contains("Old"));
  const auto second = world.import(world.path() / "Old.mbox");
  BOOST_TEST(second.imported() == 0u);
  BOOST_TEST(second.already_there() == 150u);
  BOOST_TEST(world.count("Old") == 150u);
}

BOOST_AUTO_TEST_CASE(goes_on_where_it_was_interrupted) {
  World world;
  world.write("x/Old.mbox", mbox_of(200));
  world.write("x/Sent.mbox", mbox_of(3));
  world.link.posts_left = 2;
  BOOST_CHECK_EXCEPTION(world.import(world.path() / "x"), Error, fault(Fault::unavailable));
  BOOST_TEST(world.count("Old") == 2 * batch_messages);
  world.link.posts_left = 1'000'000;
  const auto again = world.import(world.path() / "x");
  BOOST_TEST(again.imported() == 203 - 2 * batch_messages);
  BOOST_TEST(again.already_there() == 2 * batch_messages);
  BOOST_TEST(world.count("Old") == 200u);
  BOOST_TEST(world.count("Sent") == 3u);
}

BOOST_AUTO_TEST_CASE(keeps_mail_that_is_in_the_source_twice) {
  World world;
  world.write("x", mbox_of(2) + mbox_of(2) + mbox_of(1));
  BOOST_TEST(world.import(world.path() / "x").imported() == 5u);
  BOOST_TEST(world.import(world.path() / "x").imported() == 0u);
  world.write("x", mbox_of(2) + mbox_of(2) + mbox_of(2));
  BOOST_TEST(world.import(world.path() / "x").imported() == 1u);
  BOOST_TEST(world.count("x") == 6u);
}

BOOST_AUTO_TEST_CASE(a_dry_run_changes_nothing) {
  World world;
  world.write("Old", mbox_of(5));
  const auto before = world.mailbox(ada)->tree()->nodes().size();
  BOOST_TEST(world.import(world.path() / "Old", ada, "", Mode::dry_run).imported() == 5u);
  BOOST_TEST(world.mailbox(ada)->tree()->nodes().size() == before);
}

BOOST_AUTO_TEST_CASE(puts_mail_into_the_folder_that_is_named) {
  World world;
  world.write("t/INBOX.mbox", mbox_of(1));
  world.write("t/A/B.mbox", mbox_of(2));
  world.import(world.path() / "t", ada, "Old/2025");
  BOOST_TEST(world.count("Old/2025/INBOX") == 1u);
  BOOST_TEST(world.count("Old/2025/A/B") == 2u);
  world.import(world.path() / "t/A/B.mbox", ada, "inbox");
  BOOST_TEST(world.count("INBOX") == 2u);
  BOOST_CHECK_EXCEPTION(world.import(world.path() / "t", ada, "a//b"), Error,
                        fault(Fault::invalid));
}

BOOST_AUTO_TEST_CASE(a_message_that_is_too_big_is_told_and_passed_over) {
  World world;
  world.write("x", mbox_of(1) + "From a Mon Nov 23 21:40:00 2026\nA: b\n\n" +
                       std::string(2 * message_limit, 'x') + "\n\n" +
                       "From a Mon Nov 23 21:40:00 2026\nA: b\n\n" +
                       std::string(message_limit - 10, '\n') + mbox_of(1));
  const auto result = world.import(world.path() / "x");
  BOOST_TEST(result.imported() == 2u);
  BOOST_TEST(result.skipped == 2u);
  BOOST_TEST(world.skipped.size() == 2u);
}

BOOST_AUTO_TEST_CASE(keywords_that_do_not_fit_are_left_out_and_counted) {
  World world;
  std::string keywords;
  for (int n = 0; n < 100; ++n) keywords += " k" + std::to_string(n);
  std::string more;
  for (int n = 50; n < 150; ++n) more += " k" + std::to_string(n);
  const std::string from = "From a Mon Nov 23 21:40:00 2026\nX-Keywords:";
  world.write("x", from + keywords + "\n\n1\n\n" + from + more + "\n\n2\n\n");
  const auto result = world.import(world.path() / "x");
  BOOST_TEST(result.imported() == 2u);
  BOOST_TEST(result.keywords_dropped == 22u);
  BOOST_TEST(world.mailbox(ada)->tree()->keywords().size() == storage::keyword_limit);
}

BOOST_AUTO_TEST_CASE(big_mail_travels_alone) {
  World world;
  std::string file;
  for (int n = 0; n < 100; ++n)
    file += "From a Mon Nov 23 21:40:00 2026\nSubject: " + std::to_string(n) + "\n\n" +
            std::string(90'000, 'x') + "\n\n";
  world.write("x", file);
  BOOST_TEST(world.import(world.path() / "x").imported() == 100u);
  BOOST_TEST(world.link.posts_left == 1'000'000 - 3);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_said) {
  World world;
  world.write("x", mbox_of(1));
  BOOST_CHECK_EXCEPTION(world.import(world.path() / "x", "nobody@example.org"), Error,
                        fault(Fault::not_found));
  BOOST_CHECK_EXCEPTION(world.import(world.path() / "nowhere"), Error, fault(Fault::not_found));
  BOOST_CHECK_EXCEPTION(world.export_to(world.path() / "out", Format::eml, "No/Such"), Error,
                        fault(Fault::not_found));
  BOOST_TEST(!fs::exists(world.path() / "out"));
}

BOOST_AUTO_TEST_CASE(the_routes_are_their_own_and_refuse_what_they_do_not_know) {
  World world;
  const auto answer = [&](std::string method, std::string target, std::string body = "") {
    return world.routes.answer({.method = std::move(method),
                                .target = target,
                                .headers = {},
                                .body = std::move(body),
                                .peer = {}},
                               http::parse_target(target));
  };
  BOOST_TEST(!answer("GET", "/v1/accounts/ada/aliases").has_value());
  const auto base = "/v1/transfer/ada%40example.org/";
  BOOST_CHECK_EXCEPTION(answer("DELETE", base + std::string("messages?folder=x")), Error,
                        fault(Fault::not_found));
  BOOST_CHECK_EXCEPTION(answer("GET", base + std::string("digests")), Error, fault(Fault::invalid));
  BOOST_CHECK_EXCEPTION(answer("GET", base + std::string("messages?folder=None")), Error,
                        fault(Fault::not_found));
  BOOST_CHECK_EXCEPTION(answer("POST", base + std::string("messages?folder=a%2F%2Fb"), "end\n"),
                        Error, fault(Fault::invalid));
  BOOST_CHECK_EXCEPTION(answer("POST", base + std::string("messages?folder=x"), "mail 1"), Error,
                        fault(Fault::invalid));
  std::string many;
  for (std::size_t n = 0; n <= batch_messages; ++n) many += wire_form({});
  BOOST_CHECK_EXCEPTION(answer("POST", base + std::string("messages?folder=x"), many + "end\n"),
                        Error, fault(Fault::invalid));
  const auto big = wire_form({.octets = std::string(message_limit + 1, 'x'), .flags = {}});
  BOOST_CHECK_EXCEPTION(answer("POST", base + std::string("messages?folder=x"), big + "end\n"),
                        Error, fault(Fault::too_big));
  BOOST_TEST(!world.mailbox(ada)->tree()->find("x"));
}

BOOST_AUTO_TEST_CASE(every_format_brings_all_mail_back) {
  World world;
  const storage::FlagNames flags{storage::seen | storage::flagged, {"$Forwarded", "Work"}};
  const std::string names[] = {"INBOX",           "Sent",    "A/B.c/d",     "A/cur",
                               "Entw\xc3\xbcrfe", "50%41",   "R&AOk-",      "x.mbox",
                               "x.mbox/y",        ".hidden", "Sub/../Other"};
  int number = 0;
  for (const auto& name : names) {
    ++number;
    world.append(name, message(number), flags, noon + number);
    world.append(name, message(number), {}, noon + number);  // a true duplicate
  }
  world.append("INBOX", "A: b\r\n\r\nmixed\nline ends\r\n");
  world.append("INBOX", "A: b\r\n\r\nodd\r\r\n");
  const auto mail = world.mail_of(ada);
  for (const auto format : {Format::mbox, Format::maildir, Format::eml}) {
    BOOST_TEST_CONTEXT(name_of(format)) {
      const auto out = world.path() / std::string(name_of(format));
      const auto exported = world.export_to(out, format);
      BOOST_TEST(exported.exported() == 24u);
      BOOST_TEST(exported.skipped == 0u);
      const auto account = std::string(name_of(format)) + "@example.org";
      world.make_account(account);
      BOOST_TEST(world.import(out, account).imported() == 24u);
      auto expected = mail;
      auto got = world.mail_of(account);
      // What a format has no place for.
      for (auto* folders : {&expected, &got})
        for (auto& [name, all] : *folders)
          for (auto& [octets, date, system, keywords] : all) {
            if (format == Format::eml) {
              system = 0;
              keywords = {};
            }
          }
      for (auto& [name, all] : expected) std::ranges::sort(all);
      std::erase_if(expected, [](const auto& folder) { return folder.second.empty(); });
      std::erase_if(got, [](const auto& folder) { return folder.second.empty(); });
      for (const auto& [name, all] : expected)
        BOOST_TEST_CONTEXT(name) BOOST_TEST((got[name] == all));
      BOOST_TEST(got.size() == expected.size());
      BOOST_TEST(world.import(out, account).imported() == 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(flags_in_an_mbox_are_those_of_the_mailbox_not_of_the_mail) {
  World world;
  world.append("A", "Status: RO\r\nSubject: 1\r\n\r\nx\r\n", {storage::answered, {"Work"}});
  world.export_to(world.path() / "out", Format::mbox);
  BOOST_TEST(world.import(world.path() / "out").imported() == 0u);
  const auto mail = world.mail_of(ada)["A"];
  world.import(world.path() / "out", bob);
  BOOST_TEST((world.mail_of(bob)["A"] == mail));
}

BOOST_AUTO_TEST_CASE(files_are_for_their_owner_alone_and_eml_is_the_very_octets) {
  World world;
  world.append("A/B", message(1));
  world.export_to(world.path() / "new/eml", Format::eml);
  world.export_to(world.path() / "mbox", Format::mbox);
  world.export_to(world.path() / "maildir", Format::maildir);
  const auto file = world.path() / "new/eml/A/B/000000001.eml";
  std::ifstream in(file, std::ios::binary);
  BOOST_TEST(std::string(std::istreambuf_iterator<char>(in), {}) == message(1));
  BOOST_TEST(is_mode(file, 0600));
  BOOST_TEST(is_mode(world.path() / "new", 0700));
  BOOST_TEST(is_mode(world.path() / "new/eml/A/B", 0700));
  BOOST_TEST(is_mode(world.path() / "mbox/A/B.mbox", 0600));
  BOOST_TEST(is_mode(world.path() / "maildir/A/B/cur", 0700));
}

BOOST_AUTO_TEST_CASE(exports_only_the_folder_that_is_named_and_those_below_it) {
  World world;
  for (const auto* name : {"A", "A/B", "AB"}) world.append(name, message(1));
  const auto result = world.export_to(world.path() / "out", Format::mbox, "A");
  BOOST_TEST(result.exported() == 2u);
  BOOST_TEST(fs::exists(world.path() / "out/A/B.mbox"));
  BOOST_TEST(!fs::exists(world.path() / "out/AB.mbox"));
}

BOOST_AUTO_TEST_CASE(exports_only_into_an_empty_directory) {
  World world;
  world.write("out/x", "something");
  BOOST_CHECK_EXCEPTION(world.export_to(world.path() / "out", Format::mbox), Error,
                        fault(Fault::exists));
  BOOST_CHECK_EXCEPTION(world.export_to(world.path() / "out/x", Format::mbox), Error,
                        fault(Fault::invalid));
  fs::remove(world.path() / "out/x");
  world.export_to(world.path() / "out", Format::mbox);
}

BOOST_AUTO_TEST_CASE(a_folder_whose_name_is_too_long_for_a_file_is_told) {
  World world;
  world.append(std::string(300, 'x'), message(1));
  world.append("good", message(1));
  const auto result = world.export_to(world.path() / "out", Format::maildir);
  BOOST_TEST(result.exported() == 1u);
  BOOST_TEST(result.skipped == 1u);
  BOOST_TEST(world.skipped.size() == 1u);
}

BOOST_AUTO_TEST_CASE(export_and_import_cross_the_boundary_under_their_own_causes) {
  World world;
  world.append("A", message(1));
  const auto before = crypto::crossings(crypto::Cause::export_, crypto::ActorClass::user);
  world.export_to(world.path() / "out", Format::eml);
  const auto after = crypto::crossings(crypto::Cause::export_, crypto::ActorClass::user);
  BOOST_TEST(after.operations > before.operations);
  BOOST_TEST(after.bytes - before.bytes >= message(1).size());
  world.import(world.path() / "out", bob);
  const auto later = crypto::crossings(crypto::Cause::export_, crypto::ActorClass::user);
  BOOST_TEST(later.operations == after.operations);
}

BOOST_AUTO_TEST_SUITE_END()
