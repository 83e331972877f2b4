// Every command, and what it wants of another user's folder (RFC 4314 section 4).

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(rights)

namespace {

using test_support::MailServer;
using test_support::TestClient;

const std::string bob = "bob@example.org";

// Of the tagged reply to it; what comes before is passed over.
std::string reply(TestClient& client, const std::string& command) {
  client.send("t " + command + "\r\n");
  auto line = client.line();
  while (!line.starts_with("t ")) line = client.line();
  return line.substr(2);
}

void log_in(TestClient& client, const std::string& name) {
  client.line();
  reply(client, "LOGIN " + name + " engine");
}

// What a command needs on the folder F (its parent: P) of bob's, and what it is done with.
struct Row {
  const char* command;
  const char* needs;  // each of these letters
};

// RFC 4314 section 4
const Row rows[] = {
    {"SELECT F", "r"},
    {"EXAMINE F", "r"},
    {"STATUS F (MESSAGES)", "r"},
    {"GETQUOTAROOT F", "r"},
    {"SUBSCRIBE F", "l"},
    {"APPEND F {3+}\r\na\r\n", "i"},
    {"CREATE F/below", "k"},
    {"DELETE F", "x"},
    {"RENAME F P/new", "x"},
    {"SETACL F ada@example.org +p", "a"},
    {"DELETEACL F nobody2@example.org", "a"},
    {"GETACL F", "a"},
    {"LISTRIGHTS F ada@example.org", "a"},
    {"GETMETADATA F /shared/comment", "l"},
    {"SETMETADATA F (/shared/comment \"x\")", "lw"},
};

const Row rows_in_folder[] = {
    {"STORE 1 +FLAGS (\\Seen)", "s"},
    {"STORE 1 +FLAGS (\\Deleted)", "t"},
    {"STORE 1 +FLAGS (\\Flagged)", "w"},
    {"STORE 1 +FLAGS ($Work)", "w"},
    {"EXPUNGE", "e"},
    {"MOVE 1 INBOX", "te"},
    {"COPY 1 INBOX", ""},
    {"FETCH 1 (FLAGS)", ""},
    {"SEARCH ALL", ""},
    {"SORT (DATE) UTF-8 ALL", ""},
    {"THREAD REFERENCES UTF-8 ALL", ""},
    {"CLOSE", ""},
    {"NOOP", ""},
};

std::string named(std::string command) {
  const std::string parent = "\"Other Users/bob@example.org/P";
  for (auto at = command.find(" F"); at != std::string::npos; at = command.find(" F", at + 1)) {
    const auto end = command.find(' ', at + 1);
    const auto rest = end == std::string::npos ? std::string() : command.substr(end);
    const auto below =
        command.substr(at + 2, (end == std::string::npos ? command.size() : end) - at - 2);
    command = command.substr(0, at + 1) + parent + "/F" + below + '"' + rest;
    break;
  }
  if (const auto at = command.find(" P/new"); at != std::string::npos)
    command.replace(at + 1, 5, parent + "/new\"");
  return command;
}

class Shared {
 public:
  explicit Shared(MailServer& server) : ada_(server.client()), bob_(server.client()) {
    log_in(*ada_, "ada@example.org");
    log_in(*bob_, bob);
    reply(*bob_, "CREATE P");
    reply(*bob_, "SETACL P ada@example.org lk");
  }

  // The reply to it, with these rights on a folder made anew.
  std::string with(const std::string& rights, const std::string& command) {
    make(rights);
    return reply(*ada_, named(command));
  }
  std::string with_selected(const std::string& rights, const std::string& command) {
    make(rights);
    reply(*ada_, named("SELECT F"));
    const auto answer = reply(*ada_, command);
    reply(*ada_, "UNSELECT");
    return answer;
  }
  std::string where_there_is_none(const std::string& command) {
    reply(*bob_, "DELETE P/F/below");
    reply(*bob_, "DELETE P/F");
    return reply(*ada_, named(command));
  }

 private:
  void make(const std::string& rights) {
    for (const char* name : {"P/F/below", "P/F", "P/new"})
      reply(*bob_, std::string("DELETE ") + name);
    reply(*bob_, "CREATE P/F");
    reply(*bob_, "APPEND P/F {3+}\r\na\r\n");
    reply(*bob_, "SETACL P/F ada@example.org \"" + rights + '"');
  }

  std::unique_ptr<TestClient> ada_, bob_;
};

std::string without(std::string letters, char letter) {
  std::erase(letters, letter);
  return letters;
}

constexpr const char* all_letters = "lrswipkxtea";

}  // namespace

BOOST_AUTO_TEST_CASE(every_command_wants_its_rights_and_no_others) {
  MailServer server;
  Shared shared(server);
  for (const auto& [command, needs] : rows) {
    const bool hidden = std::string(needs).find_first_of("lr") == std::string::npos;
    const auto just =
        std::string(hidden ? "l" : "") + needs +
        (std::string_view(command).find("METADATA") != std::string_view::npos ? "r" : "");
    const auto enough = shared.with(just, command);
    if (std::string_view(command).find("nobody2") != std::string_view::npos)
      BOOST_TEST(enough.starts_with("NO [NONEXISTENT] there is no such account"),
                 command << ": " << enough);
    else
      BOOST_TEST(enough.starts_with("OK"), command << " with " << just << ": " << enough);
    for (const char letter : std::string(needs)) {
      const auto refused = shared.with(without(all_letters, letter), command);
      BOOST_TEST(refused.starts_with("NO ["), command << " without " << letter << ": " << refused);
    }
  }
  for (const auto& [command, needs] : rows_in_folder) {
    const auto enough = shared.with_selected(std::string("lr") + needs, command);
    BOOST_TEST(enough.starts_with("OK"), command << " with lr" << needs << ": " << enough);
    for (const char letter : std::string(needs)) {
      const auto refused = shared.with_selected(without(all_letters, letter), command);
      BOOST_TEST(refused.starts_with("NO ["), command << " without " << letter << ": " << refused);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_folder_without_rights_is_as_one_that_is_not_there) {
  MailServer server;
  Shared shared(server);
  for (const auto& [command, needs] : rows) {
    if (std::string_view(command).starts_with("CREATE")) continue;  // below it there is the parent
    const auto hidden = shared.with("", command);
    BOOST_TEST(hidden == shared.where_there_is_none(command), command << ": " << hidden);
  }
}

BOOST_AUTO_TEST_SUITE_END()
