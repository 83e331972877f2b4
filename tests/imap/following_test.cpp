// A client that follows what it is told, while others change everything at random: at the end it
// has what a fresh SEARCH, SORT, LIST and STATUS say.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <thread>

#include "tests/support/mail_server.h"

namespace {

using test_support::Begin;
using test_support::MailServer;
using test_support::TestClient;
using Uids = std::vector<std::uint32_t>;

Uids numbers_in(const std::string& set) {
  Uids result;
  std::size_t at = 0;
  while (at < set.size()) {
    const auto first = static_cast<std::uint32_t>(std::stoul(set.substr(at)));
    at = set.find_first_not_of("0123456789", at);
    auto last = first;
    if (at != set.npos && set[at] == ':') {
      last = static_cast<std::uint32_t>(std::stoul(set.substr(at + 1)));
      at = set.find_first_not_of("0123456789", at + 1);
    }
    for (auto n = first; n <= last; ++n) result.push_back(n);
    at = at == set.npos ? set.size() : at + 1;
  }
  return result;
}

// The client: folders by their messages as STATUS says, searches by tag, the selected folder's UIDs
// by number.
class Follower {
 public:
  explicit Follower(MailServer& server) : client_(server.client(Begin::in_inbox)) {}

  // The untagged lines of a command are followed; the tagged one ends it.
  void says(const std::string& tag, const std::string& command) {
    client_->send(tag + ' ' + command + "\r\n");
    std::string line;
    while (!line.starts_with(tag + ' ')) {
      line = client_->line();
      if (line.starts_with("* ")) take(line.substr(2));
    }
    BOOST_TEST_REQUIRE(line.starts_with(tag + " OK"), line);
  }

  void listen() {
    while (!client_->is_silent_for(300)) take(client_->line().substr(2));
  }

  std::map<std::string, Uids> searches;  // in their order; numbers or UIDs
  std::map<std::string, Uids> fresh;     // ESEARCH ALL
  std::map<std::string, std::string> status;
  std::size_t exists = 0;

 private:
  void take(const std::string& line) {
    if (line.starts_with("ESEARCH (TAG \"")) return take_search(line);
    if (line.starts_with("STATUS ")) {
      const auto name = line.substr(7, line.find(' ', 7) - 7);
      status[name] = line.substr(7 + name.size() + 1);
    }
    if (line.ends_with(" EXISTS")) exists = std::stoul(line);
    if (line.ends_with(" EXPUNGE")) take_expunge(static_cast<std::uint32_t>(std::stoul(line)));
  }

  // Numbers above it go down, in all searches that are by number.
  void take_expunge(std::uint32_t number) {
    --exists;
    for (auto& [tag, found] : searches) {
      if (!tag.starts_with('n')) continue;
      BOOST_TEST((std::ranges::find(found, number) == found.end()),
                 "REMOVEFROM comes before EXPUNGE");
      for (auto& each : found) each -= each > number ? 1 : 0;
    }
  }

  void take_search(const std::string& line) {
    const auto tag = line.substr(14, line.find('"', 14) - 14);
    if (const auto all = line.find(" ALL "); all != line.npos) {
      const auto found = numbers_in(line.substr(all + 5));
      fresh[tag] = found;
      searches[tag] = found;
    }
    each_step(line, "REMOVEFROM (", [&](std::size_t position, const Uids& ids) {
      auto& have = searches[tag];
      for (const auto id : ids) {
        const auto at = position == 0 ? std::ranges::find(have, id)
                                      : have.begin() + static_cast<std::ptrdiff_t>(position - 1);
        BOOST_REQUIRE((at < have.end() && *at == id));
        have.erase(at);
      }
    });
    each_step(line, "ADDTO (", [&](std::size_t position, const Uids& ids) {
      auto& have = searches[tag];
      for (const auto id : ids) {
        const auto at = position == 0 ? std::ranges::lower_bound(have, id)
                                      : have.begin() + static_cast<std::ptrdiff_t>(position - 1);
        BOOST_REQUIRE((at <= have.end()));
        have.insert(at, id);
        if (position > 0) ++position;
      }
    });
  }

  template <class Each>
  static void each_step(const std::string& line, const std::string& name, Each each) {
    const auto begin = line.find(name);
    if (begin == line.npos) return;
    auto at = begin + name.size();
    const auto end = line.find(')', at);
    while (at < end) {
      const auto space = line.find(' ', at);
      const auto stop = std::min(line.find(' ', space + 1), end);
      each(std::stoul(line.substr(at)), numbers_in(line.substr(space + 1, stop - space - 1)));
      at = stop + 1;
    }
  }

