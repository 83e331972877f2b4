// What opens accounts: SCRAM beside the password, app passwords, certificates.

#include "crypto/constant_time.h"
#include "crypto/keyed_hash.h"
#include "storage/codec.h"
#include "storage/directory_implementation.h"
#include "storage/password_codec.h"

namespace storage {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::int64_t credential_limit = 100;             // an account
constexpr std::size_t name_limit = 100;                    // octets
constexpr std::uint8_t app_password = 1, certificate = 2;  // stored format

crypto::Place place_of(std::int64_t id, MailboxId mailbox) {
  return {.kind = crypto::Kind::credential, .mailbox = mailbox, .row = id};
}

void encode(Encoder& to, const AppPassword& what) {
  to.number(app_password);
  to.number(static_cast<std::uint8_t>(what.scope));
  to.text<std::uint8_t>(what.selector);
  to.text<std::uint16_t>(what.secret.hash);
  encode_rest(to, what.secret);
}

void encode(Encoder& to, const Certificate& what) {
  to.number(certificate);
  to.text<std::uint8_t>(text_of(what.fingerprint));
}

Bytes encoded(const Credential& credential) {
  Encoder to;
  to.number(version);
  to.text<std::uint16_t>(credential.name);
  to.number(credential.created);
  to.number(credential.last_use);
  std::visit([&](const auto& what) { encode(to, what); }, credential.what);
  return to.take();
}

AppPassword decoded_app_password(Decoder& from) {
  AppPassword what;
  const auto scope = from.number<std::uint8_t>();
  if (scope < 1 || scope > 3) throw Error(Fault::corrupt, "an app password has no scope");
  what.scope = static_cast<Scope>(scope);
  what.selector = from.text<std::uint8_t>();
  what.secret.hash = from.text<std::uint16_t>();
  decode_rest(from, what.secret);
  return what;
}

Credential decoded(ByteView plain) {
  Decoder from(plain);
  from.version(version);
  Credential credential;
  credential.name = from.text<std::uint16_t>();
  credential.created = from.number<UnixTime>();
  credential.last_use = from.number<UnixTime>();
  const auto type = from.number<std::uint8_t>();
  if (type == app_password)
    credential.what = decoded_app_password(from);
  else if (type == certificate)
    credential.what = Certificate{copy_of(bytes_of(from.text<std::uint8_t>()))};
  else
    throw Error(Fault::corrupt, "a stored credential is of an unknown type");
  from.end();
  return credential;
}

Credential opened(const Directory::Implementation& directory, const Query& row) {
  const auto id = row.integer(0);
  const MailboxId mailbox(row.integer(2));
  auto credential = checked("credential", mailbox, id, [&] {
    return decoded(crypto::Aead::open_record(directory.key, place_of(id, mailbox), row.blob(3)));
  });
  credential.id = id;
  credential.account = AccountId(row.integer(1));
  return credential;
}

// Of what must not come twice.
Bytes hash_of(const Directory::Implementation& directory, const Credential& credential) {
  if (const auto* what = std::get_if<Certificate>(&credential.what))
    return crypto::KeyedHash::of(directory.key, "certificate", text_of(what->fingerprint));
  return crypto::KeyedHash::of(directory.key, "app password",
                               std::to_string(credential.account.value) + ':' + credential.name);
}

MailboxId mailbox_of(Connection& connection, AccountId account) {
  const auto id = connection.number("select mailbox from account where id = ?", account.value);
  if (!id) throw Error(Fault::not_found, "there is no such account");
  return MailboxId(*id);
}

void check(Connection& connection, const Credential& credential, ByteView hash) {
  if (credential.name.empty() || credential.name.size() > name_limit)
    throw Error(Fault::invalid, "a name has 1 to 100 octets");
  if (connection.number("select 1 from credential where hash = ?", hash))
    throw Error(Fault::exists, std::holds_alternative<Certificate>(credential.what)
                                   ? "this certificate is registered already"
                                   : "the account has an app password of this name already");
  if (connection.number("select count(*) from credential where account = ?",
                        credential.account.value) >= credential_limit)
    throw Error(Fault::limit, "an account has at most 100 app passwords and certificates",
                "remove one that is not used");
}

void replace(const Directory::Implementation& directory, Connection& connection,
             const Credential& credential) {
  const auto place = place_of(credential.id, mailbox_of(connection, credential.account));
  connection.run("update credential set sealed = ? where id = ?",
                 crypto::Aead::seal_record(directory.key, place, encoded(credential)),
                 credential.id);
}

}  // namespace

