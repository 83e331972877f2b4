// A database of version 3, whose mailboxes have no root yet.
#include "storage/mailbox_adoption.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "storage/annotations.h"
#include "storage/message_rows.h"
#include "storage/migrations.h"
#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

using namespace storage;
using namespace storage_test;

namespace {

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

constexpr MailboxId mailbox_id{1};
constexpr FolderId inbox{1}, archive{2};

// With 70 messages in INBOX, the first of them in Archive, too.
class Former {
 public:
  Former() {
    std::filesystem::create_directories(directory_.path());
    Connection connection(file(), Connection::Mode::write);
    migrate(connection, FileKind::mail, mail_schema().first(3), "store.db");
    SqlTransaction transaction(connection, SqlTransaction::Kind::immediate);
    for (int n = 1; n <= 70; ++n) add_message(connection, MessageId(n));
    connection.run("update message set refs = 2 where id = 1");
    add_folder(connection, inbox, 70);
    add_folder(connection, archive, 1);
    Tree tree;
    tree.create("INBOX", inbox, SpecialUse::none);
    tree.create("Archive", archive, SpecialUse::archive);
    tree.next_uid_validity(1000);
    connection.run("insert into mailbox(id, epoch, tree) values(1, 1, ?)",
                   sealed(crypto::Kind::tree, 0, tree.encoded()));
    connection.run("insert into annotation(mailbox, folder, d) values(1, 0, ?)",
                   sealed(crypto::Kind::annotations, 0, encoded(Annotations{{"/private/a", "b"}})));
    transaction.commit();
  }

  std::filesystem::path file() const { return directory_.path() / "store.db"; }
  void open() {
    close();
    database_ = std::make_unique<MailDatabase>(DatabaseId(1), directory_.path());
    mailbox_ = std::make_unique<Mailbox>(*database_, mailbox_id, EpochKey{keys_.of(mailbox_id), 1},
                                         std::nullopt, std::make_shared<OpenGate>());
  }
  void close() {
    mailbox_.reset();
    database_.reset();
  }
  Mailbox* operator->() { return mailbox_.get(); }
  std::vector<Entry> entries(FolderId folder) {
    return mailbox_->select(folder, Mailbox::Recent::look, reading).entries.copied();
  }

 private:
  static std::string octets_of(MessageId message) { return std::to_string(message.value); }

  Bytes sealed(crypto::Kind kind, std::int64_t row, ByteView plain) {
    return crypto::Aead::seal_record(
        keys_.of(mailbox_id), {.kind = kind, .mailbox = mailbox_id, .row = row, .epoch = 1}, plain);
  }

  void add_message(Connection& connection, MessageId id) {
    const auto key = crypto::MessageKey::generate();
    const auto place = [&](crypto::Kind kind) {
      return crypto::Place{.kind = kind, .mailbox = mailbox_id, .row = id.value};
    };
    auto of_key = place(crypto::Kind::message_key);
    of_key.epoch = 1;
    const auto text = [&](crypto::Kind kind) {
      return crypto::Aead::seal_record(key, place(kind), bytes_of("text"));
    };
    insert_message(connection, mailbox_id,
                   {.id = id,
                    .chunks = 1,
                    .epoch = 1,
                    .key = crypto::Aead::wrap(key, keys_.of(mailbox_id), of_key).blob,
                    .summary = text(crypto::Kind::summary),
                    .header = text(crypto::Kind::header_text),
                    .body = text(crypto::Kind::body_text)});
    const auto octets = octets_of(id);
    insert_chunks(connection,
                  std::vector<SealedChunk>{
                      {chunk_row(id, 0),
                       crypto::Aead::seal_chunk(key, place(crypto::Kind::body), 0, true,
                                                bytes_of(octets), crypto::Content::readable)}});
  }

