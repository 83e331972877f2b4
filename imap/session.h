#pragma once
// One IMAP connection: reads commands, answers them in order, pushes changes while idle. Runs on
// one io_context thread; everything that blocks goes through blocking().

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/task.h"
#include "imap/request.h"
#include "imap/stream.h"
#include "imap/view.h"
#include "policy/login.h"
#include "policy/mailboxes.h"

namespace imap {

// Named limits (README, "Limits"). Over them: a clear answer, and the session stays usable where
// the protocol allows.
struct Limits {
  std::size_t line = 64 * 1024;     // a command line without literals, octets
  std::size_t literal = 64 * 1024;  // a literal that is no message, octets; 8 KiB before login
  std::size_t message = 64 * 1024 * 1024;  // APPEND, octets
  std::chrono::seconds idle_before_login{60};
  std::chrono::seconds idle{30 * 60};  // RFC 3501 5.4: at least 30 minutes
  unsigned failed_logins = 5;          // then BYE
  unsigned bad_commands = 50;          // in a row without a good one, then BYE
};

enum class CleartextLogin { refused, allowed_on_loopback };

// What sessions share. Made by server::Server; outlives every session.
struct Backend {
  BlockingPool& pool;
  policy::Login& login;
  policy::Mailboxes& mailboxes;
  const TlsContext* tls = nullptr;  // none: no STARTTLS
  CleartextLogin cleartext = CleartextLogin::refused;
  Limits limits{};
  // Counts a user's connections; false when the account has too many. leave is called at logout.
  std::function<bool(AccountId)> enter = [](AccountId) { return true; };
  std::function<void(AccountId)> leave = [](AccountId) {};
};

// A tagged reply without its tag: "OK [READ-WRITE] SELECT completed".
struct Reply {
  std::string text;
};
Reply ok(std::string text);
Reply no(std::string text);
Reply bad(std::string text);

enum class State { not_authenticated, authenticated, selected, logout };

class Session {
 public:
  Session(Backend&, Stream);
  ~Session();

  Task<> run();  // until logout, end of file, time-out or stop(); never throws
  void stop();   // from its own executor: BYE, then ends

  // ---- for commands
  Backend& backend() { return backend_; }
  Stream& stream() { return stream_; }
  State state() const { return state_; }
  const storage::Account& account() const { return *account_; }
  storage::Mailbox& mailbox() { return *mailbox_; }
  View& view() { return *view_; }               // with State::selected
  storage::Reason reason(crypto::Cause) const;  // this user, this cause

  void say(std::string_view line);  // an untagged line, "* " and CRLF added
  void say_raw(std::string_view octets);
  Task<> flush();  // writes what was said; commands with much output call it now and then
  std::size_t unsent() const { return out_.size(); }

  template <class Work>
  auto blocking(Work work) {
    return ::blocking(backend_.pool, std::move(work));
  }

  // ---- state changes, for the commands that make them
  Task<> log_in(storage::Account);  // opens the mailbox; throws as policy::Mailboxes::open
  void log_out();
  void select(View);
  void unselect();
  bool may_log_in_here() const;      // TLS, or cleartext allowed on this loopback connection
  std::string capabilities() const;  // true for the present state

  bool enabled(std::string_view extension) const;
  void enable(std::string extension);

 private:
  friend struct SessionAccess;  // imap/session.cpp: the loop
  Backend& backend_;
  Stream stream_;
  State state_ = State::not_authenticated;
  std::optional<storage::Account> account_;
  std::shared_ptr<storage::Mailbox> mailbox_;
  std::optional<View> view_;
  std::set<std::string> enabled_;
  std::string out_;
};

using Handler = Task<Reply> (*)(Session&, Request&);

// imap/command_table.cpp: the one list of commands, and when each is allowed.
struct Command {
  std::string_view name;
  State least;  // not_authenticated: always
  Handler handler;
  bool only_before_login = false;
  View::Expunges expunges = View::Expunges::tell;  // hold: FETCH, STORE, SEARCH (RFC 3501 7.4.1)
};
const Command* find_command(std::string_view name);

}  // namespace imap
