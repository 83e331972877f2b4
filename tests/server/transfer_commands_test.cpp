// `sealpost import` and `sealpost export`, over a real socket.

#include "server/transfer/commands.h"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>
#include <thread>

#include "imap/mime/prepare.h"
#include "server/admin/cli.h"
#include "server/transfer/transfer.h"
#include "tests/support/admin_parts.h"
#include "tests/support/records.h"

using namespace server::transfer;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::uint64_t message_limit = 6'000'000;
const std::string ada = "ada@example.org";

// A server with nothing but its admin socket, and the command line that speaks to it.
class Office : public test_support::Installation {
 public:
  Office() : server_(context_, pool_, api_.application(), limits()) {
    make_account(ada);
    server_.listen_unix(socket(), 0600);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Office() {
    boost::asio::co_spawn(context_, server_.stop(), boost::asio::detached);
    thread_.join();
    pool_.join();
  }

  const fs::path& path() const { return files_.path(); }
  fs::path socket() const { return path() / "admin.sock"; }
  void write(const fs::path& name, const std::string& text) const {
    fs::create_directories((path() / name).parent_path());
    std::ofstream(path() / name, std::ios::binary) << text;
  }

  // What the last command printed.
  std::string out, err;
  int run(std::vector<std::string> words) {
    words.insert(words.end(), {"--socket", socket().string()});
    std::istringstream in;
    std::ostringstream printed, complained;
    const int code = server::admin::run_cli(words, {in, printed, complained});
    out = printed.str();
    err = complained.str();
    return code;
  }

 private:
  static http::Limits limits() {
    http::Limits limits;
    limits.body = body_limit(message_limit);
    return limits;
  }

  storage_test::TempDirectory files_;
  test_support::Records records_{*this};
  Routes routes_{directory, mailboxes, message_limit};
  boost::asio::io_context context_;
  BlockingPool pool_{2};
  server::admin::Api api_{test_support::admin_parts(
      *this, records_, {},
      {{access(), [this](const http::Request& request, const http::Target& target) {
          return routes_.answer(request, target);
        }}})};
  http::Server server_;
  std::thread thread_;
};

std::string entry(const std::string& text) {
  return "From a Mon Nov 23 21:40:00 2026\nSubject: x\n\n" + text + "\n\n";
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer_commands)

BOOST_AUTO_TEST_CASE(mail_goes_in_and_comes_out) {
  Office office;
  office.write("in/Old.mbox", entry("1") + entry("2") + entry("2"));
  BOOST_TEST(office.run({"import", ada, (office.path() / "in").string()}) == 0);
  BOOST_TEST(office.out == "imported 3 messages into 1 folder (mbox)\n");
  BOOST_TEST(office.err == "");
  BOOST_TEST(office.run({"import", "Ada@Example.org", (office.path() / "in").string()}) == 0);
  BOOST_TEST(office.out == "imported 0 messages into 1 folder (mbox)\nalready there: 3 messages\n");

  BOOST_TEST(office.run({"export", ada, (office.path() / "out").string(), "--format", "mbox",
                         "--folder", "Old"}) == 0);
  BOOST_TEST(office.out == "exported 3 messages of 1 folder\n");
  BOOST_TEST(fs::exists(office.path() / "out/Old.mbox"));
}

BOOST_AUTO_TEST_CASE(where_nothing_is_known_again_it_is_said_beforehand) {
  Office office;
  int stored = 0;
  office.mailboxes.encrypt_with([&](const storage::NewMessage&, std::span<const Bytes>) {
    return imap::mime::prepare("Subject: [...]\r\n\r\n" + std::to_string(++stored) + "\r\n", {}, 0,
                               0);
  });
  office.directory.set_protection(
      office.directory.account(ada).mailbox,
      storage::Protection{.certificates = {Bytes{1}}, .since = 1, .by = "a test"});
  office.write("x.eml", "Subject: x\r\n\r\n");
  for (int time = 0; time < 2; ++time) {
    BOOST_TEST(office.run({"import", ada, (office.path() / "x.eml").string()}) == 0);
    BOOST_TEST(office.out == "imported 1 message into 1 folder (eml)\n");
    BOOST_TEST(office.err == "note: " + ada +
                                 " is at end-to-end: mail that is there already is not recognised, "
                                 "and comes in again\n");
  }
  BOOST_TEST(stored == 2);
}

BOOST_AUTO_TEST_CASE(both_speak_json) {
  Office office;
  office.write("x.eml", "Subject: x\r\n\r\n");
  BOOST_TEST(
      office.run({"import", ada, (office.path() / "x.eml").string(), "--json", "--dry-run"}) == 0);
  auto told = json::parse(office.out).as_object();
  BOOST_TEST(told.at("dry_run").as_bool());
  BOOST_TEST(told.at("imported").to_number<int>() == 1);
  BOOST_TEST(office.run({"import", ada, (office.path() / "x.eml").string(), "--json"}) == 0);
  told = json::parse(office.out).as_object();
  BOOST_TEST(told.at("format").as_string() == "eml");
  BOOST_TEST(told.at("folders").as_array().at(0).at("name").as_string() == "INBOX");
  BOOST_TEST(office.run({"export", ada, (office.path() / "out").string(), "--json"}) == 0);
  BOOST_TEST(json::parse(office.out).at("exported").to_number<int>() == 1);
}

BOOST_AUTO_TEST_CASE(what_is_skipped_is_told_and_shows_in_the_exit_code) {
  Office office;
  fs::create_directories(office.path() / "in/1.eml");
  office.write("in/2.eml", "Subject: x\r\n\r\n");
  fs::create_symlink("/nowhere", office.path() / "in/3.eml");
  BOOST_TEST(office.run({"import", ada, (office.path() / "in").string()}) == 1);
  BOOST_TEST(office.out == "imported 1 message into 1 folder (eml)\nskipped: 1\n");
  BOOST_TEST(has(office.err, "skipped: "));
  BOOST_TEST(has(office.err, "3.eml: it is a symbolic link"));
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_server_is_told_as_it_is) {
  Office office;
  office.write("x.eml", "Subject: x\r\n\r\n");
  const auto file = (office.path() / "x.eml").string();
  BOOST_TEST(office.run({"import", "nobody@example.org", file}) == 3);
  BOOST_TEST(has(office.err, "error: "));
  BOOST_TEST(office.run({"export", "nobody@example.org", (office.path() / "o").string()}) == 3);
  BOOST_TEST(office.run({"import", ada, file, "--format", "pst"}) == 2);
  BOOST_TEST(has(office.err, "hint: use mbox, maildir or eml"));
  BOOST_TEST(office.run({"import", ada, file, "--folder", "a//b"}) == 2);
  BOOST_TEST(office.run({"import", ada, (office.path() / "none").string()}) == 3);
  BOOST_TEST(office.run({"import", ada}) == 2);
  BOOST_TEST(office.run({"export", ada, office.path().string()}) == 4);
  BOOST_TEST(has(office.err, "hint: export into a new or an empty directory"));
}

BOOST_AUTO_TEST_CASE(mail_bigger_than_a_batch_passes_the_socket) {
  Office office;
  office.write("x", entry(std::string(5'500'000, 'x')) + entry(std::string(7'000'000, 'x')));
  BOOST_TEST(office.run({"import", ada, (office.path() / "x").string()}) == 1);
  BOOST_TEST(office.out == "imported 1 message into 1 folder (mbox)\nskipped: 1\n");
  BOOST_TEST(office.run({"export", ada, (office.path() / "out").string(), "--format", "mbox"}) ==
             0);
  BOOST_TEST(fs::file_size(office.path() / "out/x.mbox") > 5'500'000u);
}

BOOST_AUTO_TEST_CASE(no_server_is_told) {
  Office office;
  office.write("x", entry("1"));
  std::ostringstream out, err;
  std::istringstream in;
  const int code = server::admin::run_cli(
      {"import", ada, (office.path() / "x").string(), "--socket", "/nowhere/admin.sock"},
      {in, out, err});
  BOOST_TEST(code == 6);
  BOOST_TEST(has(err.str(), "hint: "));
}

BOOST_AUTO_TEST_CASE(both_have_help_with_an_example) {
  Office office;
  for (const std::string command : {"import", "export"}) {
    BOOST_TEST(office.run({command, "--help"}) == 0);
    BOOST_TEST(has(office.out, "sealpost " + command + " ACCOUNT"));
    BOOST_TEST(has(office.out, "\nexample:\n  sealpost " + command + " ada@example.org /"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
