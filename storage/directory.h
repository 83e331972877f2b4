#pragma once
// directory.db: accounts, aliases, mailboxes with their wrapped keys, DEPs with theirs,
// assignments. Names are found by keyed hash and stored sealed under the directory key, which is
// not in the data directory (crypto/service_keys.h). Decides nothing: rules are policy's.
//
// Every call blocks (blocking pool only), is one transaction, durable on return, and may come from
// any thread. Throws not_found, exists, unavailable, corrupt; and denied for a change of what a
// purge holds, which is noted in the same transaction as the change.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/delivery_key.h"
#include "crypto/keys.h"
#include "crypto/root_keys.h"
#include "storage/anchors.h"
#include "storage/credential.h"
#include "storage/protection.h"
#include "storage/purge_record.h"
#include "storage/quota.h"
#include "storage/role_grant.h"
#include "storage/rolled_back.h"

namespace storage {

struct Account {
  AccountId id;
  MailboxId mailbox;
  std::string name;  // the login: "ada@example.org", lower case
  crypto::StoredPassword password;
  bool enabled = true;
  UnixTime created = 0;
  std::vector<std::string> aliases;  // further addresses, lower case
};

enum class DepState : std::uint8_t { enabled = 1, disabled = 2 };

// One version of a DEP's key.
struct DepVersion {
  DepId dep;
  std::uint32_t version = 1;
  auto operator<=>(const DepVersion&) const = default;
};

struct Dep {
  DepId id;
  std::string name;  // D1: 1 to 64 of A-Z a-z 0-9 . _ -, unique without regard to case
  std::string description;
  DepState state = DepState::enabled;
  std::uint32_t version = 1;  // of the DEP key; the newest wraps
  UnixTime created = 0;
  bool managed = false;      // the default, with service-held roots
  bool tenant_wide = false;  // for mailboxes without an assignment; at most one DEP is
  Hold hold = Hold::none;    // by a purge of it; as read, ignored when it is written
  DepVersion newest() const { return {id, version}; }
};

enum class RootSlot : std::uint8_t { a = 0, b = 1 };

// The three wraps of one version of a DEP key. The availability key itself is elsewhere.
struct WrappedDepKey {
  DepId dep;
  std::uint32_t version = 1;
  std::vector<crypto::WrappedByRoot> roots;  // a, b
  std::optional<crypto::WrappedKey<crypto::DepLevel>> availability;
  std::uint32_t generation = 1;  // of the availability key
  UnixTime created = 0;
};

// What is done to a mailbox's messages while its key is being changed.
enum class Renewal : std::uint8_t { none = 0, message_keys = 1, contents = 2 };

// The mailbox key before the newest, while that change goes on. Which of the two seals the mailbox
// now, its rows say (storage/mailbox.h).
struct FormerKey {
  std::uint32_t epoch = 0;
  crypto::WrappedKey<crypto::MailboxLevel> key;  // under the same version as the newest
  Renewal renewal = Renewal::message_keys;
};

// A root key that denies a DEP (policy/RULES.md section 2), until it unwraps again.
struct RootDenial {
  std::string kid;     // with its version
  UnixTime since = 0;  // the first of the row
  std::string reason;  // the last
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
  std::optional<FormerKey> former{};
  // As read, ignored when it is written:
  DepVersion target{};     // where it belongs
  Hold hold = Hold::none;  // by a purge of it or of its DEP

  DepVersion under() const { return {dep, dep_version}; }
  bool elsewhere() const { return target.dep.value != 0 && target != under(); }
  bool to_be_moved() const { return elsewhere() && hold == Hold::none; }
};

// The same mailbox before and after.
struct Rewrapped {
  MailboxRecord before, after;
};

// How many mailboxes are under a version of a DEP's key, and how many of them belong elsewhere.
struct VersionCount {
  DepVersion under;
  std::uint64_t mailboxes = 0, to_be_moved = 0;
};

class Directory {
 public:
  // Rows that are not those which the server wrote last, as the anchors have it, are not believed:
  // what needs one throws corrupt, and names it; what does not, goes on.
  Directory(const std::filesystem::path& data, crypto::DirectoryKey, Anchors&);
  ~Directory();

  // ---- roll-backs (policy/RULES.md, "Roll-back")
  std::vector<RolledBackRow> rolled_back();
  bool believes(MailboxId);  // in its account, its record and what an admin has said of it
  // In all that is not one mailbox's own. Else nothing is moved, renewed, purged or cleared away.
  bool believes_the_rest();
  // A declared restore: what is there is what is to be there.
  void accept_rolled_back();
  void accept_rolled_back(std::span<const MailboxId>);

  // Rises when anything in it has changed: what was read after it gave a number holds as long as it
  // gives that number. Never blocks.
  std::uint64_t changes() const;

  // ---- accounts. Addresses and names are compared in lower case.
  AccountId reserve_account();  // ids for the places of what is sealed before the row exists
  MailboxId reserve_mailbox();
  void add_account(const Account&, const MailboxRecord&);  // both or none; throws exists
  Account account(std::string_view name);                  // by login name, throws not_found
  Account account(AccountId);
  std::optional<Account> find_by_address(std::string_view address);  // login name or alias, exact
  std::vector<Account> accounts();  // also those that are not believed: for admins to see
  void update_account(
      const Account&);             // password, enabled, aliases (throws exists if one is taken)
  void remove_account(AccountId);  // its mailbox record and its credentials go too