  std::unique_ptr<TestClient> client_;
};

// Changes at random, by commands of its own.
void disturb(MailServer& server, unsigned seed, int rounds) {
  std::mt19937 random(seed);
  const auto client = server.client(Begin::in_inbox);
  int tag = 0;
  const auto says = [&](const std::string& command) {
    const auto name = "d" + std::to_string(++tag);
    client->send(name + ' ' + command + "\r\n");
    std::string line;
    while (!line.starts_with(name + ' ')) {
      line = client->line();
      if (line == "+ OK")
        client->send("Subject: s" + std::to_string(random() % 10) + "\r\n\r\nx\r\n");
    }
  };
  const char* const flags[] = {"\\Seen", "\\Flagged", "\\Deleted", "$Work"};
  for (int round = 0; round < rounds; ++round) {
    const auto uid = std::to_string(random() % 60 + 1);
    const std::string flag = flags[random() % 4];
    switch (random() % 6) {
      case 0:
        says(std::string("APPEND ") + (random() % 2 ? "INBOX" : "misc") + " {16}");
        break;
      case 1:
        says("UID STORE " + uid + ":* -FLAGS.SILENT (" + flag + ')');
        break;
      case 2:
        says("UID COPY " + uid + " misc");
        break;
      case 3:
        if (random() % 3 == 0) says("EXPUNGE");
        break;
      default:
        says("UID STORE " + uid + " +FLAGS (" + flag + ')');
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(following)

BOOST_AUTO_TEST_CASE(whoever_follows_has_what_a_fresh_look_says) {
  MailServer server;
  server.mailbox()->create_folder("misc", storage::SpecialUse::none,
                                  {crypto::Cause::deliver, crypto::Actor::service()});
  for (int n = 0; n < 30; ++n)
    server.deliver("Subject: s" + std::to_string(n % 10) + "\r\n\r\nx\r\n");
  Follower follower(server);
  const std::pair<std::string, std::string> searches[] = {
      {"u1", "UID SEARCH RETURN (UPDATE ALL) UNSEEN"},
      {"n1", "SEARCH RETURN (UPDATE ALL) ALL"},
      {"n2", "SEARCH RETURN (UPDATE ALL) OR KEYWORD $Work (FLAGGED SUBJECT s3)"},
      {"u2", "UID SEARCH RETURN (UPDATE ALL) NOT DELETED TEXT s"},
      {"u3", "UID SORT RETURN (UPDATE ALL) (REVERSE SUBJECT) UTF-8 UNDELETED"},
      {"n3", "SORT RETURN (UPDATE ALL) (SUBJECT SIZE) UTF-8 NOT SEEN"},
      {"u4", "UID SEARCH RETURN (UPDATE ALL) UID 20:* UNFLAGGED"}};
  for (const auto& [tag, command] : searches) follower.says(tag, command);
  follower.says("a1",
                "NOTIFY SET (selected-delayed (MessageNew MessageExpunge FlagChange)) "
                "(mailboxes misc (MessageNew MessageExpunge))");
  std::vector<std::thread> others;
  for (unsigned n = 0; n < 3; ++n) others.emplace_back([&server, n] { disturb(server, n, 60); });
  for (int n = 0; n < 30; ++n) {
    const auto tag = "c" + std::to_string(n);
    follower.says(tag, n % 3 == 0 ? "NOOP" : "SEARCH SEEN");
    if (n % 10 == 5) follower.says("s" + tag, "STORE 1:3 +FLAGS (\\Seen)");
  }
  for (auto& other : others) other.join();
  follower.listen();
  follower.says("z0", "NOOP");

  for (const auto& [tag, command] : searches) {
    auto again = command;
    again.erase(again.find("UPDATE "), 7);
    follower.says("z" + tag, again);
    const auto written = [](const Uids& ids) {
      std::string text;
      for (const auto id : ids) text += ' ' + std::to_string(id);
      return text;
    };
    BOOST_TEST(
        written(follower.searches[tag]) == written(follower.fresh["z" + tag]),
        command << written(follower.searches[tag]) << " /" << written(follower.fresh["z" + tag]));
  }
  const auto told = follower.status["misc"];
  follower.says("z1", "STATUS misc (UIDNEXT MESSAGES)");
  BOOST_TEST(told == follower.status["misc"]);
}

BOOST_AUTO_TEST_SUITE_END()
