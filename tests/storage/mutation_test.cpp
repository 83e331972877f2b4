// Somebody with write access alters single rows at random: swaps, copies, truncations, flipped
// bits, rows of yesterday. Never wrong content, never a crash; what is not served is named in the
// log, and the rest is served. SEALPOST_MUTATIONS sets how many (5000 in the long run).
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "base/error.h"
#include "storage/arrivals.h"
#include "tests/storage/mutations.h"
#include "tests/support/captured_log.h"
#include "tests/support/storage_store.h"

using namespace storage_test;
using storage::Entry;
using storage::Mailbox;

namespace {

constexpr unsigned default_mutations = 200;
constexpr int waiting = 2;  // arrivals that wait in each mailbox

unsigned mutations() {
  const auto* given = std::getenv("SEALPOST_MUTATIONS");
  return given ? static_cast<unsigned>(std::atoi(given)) : default_mutations;
}

// Two databases with the mailboxes 1 and 2, and 3.
class House {
 public:
  explicit House(std::filesystem::path directory) : directory_(std::move(directory)) {}

  std::filesystem::path file(int database) const {
    return directory_ / std::to_string(database) / "store.db";
  }
  Mutation::Files files() const { return {file(1), file(2)}; }
  void open(Keys& keys) {
    for (const int id : {1, 2})
      databases_[id] =
          std::make_unique<storage::MailDatabase>(DatabaseId(id), directory_ / std::to_string(id));
    for (const int id : {1, 2, 3}) try {
        mailboxes_[id] = std::make_shared<Mailbox>(*databases_[id == 3 ? 2 : 1], MailboxId(id),
                                                   storage::EpochKey{keys.of(MailboxId(id)), 1},
                                                   std::nullopt, std::make_shared<OpenGate>());
      } catch (const Error& error) {
        if (error.fault() != Fault::corrupt) throw;
        BOOST_TEST(!error.hint().empty());
      }
  }
  void close() {
    mailboxes_.clear();
    databases_.clear();
  }
  std::shared_ptr<Mailbox> mailbox(int id) { return mailboxes_[id]; }  // none: it is corrupt
  storage::MailDatabase& database_of(int mailbox) { return *databases_[mailbox == 3 ? 2 : 1]; }
  void copy_to(const std::filesystem::path& to) const {
    std::filesystem::remove_all(to);
    std::filesystem::copy(directory_, to, std::filesystem::copy_options::recursive);
  }

