// Accounts and their aliases.

#include <algorithm>

#include "base/log.h"
#include "storage/directory_implementation.h"

namespace storage {
namespace {

constexpr std::size_t address_limit = 320;  // 64 + "@" + 255 octets (RFC 5321 4.5.3.1)
constexpr std::size_t alias_limit = 100;    // an account
constexpr std::size_t password_hash_limit = 1000;

void check_address(const std::string& address) {
  if (address.empty() || address.size() > address_limit)
    throw Error(Fault::invalid, "that is not a name or an address of 1 to 320 octets");
}

void check(const Account& account) {
  check_address(account.name);
  for (const auto& alias : account.aliases) check_address(alias);
  if (account.aliases.size() > alias_limit)
    throw Error(Fault::limit, "an account can have 100 aliases at most");
  if (account.password.hash.size() > password_hash_limit)
    throw Error(Fault::invalid, "that is not a password hash");
}

// Login names and aliases are one space of names: both receive mail.
void check_free(const Directory::Implementation& directory, Connection& connection,
                const std::string& address) {
  const auto account = directory.account_hash(address);
  const auto alias = directory.alias_hash(address);
  if (connection.number("select 1 from account where name_hash = ?", account) ||
      connection.number("select 1 from alias where hash = ?", alias))
    throw Error(Fault::exists, "that address belongs to an account already");
}

void insert_aliases(const Directory::Implementation& directory, Connection& connection,
                    const Account& account) {
  for (const auto& alias : account.aliases) {
    const auto address = lower_case(alias);
    check_free(directory, connection, address);
    const auto row = Directory::Implementation::next_id(connection, "alias");
    connection.run("insert into alias(id, account, hash, sealed) values(?, ?, ?, ?)", row,
                   account.id.value, directory.alias_hash(address),
                   directory.seal_alias(row, account.mailbox, address));
  }
}

void insert_mailbox(const Directory::Implementation& directory, Connection& connection,
                    const MailboxRecord& mailbox) {
  if (!connection.number("select 1 from dep_key where dep = ? and version = ? limit 1",
                         mailbox.dep.value, std::int64_t{mailbox.dep_version}))
    throw Error(Fault::unavailable,
                "the version of the DEP's key that wraps the mailbox key is gone", "try again");
  directory.require_free(connection, mailbox.dep);
  const auto assigned = mailbox.assigned ? std::optional(mailbox.assigned->value) : std::nullopt;
  connection.run(
      "insert into mailbox(id, account, database, assigned, dep, dep_version, epoch, wrapped)"
      " values(?, ?, ?, ?, ?, ?, ?, ?)",
      mailbox.id.value, mailbox.account.value, mailbox.database.value, assigned, mailbox.dep.value,
      std::int64_t{mailbox.dep_version}, std::int64_t{mailbox.epoch}, mailbox.key.blob);
}

void add_aliases(const Directory::Implementation& directory, Connection& connection,
                 Account& account) {
  auto rows = connection.query("select id, sealed from alias where account = ? order by id",
                               account.id.value);
  while (rows.next())
    account.aliases.push_back(directory.open_alias(rows.integer(0), account.mailbox, rows.blob(1)));
}

std::optional<AccountId> id_of(const Directory::Implementation& directory, Connection& connection,
                               const std::string& address) {
  if (const auto id = connection.number("select id from account where name_hash = ?",
                                        directory.account_hash(address)))
    return AccountId(*id);
  if (const auto id = connection.number("select account from alias where hash = ?",
                                        directory.alias_hash(address)))
    return AccountId(*id);
  return std::nullopt;
}

// A hash that was moved to another row leads to somebody else.
void check_named(const Account& account, const std::string& address) {
  if (account.name == address || std::ranges::count(account.aliases, address) > 0) return;
  logging::error("corrupt", {{"database", "directory"},
                             {"mailbox", account.mailbox.value},
                             {"what", "account"},
                             {"row", account.id.value}});
  throw Error(Fault::corrupt, "directory.db: the address leads to account " +
                                  std::to_string(account.id.value) + ", which does not have it");
}

void write_account(const Directory::Implementation& directory, Connection& connection,
                   const Account& account) {
  const auto before = believed_account(directory, connection, account.id);
  if (before.name != lower_case(account.name))
    throw Error(Fault::invalid, "an account keeps its login name", "add the new name as an alias");
  if (account.enabled && !before.enabled) directory.require_free(connection, account.mailbox);
  replace_account(directory, connection, account);
  connection.run("delete from alias where account = ?", account.id.value);
  insert_aliases(directory, connection, account);
}

}  // namespace

Account read_account(const Directory::Implementation& directory, Connection& connection,
                     AccountId id) {
  auto account = [&] {
    auto row = connection.query("select mailbox, sealed from account where id = ?", id.value);
    if (!row.next()) throw Error(Fault::not_found, "there is no such account");
    return directory.open_account(id, MailboxId(row.integer(0)), row.blob(1));
  }();
  add_aliases(directory, connection, account);
  return account;
}

Account believed_account(const Directory::Implementation& directory, Connection& connection,
                         AccountId id) {
  if (const auto mailbox = connection.number("select mailbox from account where id = ?", id.value))
    directory.require_believed(MailboxId(*mailbox));
  return read_account(directory, connection, id);
}

void replace_account(const Directory::Implementation& directory, Connection& connection,
                     const Account& account) {
  connection.run("update account set sealed = ? where id = ?", directory.seal_account(account),
                 account.id.value);
}

AccountId Directory::reserve_account() {
  return implementation_->write([](Connection& connection) {
    return AccountId(Implementation::next_id(connection, "account"));
  });
}

MailboxId Directory::reserve_mailbox() {
  return implementation_->write([](Connection& connection) {
    return MailboxId(Implementation::next_id(connection, "mailbox"));
  });
}

void Directory::add_account(const Account& account, const MailboxRecord& mailbox) {
  check(account);
  if (account.mailbox != mailbox.id || mailbox.account != account.id)
    throw Error(Fault::invalid, "account and mailbox do not belong together");
  const auto name = lower_case(account.name);
  implementation_->write([&](Connection& connection) {
    check_free(*implementation_, connection, name);
    connection.run("insert into account(id, mailbox, name_hash, sealed) values(?, ?, ?, ?)",
                   account.id.value, account.mailbox.value, implementation_->account_hash(name),
                   implementation_->seal_account(account));
    insert_aliases(*implementation_, connection, account);
    insert_mailbox(*implementation_, connection, mailbox);
  });
}

Account Directory::account(std::string_view name) {
  const auto wanted = lower_case(name);
  const auto hash = implementation_->account_hash(wanted);
  return implementation_->read([&](Connection& connection) {
    const auto id = connection.number("select id from account where name_hash = ?", hash);
    if (!id) throw Error(Fault::not_found, "there is no such account");
    auto account = believed_account(*implementation_, connection, AccountId(*id));
    check_named(account, wanted);
    return account;
  });
}

Account Directory::account(AccountId id) {
  return implementation_->read(
      [&](Connection& connection) { return believed_account(*implementation_, connection, id); });
}

std::optional<Account> Directory::find_by_address(std::string_view address) {
  return implementation_->read([&](Connection& connection) -> std::optional<Account> {
    const auto wanted = lower_case(address);
    const auto id = id_of(*implementation_, connection, wanted);
    if (!id) {
      implementation_->require_all_names();
      return std::nullopt;
    }
    auto account = believed_account(*implementation_, connection, *id);
    check_named(account, wanted);
    return account;
  });
}

std::vector<Account> Directory::accounts() {
  return implementation_->read([&](Connection& connection) {
    std::vector<AccountId> ids;
    {
      auto rows = connection.query("select id from account order by id");
      while (rows.next()) ids.emplace_back(rows.integer(0));
    }
    std::vector<Account> accounts;
    for (const auto id : ids) accounts.push_back(read_account(*implementation_, connection, id));
    return accounts;
  });
}

void Directory::update_account(const Account& account) {
  check(account);
  implementation_->write(
      [&](Connection& connection) { write_account(*implementation_, connection, account); });
  implementation_->truncate_log();  // of the former password hash
}

void Directory::remove_account(AccountId id) {
  implementation_->write([&](Connection& connection) {
    if (const auto mailbox =
            connection.number("select mailbox from account where id = ?", id.value))
      implementation_->require_free(connection, MailboxId(*mailbox));
    connection.run("delete from account where id = ?", id.value);
    if (connection.changed() == 0) throw Error(Fault::not_found, "there is no such account");
    connection.run("delete from alias where account = ?", id.value);
    implementation_->forget_shares(connection, id);
    Implementation::remove_credentials(connection, id);
    connection.run(
        "delete from delivery_key where mailbox in (select id from mailbox where account = ?)",
        id.value);
    connection.run("delete from quota where mailbox in (select id from mailbox where account = ?)",
                   id.value);
    connection.run(
        "delete from protection where mailbox in (select id from mailbox where account = ?)",
        id.value);
    connection.run("delete from mailbox where account = ?", id.value);
  });
  implementation_->truncate_log();
}

}  // namespace storage
