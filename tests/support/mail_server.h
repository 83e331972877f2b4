#pragma once
// A whole mail server in this process: a data directory of its own, vaults that a test steers, an
// IMAP port on loopback. Accounts ada@example.org and bob@example.org, password "engine".

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "imap/session.h"
#include "policy/sharing.h"
#include "tests/support/fake_roots.h"
#include "tests/support/storage_store.h"
#include "tests/support/test_client.h"

namespace test_support {

enum class Begin { connected, logged_in, ada_and_bob, in_inbox };

class MailServer {
 public:
  struct Options {
    imap::CleartextLogin cleartext = imap::CleartextLogin::allowed_on_loopback;
    bool tls = false;      // STARTTLS is offered
    std::string client{};  // clients may show the certificate of client_certificate(), of this
                           // address; with tls
    policy::AccessTokens* tokens = nullptr;
    imap::Limits limits{};
    unsigned connections = 100;  // an account
    std::vector<imap::Withheld> withheld{};
    imap::Notes notes{};
    std::set<std::string> quota_admins{};
    storage::QuotaLimits default_limits{};
    policy::Sharing::Anyone anyone = policy::Sharing::Anyone::refused;
    std::string host{};  // as URLs name it; empty: no URLAUTH
    bool ledger = false;
  };

  MailServer() : MailServer(Options{}) {}
  explicit MailServer(Options);
  ~MailServer();

  // Into INBOX, as it is; through everything a delivery goes through.
  void deliver(const std::string& octets, const std::string& account = "ada@example.org");

  // transcript.h. Begun further on, each client has greeted, logged in as ada and selected INBOX
  // when it is first named, and has read all of it. Of ada_and_bob, the second is bob's.
  void plays(std::string_view transcript) { plays(Begin::connected, transcript); }
  void plays(Begin, std::string_view transcript);
  std::unique_ptr<TestClient> client(Begin = Begin::connected);

  void restart();  // ends all sessions and opens the same data again
  void stop();     // ends all sessions and closes the data
  std::size_t sessions() const;

  storage::Account account(const std::string& name = "ada@example.org");
  storage::Directory& directory();
  policy::Mailboxes& mailboxes();
  // From now on its mail is encrypted to recipient.h's ada().
  void protect(const std::string& account = "ada@example.org");
  CertificateFiles client_certificate() const;
  std::shared_ptr<storage::Mailbox> mailbox(const std::string& account = "ada@example.org");
  FakeRoots& roots() { return roots_; }  // of the one DEP that ada and bob are under
  // The account comes under a DEP of its own, with roots in vault_a and vault_b.
  void separate(const std::string& account);
  // Time goes by, with the jobs that look after keys and logins.
  void advance(UnixTime seconds);
  void forget_keys();  // closes mailboxes; the next login asks the roots again

 private:
  struct Engine;
  void begin(TestClient&, Begin, const std::string& account);

  Options options_;
  storage_test::TempDirectory temporary_;
  FakeRoots roots_;
  crypto::RootKeyRef root_a_, root_b_;
  std::unique_ptr<Engine> engine_;
};

// So many messages into ada's INBOX: their subjects are their numbers, "hello" is in them.
void deliver(MailServer&, int messages);

}  // namespace test_support