  // ---- what logins need (storage/credential.h)
  // The salt of all SCRAM verifiers of this login name, whether there is such an account or not: 16
  // octets that nobody else can tell. Never blocks.
  Bytes scram_salt(std::string_view name) const;
  // For an account from before; nothing is done when its password is no longer this one.
  void add_scram(AccountId, const crypto::StoredPassword&, const crypto::ScramVerifier&);
  std::vector<Credential> credentials(AccountId);  // by id; those that are believed
  // Its id is given here. Throws exists: the app password's name, the certificate; limit.
  std::int64_t add_credential(const Credential&);
  void remove_credential(std::int64_t id);  // throws not_found
  std::optional<Credential> find_certificate(ByteView fingerprint);
  // Notes its last use; no change as changes() counts them. Not there any more: nothing is done.
  void note_use(std::int64_t credential, UnixTime);

  // ---- mailboxes
  MailboxRecord mailbox(MailboxId);
  std::vector<MailboxRecord> mailboxes();          // likewise
  std::vector<MailboxRecord> mailboxes_of(DepId);  // wrapped under it now, or assigned to it
  void assign(std::span<const MailboxId>, std::optional<DepId>);  // all or none
  // Those that are not where they belong, by id, from the first after `after`.
  std::vector<MailboxRecord> mailboxes_to_be_moved(MailboxId after, std::size_t at_most);
  std::vector<MailboxRecord> mailboxes_in_renewal();
  // Compare and swap of each; returns how many. Passed over are those whose keys somebody else has
  // changed meanwhile, and all when the version they are to be under is gone.
  std::size_t rewrap(std::span<const Rewrapped>);
  // The same of one, throws exists.
  void rewrap(const MailboxRecord& before, const MailboxRecord& after);
  std::vector<VersionCount> version_counts();  // of all versions that are kept, in order

  // ---- quotas of single mailboxes: all by default where nothing was set
  Quota quota(MailboxId);
  void set_quota(MailboxId, const Quota&);  // throws not_found

  // ---- protection: none where nothing was set
  std::optional<Protection> protection(MailboxId);
  std::vector<MailboxId> protected_mailboxes();                      // by id
  void set_protection(MailboxId, const std::optional<Protection>&);  // throws not_found

  // ---- shares: in which mailboxes an account has been given rights (storage/acl.h; 0: anyone).
  // What is here may be out of date, never too short: the ACLs decide.
  std::vector<MailboxId> shared_with(AccountId);  // rising
  void share(MailboxId, AccountId);
  void unshare(MailboxId, AccountId);

  // ---- delivery keys, their public halves. Throws corrupt when it is not the one that was set.
  std::optional<crypto::DeliveryPublic> delivery_public(MailboxId);
  void set_delivery_public(MailboxId, const crypto::DeliveryPublic&);

  // ---- DEPs
  DepId reserve_dep();
  void add_dep(const Dep&, const WrappedDepKey&);  // throws exists when the name is taken
  Dep dep(std::string_view name);                  // throws not_found
  Dep dep(DepId);
  std::vector<Dep> deps();      // also those that are not believed
  void update_dep(const Dep&);  // name, description and state
  WrappedDepKey dep_key(DepId, std::uint32_t version);
  std::vector<WrappedDepKey> dep_keys(DepId);  // all versions that are kept, rising
  // The version after the newest, which it becomes. Throws exists if somebody else was quicker.
  void add_dep_version(const WrappedDepKey&);
  // The availability wraps of these, all of one DEP and all that it has; throws exists when that is
  // not so.
  void replace_availability_wraps(std::span<const WrappedDepKey>);
  // Versions that are not the newest and that no mailbox is under; returns them.
  std::vector<DepVersion> remove_unused_versions();
  void remove_dep(DepId);  // throws exists while a mailbox is under it or assigned to it
  void set_tenant_wide(std::optional<DepId>);

  // ---- roles of admins
  std::vector<RoleGrant> role_grants();           // those that are believed
  std::vector<RoleGrant> doubted_role_grants();   // those that are there, open, and are not
  std::int64_t add_role_grant(const RoleGrant&);  // its id is given here
  void remove_role_grant(std::int64_t id);        // throws not_found

  // ---- purges. One that is pending holds its mailboxes, and the DEP if it means that.
  // Its id is given here. Throws exists when its list is not what is there now, or when another
  // purge of it is pending.
  std::int64_t add_purge(PurgeRecord);
  void update_purge(const PurgeRecord&);
  std::vector<PurgeRecord> purges();  // by id; those that are believed
  std::vector<PurgeRecord> pending_purges();
  PurgeRecord purge(std::int64_t id);
  // Accounts, aliases and all wrapped keys of its mailboxes; and, unless it means one mailbox, all
  // wraps of the DEP's key. What is gone already is passed over.
  void destroy_purged(const PurgeRecord&);
  // The whole file, so that nothing of what was removed is left between its rows, nor in its log.
  void write_anew();
  // The end of one: its certificate is kept, and the DEP is gone, if it meant that.
  void finish_purge(const PurgeRecord&, std::string_view certificate);
  std::optional<std::string> purge_certificate(std::int64_t id);  // none: it is not destroyed

  // ---- what roots have said
  std::vector<RootDenial> root_denials(DepId);
  void note_root_denial(DepId, const RootDenial&);  // keeps the `since` that is there
  void lift_root_denial(DepId, std::string_view kid);
  // Since when no root has opened this version, though none denied it.
  std::optional<UnixTime> outage(DepId, std::uint32_t version);
  UnixTime note_outage(DepId, std::uint32_t version, UnixTime now);  // since when: now, or before
  void end_outage(DepId, std::uint32_t version);

  struct Implementation;  // storage's own files only

 private:
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace storage
