#pragma once
// One SMTP, submission or LMTP connection: reads commands, answers them in order, hands messages to
// Delivery. Runs on one io_context thread; everything that blocks goes through blocking().
//
// A message is acknowledged only after Delivery has said that it is on disk. What is answered where
// only some recipients have it: handover.h.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "imap/session.h"
#include "server/delivery.h"
#include "server/networks.h"
#include "server/smtp/chunked_message.h"
#include "server/smtp/command.h"
#include "server/smtp/from_check.h"
#include "server/smtp/input.h"
#include "server/smtp/limits.h"
#include "server/smtp/login_tie.h"
#include "server/smtp/mode.h"
#include "server/smtp/retries.h"
#include "server/smtp/xclient.h"

namespace server::outgoing {
class Outgoing;
}

namespace server::smtp {

// Mail of our own to one recipient: a report. Its sender is <>.
struct OwnMail {
  MailboxId mailbox;  // one of ours that it is about: its key seals it while it waits
  Address recipient;
  std::string octets;        // without a Return-Path
  bool utf8 = false;         // goes to servers with SMTPUTF8 alone
  bool require_tls = false;  // RFC 8689 5
};

// What sessions share. Made by server::Server; outlives every session.
struct Backend {
  BlockingPool& pool;
  policy::Login& login;
  Delivery& delivery;
  const imap::TlsContext* tls = nullptr;  // none: no STARTTLS
  imap::CleartextLogin cleartext = imap::CleartextLogin::refused;
  Limits limits{};
  FromCheck from_check = FromCheck::sender;  // of submission
  Networks front_ends{};                     // whose XCLIENT is believed
  // Counts a user's connections; false when the account has too many. leave is called at the end.
  std::function<bool(AccountId)> enter = [](AccountId) { return true; };
  std::function<void(AccountId)> leave = [](AccountId) {};
  // Takes mail of our own to an address elsewhere; durable when it returns true. Called on the
  // blocking pool. Null: there is no way out, and senders elsewhere cannot be told anything.
  std::function<bool(const OwnMail&)> send_out = nullptr;
  // Takes mail of our own accounts to other domains. Null: that is refused.
  outgoing::Outgoing* outgoing = nullptr;
  Retries retries{delivery.clock()};
};

// From MAIL to the end of DATA (RFC 5321 3.3).
struct Transaction {
  explicit Transaction(MailArguments arguments) : mail(std::move(arguments)) {}

  MailArguments mail;
  struct Recipient {
    Address address;
    storage::Account account;
    DsnOfRecipient dsn;
  };
  std::vector<Recipient> recipients;
  struct Elsewhere {
    Address address;
    DsnOfRecipient dsn;
  };
  std::vector<Elsewhere> elsewhere;  // in other domains; of mail of our own accounts alone
  bool has_recipients() const { return !recipients.empty() || !elsewhere.empty(); }
  std::size_t recipient_commands = 0;  // RCPT, whatever was answered
  bool any_refused = false;            // by RCPT

  // RFC 3030: of a message that comes by BDAT.
  std::optional<ChunkedMessage> chunks;
  bool chunks_failed = false;  // one was refused: no other is taken
  bool has_chunks() const { return chunks || chunks_failed; }
};

class Session {
 public:
  Session(Backend&, const Mode&, imap::Stream);
  ~Session();

  Task<> run();  // until QUIT, end of file, time-out or stop(); never throws
  void stop();   // from its own executor: 421, then ends

  // ---- for commands
  const Backend& backend() const { return backend_; }
  Backend& backend() { return backend_; }
  const Mode& mode() const { return mode_; }
  imap::Stream& stream() { return stream_; }
  const imap::Stream& stream() const { return stream_; }
  Input& input() { return input_; }
  void say(const Reply&);  // before the last reply of a command: 354, all but the last of LMTP
  Task<> flush();

  template <class Work>
  auto blocking(Work work) {
    return ::blocking(backend_.pool, std::move(work));
  }

  // ---- state, as the commands change it
  enum class Greeting { none, plain, extended };  // HELO; EHLO or LHLO
  void greet(Greeting, std::string name);
  Greeting greeting() const { return greeting_; }
  // As the client named itself, or as its front end says that it did.
  const std::string& client_name() const {
    return client_.hello.empty() ? client_name_ : client_.hello;
  }
  Reply greeting_line() const;  // 220, at the begin

  // Who is there: the client's address, or that of the client that its front end speaks for. What
  // guessing costs is counted by it.
  std::string peer() const { return client_.address.empty() ? stream_.peer() : client_.address; }
  const ClaimedClient& client() const { return client_; }
  // Not by a client that a front end speaks for: what comes from there may be the client's own.
  bool believes_xclient() const { return backend_.front_ends.contains(peer()); }
  void begin_anew(ClaimedClient);  // after XCLIENT: not greeted, nobody logged in

  // The last recipient that was found and ready, so that a client that brings mail for one after
  // the other asks once; for as long as nothing has changed in the directory, a second at most.
  struct Known {
    std::string address;
    storage::Account account;
    std::uint64_t changes;
    std::chrono::steady_clock::time_point until;
  };
  const storage::Account* known(const std::string& address) const;
  void know(Known known) { known_ = std::move(known); }

  std::optional<Transaction>& transaction() { return transaction_; }
  const std::optional<Transaction>& transaction() const { return transaction_; }

  const std::optional<storage::Account>& account() const { return account_; }
  Task<bool> log_in(policy::Admission);  // false: the account has too many connections
  bool may_log_in_here() const;          // TLS, or cleartext allowed on this loopback connection
  bool offers_tls() const { return backend_.tls && !stream_.is_tls(); }
  // Only where every sender can be told what became of his mail (RFC 3461).
  bool offers_dsn() const {
    return mode_.authentication == Authentication::required || backend_.send_out;
  }
  // 535 after a wrong password; 421 and the end after too many.
  Reply login_failed();

  void count_message();
  [[nodiscard]] bool count_transaction();  // false: it is one too many

  void forget_greeting();  // after STARTTLS (RFC 3207 4.2)
  void end() { ended_ = true; }

 private:
  Task<> converse();
  Task<Reply> answer();
  Task<Reply> answer_line(std::string_view line);
  bool over_limit() const;
  void log_end(std::string_view why) const;

  Backend& backend_;
  const Mode& mode_;
  imap::Stream stream_;
  Input input_;
  std::string out_;
  Greeting greeting_ = Greeting::none;
  std::string client_name_;
  ClaimedClient client_;
  std::optional<storage::Account> account_;
  LoginTie login_tie_{stream_};
  std::optional<Transaction> transaction_;
  std::optional<Known> known_;
  unsigned errors_ = 0, commands_ = 0, failed_logins_ = 0, messages_ = 0, transactions_ = 0;
  unsigned errors_before_ = 0, commands_before_ = 0;  // the latest message was taken
  bool ended_ = false, stopping_ = false;
};

}  // namespace server::smtp