void Directory::Implementation::remove_credentials(Connection& connection, AccountId account) {
  connection.run("delete from credential where account = ?", account.value);
}

Bytes Directory::scram_salt(std::string_view name) const {
  auto salt = crypto::KeyedHash::of(implementation_->key, "scram salt", lower_case(name));
  salt.resize(crypto::scram_salt_size);
  return salt;
}

void Directory::add_scram(AccountId id, const crypto::StoredPassword& of,
                          const crypto::ScramVerifier& verifier) {
  implementation_->write([&](Connection& connection) {
    auto account = believed_account(*implementation_, connection, id);
    if (!crypto::same_octets(bytes_of(account.password.hash), bytes_of(of.hash))) return;
    account.password.scram = verifier;
    replace_account(*implementation_, connection, account);
  });
}

std::vector<Credential> Directory::credentials(AccountId account) {
  return implementation_->read([&](Connection& connection) {
    std::vector<Credential> all;
    auto rows = connection.query(
        "select credential.id, account, mailbox, credential.sealed from credential"
        " join account on account.id = account where account = ? order by credential.id",
        account.value);
    while (rows.next())
      if (!implementation_->row_guard.doubts("credential", rows.integer(0)))
        all.push_back(opened(*implementation_, rows));
    return all;
  });
}

std::int64_t Directory::add_credential(const Credential& credential) {
  return implementation_->write([&](Connection& connection) {
    const auto mailbox = mailbox_of(connection, credential.account);
    const auto hash = hash_of(*implementation_, credential);
    check(connection, credential, hash);
    const auto id = Implementation::next_id(connection, "credential");
    const auto sealed =
        crypto::Aead::seal_record(implementation_->key, place_of(id, mailbox), encoded(credential));
    connection.run("insert into credential(id, account, hash, sealed) values(?, ?, ?, ?)", id,
                   credential.account.value, hash, sealed);
    return id;
  });
}

void Directory::remove_credential(std::int64_t id) {
  implementation_->write([&](Connection& connection) {
    connection.run("delete from credential where id = ?", id);
    if (connection.changed() == 0) throw Error(Fault::not_found, "there is no such credential");
  });
  implementation_->truncate_log();
}

// A row that was moved or whose hash was changed does not open, or is of another certificate.
std::optional<Credential> Directory::find_certificate(ByteView fingerprint) {
  const auto hash =
      crypto::KeyedHash::of(implementation_->key, "certificate", text_of(fingerprint));
  return implementation_->read([&](Connection& connection) -> std::optional<Credential> {
    auto row = connection.query(
        "select credential.id, account, mailbox, credential.sealed from credential"
        " join account on account.id = account where hash = ?",
        hash);
    if (!row.next()) return std::nullopt;
    implementation_->require_believed("credential", row.integer(0));
    auto credential = opened(*implementation_, row);
    const auto* what = std::get_if<Certificate>(&credential.what);
    if (what == nullptr || !crypto::same_octets(what->fingerprint, fingerprint))
      throw Error(Fault::corrupt, "directory.db: a fingerprint leads to another credential");
    return credential;
  });
}

void Directory::note_use(std::int64_t id, UnixTime now) {
  implementation_->note([&](Connection& connection) {
    std::optional<Credential> found;
    {
      auto row = connection.query(
          "select credential.id, account, mailbox, credential.sealed from credential"
          " join account on account.id = account where credential.id = ?",
          id);
      if (row.next()) found = opened(*implementation_, row);
    }
    if (!found || found->last_use >= now) return;
    found->last_use = now;
    replace(*implementation_, connection, *found);
  });
}

}  // namespace storage