  void add_folder(Connection& connection, FolderId id, unsigned messages) {
    FolderState state{.uid_validity = 1000, .uid_next = Uid(messages + 1), .messages = messages};
    std::map<BlockId, Block> blocks;
    for (unsigned n = 1; n <= messages; ++n) {
      const MessageId message(n);
      const auto size = octets_of(message).size();
      blocks[block_of(id, Uid(n))].entries.push_back(
          {.uid = Uid(n), .message = message, .modseq = ModSeq(1), .size = size});
      state.size += size;
      ++state.unseen;
    }
    // The forms of then: without versions at the end, and with 1 at the beginning.
    auto plain = encoded(FolderRecord{state, {}});
    plain.resize(plain.size() - 6);
    plain[0] = 1;
    connection.run("insert into folder(id, mailbox, state) values(?, 1, ?)", id.value,
                   sealed(crypto::Kind::folder_state, id.value, plain));
    for (const auto& [row, block] : blocks) {
      auto of_block = encoded(block);
      of_block[0] = 1;
      connection.run("insert into folder_block(id, d) values(?, ?)", row,
                     sealed(crypto::Kind::folder_block, row, of_block));
    }
  }

  TempDirectory directory_;
  Keys keys_;
  std::unique_ptr<MailDatabase> database_;
  std::unique_ptr<Mailbox> mailbox_;
};

void check_content(Former& store) {
  const auto entries = store.entries(inbox);
  BOOST_TEST_REQUIRE(entries.size() == 70u);
  for (const auto& entry : entries)
    BOOST_TEST(store->octets(entry, 0, entry.size, reading) == std::to_string(entry.uid.value));
  BOOST_TEST(store.entries(archive).size() == 1u);
  BOOST_TEST(store->annotations(annotated_server, reading).at("/private/a") == "b");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(adoption)

BOOST_AUTO_TEST_CASE(all_is_there_at_the_first_opening_and_after_it) {
  Former store;
  store.open();
  BOOST_TEST(store->generation() == 1u);
  check_content(store);
  store.open();
  BOOST_TEST(store->generation() == 1u);
  check_content(store);
}

BOOST_AUTO_TEST_CASE(shared_messages_are_known_as_such) {
  Former store;
  store.open();
  const Uid uids[] = {Uid(1), Uid(2)};
  store->store(inbox, uids, FlagMode::add, {.system = deleted, .keywords = {}}, {}, reading);
  store->expunge(inbox, std::nullopt, reading);
  const auto copy = store.entries(archive).at(0);
  BOOST_TEST(store->octets(copy, 0, copy.size, reading) == "1");
  Connection connection(store.file(), Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from message_key").value() == 69);
}

BOOST_AUTO_TEST_CASE(nothing_of_before_opens_after_it) {
  const std::pair<const char*, const char*> rows[] = {
      {"mailbox", "id"}, {"folder", "id"}, {"folder_block", "id"}, {"annotation", "id"}};
  for (const auto& [table, key] : rows) {
    Former store;
    const std::string name = table;
    const auto beside = "attach '" + store.file().string() + ".kept' as beside; ";
    tamper(store.file(), beside + "create table beside.kept as select * from " + name);
    store.open();
    store.close();
    tamper(store.file(),
           beside + "delete from " + name + "; insert into " + name + " select * from kept");
    if (name == "mailbox") {
      BOOST_CHECK_EXCEPTION(store.open(), Error, is(Fault::corrupt));
      continue;
    }
    store.open();
    if (name == "folder") BOOST_CHECK_EXCEPTION(store.entries(inbox), Error, is(Fault::corrupt));
    if (name == "folder_block") BOOST_TEST(store.entries(inbox).at(0).is_lost());
    if (name == "annotation")
      BOOST_CHECK_EXCEPTION(store->annotations(annotated_server, reading), Error,
                            is(Fault::corrupt));
  }
}

BOOST_AUTO_TEST_CASE(what_was_damaged_stays_so_and_the_rest_is_adopted) {
  Former store;
  tamper(store.file(), "update folder_block set d = x'00' where id = " +
                           std::to_string(block_of(inbox, Uid(64))));
  tamper(store.file(), "update folder set state = x'00' where id = 2");
  store.open();
  for (int opening = 0; opening < 2; ++opening, store.open()) {
    const auto entries = store.entries(inbox);
    BOOST_TEST_REQUIRE(entries.size() == 70u);
    for (const auto& entry : entries) BOOST_TEST(entry.is_lost() == (entry.uid.value >= 64));
    BOOST_CHECK_EXCEPTION(store.entries(archive), Error, is(Fault::corrupt));
  }
}

BOOST_AUTO_TEST_SUITE_END()
