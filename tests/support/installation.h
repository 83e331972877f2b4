#pragma once
// The parts of a server below its front ends, with vaults that a test steers (fake_roots.h): a data
// directory, two mailbox databases, the managed default and two customer roots.

#include "policy/deps.h"
#include "policy/key_ring.h"
#include "policy/mailbox_rotation.h"
#include "policy/mailboxes.h"
#include "policy/purges.h"
#include "policy/roll_backs.h"
#include "policy/rotation.h"
#include "policy/sweep.h"
#include "tests/support/fake_audit.h"
#include "tests/support/fake_roots.h"
#include "tests/support/storage_store.h"

namespace test_support {

inline constexpr UnixTime test_start = 1'800'000'000;
inline constexpr UnixTime purge_grace = 3600;

class Installation {
 public:
  explicit Installation(std::chrono::seconds dep_key_ttl = std::chrono::seconds(900),
                        std::chrono::seconds linger = std::chrono::seconds(30));
  Installation(const policy::KeyTimes&, std::chrono::seconds linger);
  // In a directory that stays: what was left there is there again.
  explicit Installation(const std::filesystem::path& root);
  ~Installation();

  storage::Dep make_dep(const std::string& name = "Contoso");
  storage::Account make_account(const std::string& name);  // under the managed default
  storage::Account make_account(const std::string& name, const storage::Dep&);
  // Mail without any MIME in it, into INBOX.
  void add_mail(const storage::Account&, const std::string& octets);
  std::vector<std::string> inbox(const storage::Account&);  // all octets
  void assign(const storage::Account&, std::string_view dep);
  void swept() { sweep.pass({}); }
  std::filesystem::path data() const { return root_ / "data"; }
  std::filesystem::path keys() const { return root_ / "keys"; }

 private:
  Installation(const std::filesystem::path& root, const policy::KeyTimes&,
               std::chrono::seconds linger);

  storage_test::TempDirectory temporary_;
  const std::filesystem::path root_;

 public:
  ManualClock clock{test_start};
  FakeRoots roots;
  FakeAudit audit;
  crypto::RootKeyRef root_a = roots.add(vault_a, "one"), root_b = roots.add(vault_b, "two");
  crypto::ServiceKeys service_keys{keys(), data()};
  storage::Anchors anchors{keys()};
  storage::Directory directory{data(), service_keys.directory_key(), anchors};
  policy::Mailboxes::Databases databases;
  storage::Spool spool{data(), service_keys, anchors};
  storage::Ledger ledger_rows{data(), service_keys, anchors};
  policy::RollBacks roll_backs{directory, anchors, databases, spool, ledger_rows};
  policy::KeyRing ring;
  policy::Mailboxes mailboxes;
  policy::Sweep sweep{directory, ring, audit, clock};  // not started: see swept()
  policy::Deps deps{directory, roots, service_keys, sweep, clock, policy::most_active_deps};
  policy::Rotation rotation{directory, roots, service_keys, deps, sweep, clock};
  policy::MailboxRotation mailbox_rotation{directory, ring, mailboxes, audit};
  policy::PurgeProgress on_purge_step = [](const auto&, auto) {};
  policy::Purges purges{{directory,
                         service_keys,
                         ring,
                         mailboxes,
                         databases,
                         spool,
                         audit,
                         clock,
                         {"mail.example.org"}},
                        roots,
                        deps,
                        std::chrono::seconds(purge_grace),
                        [this](const auto& purge, auto step) { on_purge_step(purge, step); }};
};

}  // namespace test_support