 private:
  std::filesystem::path directory_;
  std::map<int, std::unique_ptr<storage::MailDatabase>> databases_;
  std::map<int, std::shared_ptr<Mailbox>> mailboxes_;
};

void append(Mailbox& mailbox, const std::string& octets) {
  mailbox.append(mailbox.tree()->folder("INBOX"), {sample_message(octets)}, reading);
}

void flag(Mailbox& mailbox, std::vector<Uid> uids, std::uint8_t system) {
  mailbox.store(mailbox.tree()->folder("INBOX"), uids, storage::FlagMode::add,
                {.system = system, .keywords = {}}, std::nullopt, reading);
}

std::vector<Uid> from_to(unsigned first, unsigned last) {
  std::vector<Uid> uids;
  for (; first <= last; ++first) uids.emplace_back(first);
  return uids;
}

void annotate(Mailbox& mailbox, const std::string& value) {
  mailbox.annotate(storage::annotated_server, {{"/private/comment", value}}, std::nullopt, reading);
}

std::size_t file_arrivals(Mailbox& mailbox) {
  const auto prepare = [](std::string octets, UnixTime, std::int16_t) {
    return sample_message(std::move(octets));
  };
  return mailbox.file_arrivals(10, prepare, reading);
}

void arrive(House& house, int id, const std::string& octets) {
  storage::Arrivals(house.database_of(id))
      .add(MailboxId(id), house.mailbox(id)->delivery_public(), octets, 0, 0);
}

void populate_yesterday(House& house, int id) {
  auto& mailbox = *house.mailbox(id);
  const auto name = "mailbox " + std::to_string(id) + " message ";
  for (int n = 0; n < (id == 1 ? 80 : 12); ++n)
    append(mailbox, name + std::to_string(n) + (n == 5 ? sample_octets(140'000) : ""));
  mailbox.copy(mailbox.tree()->folder("INBOX"), from_to(1, 4), mailbox.tree()->folder("Archive"),
               storage::all_flags, reading);
  mailbox.create_folder("Projects/a", {}, reading);
  annotate(mailbox, "yesterday");
  arrive(house, id, name + "arrived and filed");
}

void populate_today(House& house, int id) {
  auto& mailbox = *house.mailbox(id);
  file_arrivals(mailbox);
  flag(mailbox, from_to(2, 3), storage::seen);
  flag(mailbox, from_to(6, 8), storage::deleted);
  mailbox.expunge(mailbox.tree()->folder("INBOX"), std::nullopt, reading);
  append(mailbox, "mailbox " + std::to_string(id) + " of today");
  mailbox.create_folder("Projects/b", {}, reading);
  mailbox.set_rights(mailbox.tree()->folder("Archive"), {AccountId(7), false},
                     storage::Rights::of_bits(2), reading);
  annotate(mailbox, "today");
  for (int n = 0; n < waiting; ++n)
    arrive(house, id, "mailbox " + std::to_string(id) + " waits " + std::to_string(n));
}

// ---- what there is, and what is served

struct Message {
  std::uint8_t flags;
  std::uint64_t modseq;
  std::string octets;

  bool operator==(const Message&) const = default;
};

using Folder = std::map<std::uint32_t, Message>;  // by UID

struct Content {
  std::map<std::string, Folder> folders;
  std::string comment;
  std::map<std::string, std::string> rights;
};

bool is_corrupt(const Error& error) {
  return error.fault() == Fault::corrupt || error.fault() == Fault::invalid;
}

// Reads all of a mailbox, and says what was not served.
class Reader {
 public:
  explicit Reader(Mailbox& mailbox) : mailbox_(mailbox) {}

  Content content;
  std::set<std::string> lost_folders;
  std::map<std::string, std::set<std::uint32_t>> lost;  // UIDs of a folder
  std::set<std::int64_t> damaged;                       // messages that do not open
  bool comment_lost = false;

  void read() {
    for (const auto tree = mailbox_.tree(); const auto& [name, node] : tree->nodes()) {
      if (!node.folder) continue;
      for (const auto& [grantee, rights] : node.acl) content.rights[name] += rights.bits();
      try {
        read_folder(name, *node.folder);
      } catch (const Error& error) {
        if (!is_corrupt(error)) throw;
        lost_folders.insert(name);
      }
    }
    try {
      const auto found = mailbox_.annotations(storage::annotated_server, reading);
      content.comment = found.empty() ? "" : found.at("/private/comment");
    } catch (const Error& error) {
      if (!is_corrupt(error)) throw;
      comment_lost = true;
    }
  }

  bool is_whole() const {
    return lost_folders.empty() && lost.empty() && damaged.empty() && !comment_lost;
  }

 private:
  void read_folder(const std::string& name, FolderId id) {
    const auto entries = mailbox_.select(id, Mailbox::Recent::look, reading).entries;
    auto& folder = content.folders[name];
    std::vector<Entry> there;
    for (const auto& entry : entries) {
      if (entry.is_lost()) {
        lost[name].insert(entry.uid.value);
      } else {
        there.push_back(entry);
      }
    }
    for (const auto& entry : there) try {
        folder[entry.uid.value] = {entry.flags.system, entry.modseq.value, octets_of(entry)};
      } catch (const Error& error) {
        if (!is_corrupt(error)) throw;
        folder.erase(entry.uid.value);
        lost[name].insert(entry.uid.value);
        damaged.insert(entry.message.value);
      }
    read_texts(id, there, folder);
  }

  std::string octets_of(const Entry& entry) {
    return mailbox_.octets(entry, 0, entry.size, reading);
  }

  // They belong to the octets, where they are served.
  void read_texts(FolderId id, const std::vector<Entry>& entries, const Folder& folder) {
    std::set<std::size_t> summaries, texts;
    const auto check = [&](std::size_t n, std::string_view found, const std::string& what) {
      const auto message = folder.find(entries[n].uid.value);
      if (message == folder.end()) return;
      BOOST_TEST(found == what + message->second.octets.substr(0, 100));
    };
    mailbox_.summaries(
        id, entries,
        [&](std::size_t n, std::string_view summary) {
          summaries.insert(n);
          check(n, summary, "summary of ");
        },
        reading);
    mailbox_.texts(
        entries, Mailbox::Texts::both,
        [&](std::size_t n, std::string_view header, std::string_view body) {
          texts.insert(n);
          check(n, header, "header of ");
          check(n, body, "body of ");
          return true;
        },
        reading);
    for (std::size_t n = 0; n < entries.size(); ++n)
      if (!summaries.contains(n) || !texts.contains(n)) damaged.insert(entries[n].message.value);
  }

  Mailbox& mailbox_;
};

// ---- checks

struct Checked {
  const Content& expected;
  Reader& found;
  const std::string& log;

  void run() const {
    BOOST_TEST((found.comment_lost || found.content.comment == expected.comment));
    BOOST_CHECK(found.content.rights == expected.rights);
    for (const auto& [name, folder] : expected.folders) {
      if (found.lost_folders.contains(name)) continue;
      BOOST_TEST_REQUIRE(found.content.folders.contains(name));
      check_folder(name, folder, found.content.folders.at(name));
    }
    BOOST_TEST(found.content.folders.size() <= expected.folders.size());
    check_log();
  }

 private:
  void check_folder(const std::string& name, const Folder& all, const Folder& served) const {
    for (const auto& [uid, message] : served) {
      BOOST_TEST_REQUIRE(all.contains(uid), name << " serves UID " << uid);
      BOOST_CHECK(message == all.at(uid));
    }
    for (const auto& [uid, message] : all) {
      const bool told = found.lost.contains(name) && found.lost.at(name).contains(uid);
      BOOST_TEST((served.contains(uid) || told), name << " hides UID " << uid);
    }
  }
  void check_log() const {
    if (!found.is_whole()) BOOST_TEST(log.find("corrupt") != std::string::npos);
    for (const auto message : found.damaged)
      BOOST_TEST(log.find("row=" + std::to_string(message) + "\n") != std::string::npos,
                 "message " << message << " is not named");
  }
};

class Day {
 public:
  Day() : yesterday_(directory_.path() / "yesterday"), today_(directory_.path() / "today") {
    today_.open(keys_);
    for (const int id : {1, 2, 3}) populate_yesterday(today_, id);
    today_.close();
    today_.copy_to(directory_.path() / "yesterday");
    today_.open(keys_);
    for (const int id : {1, 2, 3}) populate_today(today_, id);
    for (const int id : {1, 2, 3}) expected_[id] = content_of(today_, id);
    today_.close();
  }

  void mutated(unsigned seed) {
    House house(directory_.path() / "mutated");
    today_.copy_to(directory_.path() / "mutated");
    std::mt19937 random(seed);
    const auto what = Mutation(random, house.files(), yesterday_.files()).apply();
    BOOST_TEST_CONTEXT("mutation " << seed << ": " << what.substr(0, 500)) { check(house); }
  }

 private:
  Content content_of(House& house, int id) {
    Reader reader(*house.mailbox(id));
    reader.read();
    BOOST_TEST(reader.is_whole());
    return reader.content;
  }

  void check(House& house) {
    std::map<int, std::unique_ptr<Reader>> found;
    std::set<int> goes_on;
    std::string log;
    {
      const test_support::CapturedLog capture(directory_.path() / "log");
      house.open(keys_);
      for (const int id : {1, 2, 3})
        if (house.mailbox(id)) {
          found[id] = std::make_unique<Reader>(*house.mailbox(id));
          found[id]->read();
        }
      for (const int id : {1, 2, 3})
        if (house.mailbox(id) && takes_mail(house, id, *found[id])) {
          goes_on.insert(id);
          check_copy(house, id, *found[id]);
        }
      log = capture.text();
    }
    std::size_t harmed = 0;
    for (const int id : {1, 2, 3}) {
      if (!found.contains(id) || !found[id]->is_whole()) ++harmed;
      if (!found.contains(id)) {
        BOOST_TEST(log.find("mailbox=" + std::to_string(id) + " ") != std::string::npos);
        continue;
      }
      Checked{expected_[id], *found[id], log}.run();
      if (!found[id]->lost_folders.contains("INBOX")) BOOST_TEST(goes_on.contains(id));
    }
    BOOST_TEST(harmed <= 2u);  // those of the two rows
    house.close();
  }

  // Delivery goes on, and what is expunged takes nothing else with it.
  bool takes_mail(House& house, int id, const Reader& reader) try {
    auto& mailbox = *house.mailbox(id);
    append(mailbox, "of tomorrow");
    if (reader.lost.contains("INBOX")) return true;
    flag(mailbox, from_to(1, 1), storage::deleted);
    mailbox.expunge(mailbox.tree()->folder("INBOX"), std::nullopt, reading);
    return true;
  } catch (const Error& error) {
    if (!is_corrupt(error)) throw;
    return false;
  }
  void check_copy(House& house, int id, const Reader& before) {
    if (before.lost_folders.contains("Archive") || before.lost.contains("Archive")) return;
    Reader after(*house.mailbox(id));
    after.read();
    BOOST_CHECK(after.content.folders.at("Archive") == expected_[id].folders.at("Archive"));
  }

  TempDirectory directory_;
  Keys keys_;
  House yesterday_, today_;
  std::map<int, Content> expected_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(mutation)

BOOST_AUTO_TEST_CASE(random_mutations_of_single_rows_give_no_wrong_content) {
  Day day;
  for (unsigned seed = 1; seed <= mutations(); ++seed) day.mutated(seed);
}

BOOST_AUTO_TEST_SUITE_END()
