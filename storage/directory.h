#pragma once
// directory.db: accounts, aliases, mailboxes with their wrapped keys, DEPs with theirs,
// assignments. Names are found by keyed hash and stored sealed under the directory key, which is
// not in the data directory (crypto/service_keys.h). Decides nothing: rules are policy's.
//
// Every call blocks (blocking pool only), is one transaction, durable on return, and may come from
// any thread. Throws not_found, exists, unavailable, corrupt.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "crypto/root_keys.h"

namespace storage {

struct Account {
  AccountId id;
  MailboxId mailbox;
  std::string name;           // the login: "ada@example.org", lower case
  std::string password_hash;  // argon2id, crypto/password.h
  bool enabled = true;
  UnixTime created = 0;
  std::vector<std::string> aliases;  // further addresses, lower case
};

enum class DepState : std::uint8_t { enabled = 1, disabled = 2 };

struct Dep {
  DepId id;
  std::string name;  // D1: 1 to 64 of A-Z a-z 0-9 . _ -, unique without regard to case
  std::string description;
  DepState state = DepState::enabled;
  std::uint32_t version = 1;  // of the DEP key; the newest wraps
  UnixTime created = 0;
  bool managed = false;  // the default, with service-held roots
};

enum class RootSlot : std::uint8_t { a = 0, b = 1 };

// The three wraps of one version of a DEP key. The availability key itself is elsewhere.
struct WrappedDepKey {
  DepId dep;
  std::uint32_t version = 1;
  std::vector<crypto::WrappedByRoot> roots;  // a, b
  std::optional<crypto::WrappedKey<crypto::DepLevel>> availability;
};

struct MailboxRecord {
  MailboxId id;
  AccountId account;
  DatabaseId database;
  std::optional<DepId> assigned;  // by an admin; none: the default applies
  DepId dep;                      // what its key is wrapped under now
  std::uint32_t dep_version = 1;
  std::uint32_t epoch = 1;  // of the mailbox key
  crypto::WrappedKey<crypto::MailboxLevel> key;
};

class Directory {
 public:
  Directory(const std::filesystem::path& data, crypto::DirectoryKey);
  ~Directory();

  // ---- accounts. Addresses and names are compared in lower case.
  AccountId reserve_account();  // ids for the places of what is sealed before the row exists
  MailboxId reserve_mailbox();
  void add_account(const Account&, const MailboxRecord&);  // both or none; throws exists
  Account account(std::string_view name);                  // by login name, throws not_found
  Account account(AccountId);
  std::optional<Account> find_by_address(std::string_view address);  // login name or alias, exact
  std::vector<Account> accounts();
  void update_account(
      const Account&);             // password, enabled, aliases (throws exists if one is taken)
  void remove_account(AccountId);  // its mailbox record goes too

  // ---- mailboxes
  MailboxRecord mailbox(MailboxId);
  std::vector<MailboxRecord> mailboxes();
  std::vector<MailboxRecord> mailboxes_of(DepId);  // wrapped under it now, or assigned to it
  void assign(MailboxId, std::optional<DepId>);
  // Compare and swap: throws exists if the mailbox's key was rewrapped by somebody else meanwhile.
  void rewrap(const MailboxRecord& before, const MailboxRecord& after);

  // ---- DEPs
  DepId reserve_dep();
  void add_dep(const Dep&, const WrappedDepKey&);  // throws exists when the name is taken
  Dep dep(std::string_view name);                  // throws not_found
  Dep dep(DepId);
  std::vector<Dep> deps();
  void update_dep(const Dep&);
  WrappedDepKey dep_key(DepId, std::uint32_t version);

  struct Implementation;  // storage's own files only

 private:
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace storage
