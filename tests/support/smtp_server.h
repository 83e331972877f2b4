#pragma once
// An SMTP, submission or LMTP server in this process, on a free loopback port. Accounts
// ada@example.org (also known as countess@example.org) and bob@example.org, password "engine";
// example.org is local. Ada's mailbox is under a DEP of its own, bob's under the managed one.

#include "server/listener.h"
#include "server/outgoing/outgoing.h"
#include "server/smtp/session.h"
#include "tests/support/installation.h"
#include "tests/support/test_client.h"

namespace test_support {

class SmtpServer {
 public:
  struct Options {
    server::smtp::Mode mode = server::smtp::smtp_mode;
    bool tls = false;  // STARTTLS is offered
    imap::CleartextLogin cleartext = imap::CleartextLogin::allowed_on_loopback;
    server::smtp::Limits limits{};
    unsigned connections_per_user = 10;
    server::smtp::FromCheck from_check = server::smtp::FromCheck::sender;
    std::vector<std::string> front_ends{};
    bool way_out = false;  // mail of the server's own goes elsewhere: sent_out()
    bool queue = false;    // mail of its accounts goes elsewhere: queued(), and no further
  };

  SmtpServer() : SmtpServer(Options{}) {}
  explicit SmtpServer(Options);
  ~SmtpServer();

  void plays(std::string_view transcript);  // transcript.h
  std::unique_ptr<TestClient> client();
  // One that has read the greeting and said `hello`, and has read its reply.
  std::unique_ptr<TestClient> greeted(const std::string& hello = "EHLO client.example");

  // With the job that looks after logins.
  void change(const std::string& account, const std::function<void(storage::Account&)>& change);

  std::vector<std::string> inbox(const std::string& account = "ada@example.org");
  std::vector<server::smtp::OwnMail> sent_out();
  std::vector<server::outgoing::Queued> queued() {
    return outgoing_.list(crypto::Actor::service());
  }
  std::string queued_octets(const server::outgoing::Queued&);
  void remove(const std::string& account);
  void revoke_ada();  // both roots of ada's DEP refuse from now on; nothing of it is kept in memory
  // The same where there is neither an availability key nor a delivery key: no mail can be taken.
  void break_ada();
  void mend_ada();  // the roots answer again
  void stop();      // as SIGTERM does; true: all sessions have ended
  std::size_t sessions() const { return connections_.count(); }

 private:
  Options options_;
  Installation installation_;
  std::unique_ptr<imap::TlsContext> tls_;
  policy::Login login_;
  policy::Recipients recipients_;
  server::Delivery delivery_;
  server::outgoing::Outgoing outgoing_{installation_.spool,     installation_.directory,
                                       installation_.mailboxes, delivery_,
                                       installation_.clock,     {}};
  server::Connections connections_;
  boost::asio::io_context control_{1};
  std::unique_ptr<server::smtp::Backend> backend_;
  server::Listener listener_;
  server::IoThreads threads_{2};
  BlockingPool pool_{2};
  std::thread control_thread_;
  std::mutex mutex_;
  std::vector<server::smtp::OwnMail> sent_out_;
};

}  // namespace test_support
