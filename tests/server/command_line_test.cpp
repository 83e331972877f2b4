// What is typed, taken apart; and what is refused before a server is asked.

#include "server/admin/command_line.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "server/admin/cli.h"
#include "tests/support/storage_store.h"

namespace {

using Words = std::vector<std::string>;

struct Typed {
  std::istringstream in;
  std::ostringstream out, err;
  int code;

  explicit Typed(const Words& words, const std::string& input = {})
      : in(input), code(server::admin::run_cli(words, {in, out, err})) {}
};

Words words_of(const server::admin::Command& command) {
  std::istringstream split(std::string(command.noun) + ' ' + std::string(command.verb));
  return {std::istream_iterator<std::string>(split), {}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(command_line)

// A file named "--json" would be written, and no JSON printed.
BOOST_AUTO_TEST_CASE(the_next_option_is_no_value) {
  for (const auto& command : server::admin::commands())
    for (const auto& option : command.options) {
      if (option.value.empty()) continue;
      auto words = words_of(command);
      words.insert(words.end(), {std::string(option.name), "--json"});
      const Typed typed(words);
      BOOST_TEST(typed.code == 2);
      BOOST_TEST(typed.err.str() == "error: " + std::string(option.name) +
                                        " needs a value, and --json is an option\nhint: a value "
                                        "that begins so is written " +
                                        std::string(option.name) + "=--json\n");
    }
}

BOOST_AUTO_TEST_CASE(a_value_behind_an_equals_sign_may_begin_so) {
  const auto all = server::admin::commands();
  const Words named{"ledger", "export"};
  const auto* command = server::admin::find_command(all, named);
  BOOST_REQUIRE(command);
  std::istringstream in;
  std::ostringstream out;
  const auto file = [&](const Words& words) {
    return server::admin::parsed(*command, words, {in, out, out}, "s").find("--out").value();
  };
  BOOST_TEST(file({"--out=--json"}) == "--json");
  BOOST_TEST(file({"--out", "-"}) == "-");
  BOOST_TEST(file({"--out="}) == "");
}

BOOST_AUTO_TEST_CASE(what_is_refused_here_says_what_to_do) {
  const storage_test::TempDirectory directory;
  const auto path = [&](const std::string& name) { return (directory.path() / name).string(); };
  for (const auto* name : {"directory.db", "empty", "file"}) std::ofstream(directory.path() / name);
  std::ofstream(path("accounts")) << "a\1b\n";
  const auto copy = directory.path().string(), none = path("none");
  const Words refused[] = {
      {"lab", copy, "--password", "ada"},
      {"lab", copy, "--password", "ada:" + none},
      {"lab", copy, "--memory-dump", none},
      {"audit", "verify", "--data", copy, "--service-keys", none},
      {"account", "certificate", "add", "ada", "--file", none},
      {"account", "create", "ada", "--password-file", none},
      {"account", "create", "ada", "--password-file", path("empty")},
      {"account", "create", "ada", "--password-stdin"},
      {"dep", "assign", "customer", "--file", none},
      {"dep", "assign", "customer", "--file", path("accounts")},
      {"import", "ada", path("file"), "--format", "maildir"},
      {"export", "ada", path("file")},
  };
  for (const auto& words : refused) {
    const Typed typed(words);
    const auto said = typed.err.str();
    BOOST_TEST(typed.code != 0, words[0] + ' ' + words[1]);
    BOOST_TEST(said.find("\nhint: ") != said.npos, words[0] + ' ' + words[1] + ": " + said);
  }
}

BOOST_AUTO_TEST_SUITE_END()
