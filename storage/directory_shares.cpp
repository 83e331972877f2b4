// Who shares with whom: a row for each account that somebody shares with, found by keyed hash.

#include <algorithm>

#include "crypto/keyed_hash.h"
#include "storage/codec.h"
#include "storage/directory_implementation.h"

namespace storage {
namespace {

using Mailboxes = std::vector<MailboxId>;

constexpr std::uint8_t version = 1;
constexpr std::size_t share_limit = 10'000;  // mailboxes that share with one account

// The first 63 bits of the keyed hash.
std::int64_t row_of(const crypto::DirectoryKey& key, AccountId account) {
  const auto hash = crypto::KeyedHash::of(key, "share", std::to_string(account.value));
  std::uint64_t row = 0;
  for (std::size_t n = 0; n < sizeof row; ++n) row = row << 8 | hash[n];
  return static_cast<std::int64_t>(row >> 1);
}

crypto::Place place_of(std::int64_t row) { return {.kind = crypto::Kind::shares, .row = row}; }

Bytes encoded(AccountId account, const Mailboxes& mailboxes) {
  Encoder to;
  to.number(version);
  to.number(account.value);
  to.number(static_cast<std::uint32_t>(mailboxes.size()));
  for (const auto mailbox : mailboxes) to.number(mailbox.value);
  return to.take();
}

Mailboxes decoded(AccountId account, ByteView plain) {
  Decoder from(plain);
  from.version(version);
  if (from.number<std::int64_t>() != account.value)
    throw Error(Fault::corrupt, "directory.db: the shares are another account's");
  Mailboxes mailboxes;
  for (auto left = from.number<std::uint32_t>(); left > 0; --left)
    mailboxes.emplace_back(from.number<std::int64_t>());
  from.end();
  return mailboxes;
}

Mailboxes read_shares(const Directory::Implementation& directory, Connection& connection,
                      AccountId account) {
  const auto id = row_of(directory.key, account);
  directory.require_believed("share", id);
  auto row = connection.query("select sealed from share where id = ?", id);
  if (!row.next()) return {};
  return decoded(account, crypto::Aead::open_record(directory.key, place_of(id), row.blob(0)));
}

void write_shares(const Directory::Implementation& directory, Connection& connection,
                  AccountId account, const Mailboxes& mailboxes) {
  const auto id = row_of(directory.key, account);
  connection.run("delete from share where id = ?", id);
  if (mailboxes.empty()) return;
  const auto sealed =
      crypto::Aead::seal_record(directory.key, place_of(id), encoded(account, mailboxes));
  connection.run("insert into share(id, sealed) values(?, ?)", id, sealed);
}

}  // namespace

std::vector<MailboxId> Directory::shared_with(AccountId account) {
  return implementation_->read(
      [&](Connection& connection) { return read_shares(*implementation_, connection, account); });
}

void Directory::share(MailboxId mailbox, AccountId account) {
  implementation_->write([&](Connection& connection) {
    auto mailboxes = read_shares(*implementation_, connection, account);
    const auto at = std::ranges::lower_bound(mailboxes, mailbox);
    if (at != mailboxes.end() && *at == mailbox) return;
    if (mailboxes.size() >= share_limit)
      throw Error(Fault::limit, "too many mailboxes are shared with this account");
    mailboxes.insert(at, mailbox);
    write_shares(*implementation_, connection, account, mailboxes);
  });
}

void Directory::unshare(MailboxId mailbox, AccountId account) {
  implementation_->write([&](Connection& connection) {
    auto mailboxes = read_shares(*implementation_, connection, account);
    if (std::erase(mailboxes, mailbox) > 0)
      write_shares(*implementation_, connection, account, mailboxes);
  });
}

void Directory::Implementation::forget_shares(Connection& writing, AccountId account) const {
  write_shares(*this, writing, account, {});
}

}  // namespace storage
