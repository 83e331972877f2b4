#include "storage/directory.h"

#include <sqlite3.h>

#include "base/log.h"
#include "crypto/keyed_hash.h"
#include "storage/codec.h"
#include "storage/directory_implementation.h"
#include "storage/migrations.h"
#include "storage/password_codec.h"

namespace storage {
namespace {

// 1 has no SCRAM verifier, and its hash is of the password as it was typed.
constexpr std::uint8_t account_version = 2, first_account_version = 1;
constexpr std::uint8_t alias_version = 1;

std::filesystem::path made(const std::filesystem::path& directory) {
  std::error_code failure;
  if (std::filesystem::create_directories(directory, failure))
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failure);
  if (failure)
    throw Error(Fault::unavailable, "cannot make " + directory.string() + ": " + failure.message());
  return directory;
}

Account decoded_account(ByteView plain) {
  Decoder from(plain);
  const auto version = from.number<std::uint8_t>();
  if (version < first_account_version || version > account_version)
    throw Error(Fault::corrupt, "a stored record is of an unknown version");
  Account account;
  account.name = from.text<std::uint16_t>();
  account.password.hash = from.text<std::uint16_t>();
  account.enabled = from.number<std::uint8_t>() != 0;
  account.created = from.number<UnixTime>();
  if (version > first_account_version) decode_rest(from, account.password);
  from.end();
  return account;
}

std::string decoded_alias(ByteView plain) {
  Decoder from(plain);
  from.version(alias_version);
  std::string address(from.text<std::uint16_t>());
  from.end();
  return address;
}

// Both with the mailbox: whose mail is whose is not for the rows beside to say.
crypto::Place place_of_account(AccountId id, MailboxId mailbox) {
  return {.kind = crypto::Kind::account, .mailbox = mailbox, .row = id.value};
}

crypto::Place place_of_alias(std::int64_t row, MailboxId mailbox) {
  return {.kind = crypto::Kind::alias, .mailbox = mailbox, .row = row};
}

}  // namespace

namespace {

[[noreturn]] void damaged(const char* what, std::int64_t row) {
  throw Error(Fault::corrupt,
              std::string("directory.db: ") + what + ' ' + std::to_string(row) + " is damaged",
              "is this the directory key that belongs to this data directory?");
}

}  // namespace

void row_is_damaged(const char* what, std::int64_t row) {
  logging::error("corrupt", {{"database", "directory"}, {"what", what}, {"row", row}});
  damaged(what, row);
}

void row_is_damaged(const char* what, MailboxId mailbox, std::int64_t row) {
  logging::error(
      "corrupt",
      {{"database", "directory"}, {"mailbox", mailbox.value}, {"what", what}, {"row", row}});
  damaged(what, row);
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  for (auto& letter : lowered)
    if (letter >= 'A' && letter <= 'Z') letter += 'a' - 'A';
  return lowered;
}

Directory::Implementation::Implementation(const std::filesystem::path& data,
                                          crypto::DirectoryKey directory_key, Anchors& anchors)
    : lock(made(data) / "directory.owner"),
      key(std::move(directory_key)),
      connection(data / "directory.db", Connection::Mode::write),
      row_guard(connection, anchors) {
  open_guarded((data / "directory.db").string());
}

void Directory::Implementation::truncate_log() {
  const std::lock_guard guard(mutex);
  sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                            nullptr);
}

std::int64_t Directory::Implementation::next_id(Connection& connection, std::string_view kind) {
  return connection.number("update next_id set id = id + 1 where kind = ? returning id - 1", kind)
      .value();
}

Bytes Directory::Implementation::account_hash(const std::string& name) const {
  return crypto::KeyedHash::of(key, "account", name);
}

Bytes Directory::Implementation::alias_hash(const std::string& address) const {
  return crypto::KeyedHash::of(key, "alias", address);
}

Bytes Directory::Implementation::seal_account(const Account& account) const {
  Encoder to;
  to.number(account_version);
  to.text<std::uint16_t>(lower_case(account.name));
  to.text<std::uint16_t>(account.password.hash);
  to.number(static_cast<std::uint8_t>(account.enabled ? 1 : 0));
  to.number(account.created);
  encode_rest(to, account.password);
  return crypto::Aead::seal_record(key, place_of_account(account.id, account.mailbox), to.take());
}

Account Directory::Implementation::open_account(AccountId id, MailboxId mailbox,
                                                ByteView sealed) const {
  auto account = checked("account", mailbox, id.value, [&] {
    return decoded_account(crypto::Aead::open_record(key, place_of_account(id, mailbox), sealed));
  });
  account.id = id;
  account.mailbox = mailbox;
  return account;
}

Bytes Directory::Implementation::seal_alias(std::int64_t row, MailboxId mailbox,
                                            const std::string& address) const {
  Encoder to;
  to.number(alias_version);
  to.text<std::uint16_t>(address);
  return crypto::Aead::seal_record(key, place_of_alias(row, mailbox), to.take());
}

std::string Directory::Implementation::open_alias(std::int64_t row, MailboxId mailbox,
                                                  ByteView sealed) const {
  return checked("alias", mailbox, row, [&] {
    return decoded_alias(crypto::Aead::open_record(key, place_of_alias(row, mailbox), sealed));
  });
}

Directory::Directory(const std::filesystem::path& data, crypto::DirectoryKey key, Anchors& anchors)
    : implementation_(std::make_unique<Implementation>(data, std::move(key), anchors)) {}

Directory::~Directory() = default;

std::uint64_t Directory::changes() const { return implementation_->changes; }

}  // namespace storage
