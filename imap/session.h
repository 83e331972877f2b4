#pragma once
// One IMAP connection: reads commands, answers them in order, pushes changes while idle. Runs on
// one io_context thread; everything that blocks goes through blocking(). The object outlives run().

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/task.h"
#include "imap/command_reader.h"
#include "imap/folder_name.h"
#include "imap/limits.h"
#include "imap/notes.h"
#include "imap/quirks.h"
#include "imap/reply.h"
#include "imap/request.h"
#include "imap/stream.h"
#include "imap/view.h"
#include "policy/login.h"
#include "policy/mailboxes.h"

namespace policy {
class OwnerLedger;
class QuotaAdmins;
class Sharing;
class UrlAccess;
}  // namespace policy

namespace imap {

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
  // Any thread.
  std::function<bool(AccountId)> enter = [](AccountId) { return true; };
  std::function<void(AccountId)> leave = [](AccountId) {};
  std::vector<Withheld> withheld{};  // capabilities, by configuration
  Notes notes{};
  policy::QuotaAdmins* quota_admins = nullptr;  // none: nobody may SETQUOTA
  policy::Sharing* sharing = nullptr;           // none: nobody sees what others have
  policy::UrlAccess* url_access = nullptr;      // none: no URLAUTH
  policy::OwnerLedger* ledger = nullptr;        // none: nobody is told who opened what
};

struct Command;
struct Features;

class Session {
 public:
  Session(Backend&, Stream);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Task<> run();  // until logout, end of file, time-out or stop(); never throws
  void stop();   // from its own executor: BYE once the command in progress is done, then ends

  // ---- for commands
  Backend& backend() { return backend_; }
  const Backend& backend() const { return backend_; }
  Stream& stream() { return stream_; }
  const Stream& stream() const { return stream_; }
  std::string peer() const { return stream_.peer(); }
  State state() const { return state_; }
  const std::string& tag() const { return tag_; }  // of the command in progress
  const storage::Account& account() const { return *account_; }
  storage::Mailbox& mailbox() { return *mailbox_; }  // the user's own
  const std::shared_ptr<storage::Mailbox>& shared_mailbox() const { return mailbox_; }
  // What view() is of.
  storage::Mailbox& selected_mailbox() { return *selected_mailbox_; }
  const std::shared_ptr<storage::Mailbox>& shared_selected_mailbox() const {
    return selected_mailbox_;
  }
  View& view() { return *view_; }               // with State::selected
  storage::Reason reason(crypto::Cause) const;  // this user, this cause

  void say(std::string_view line);  // an untagged line, "* " and CRLF added
  void say_raw(std::string_view octets);
  Task<> flush();  // writes what was said; commands with much output call it now and then
  std::size_t unsent() const { return out_.size(); }
  // flush(), and what follows goes and comes without compression (RFC 8437 4.1).
  Task<> flush_and_end_compression();
  // "+ prompt", and the line the client answers with.
  Task<std::string> ask(std::string_view prompt);

  template <class Work>
  auto blocking(Work work) {
    return ::blocking(backend_.pool, std::move(work));
  }

  // ---- state changes, for the commands that make them
  Task<> log_in(policy::Admission);  // opens the mailbox; throws as policy::Mailboxes::open, limit
  Task<> confirm();  // that the mailbox may still be read; throws as policy::Mailboxes::open
  void log_out();
  // Another user's mailbox, kept open until it may not be read any more: then a session that has a
  // folder of it selected ends. Throws as policy::Mailboxes::open.
  Task<std::shared_ptr<storage::Mailbox>> visit(MailboxId);
  bool visits(MailboxId) const;  // it is open still
  void unauthenticate();         // as before login (RFC 8437)
  void select(View, std::shared_ptr<storage::Mailbox>);
  void unselect();
  bool may_log_in_here() const;      // TLS, or cleartext allowed on this loopback connection
  std::string capabilities() const;  // true for the present state
  bool announces(std::string_view capability) const;
  void identify(std::string name, std::string version);  // the client (RFC 2971); kept till the end
  void login_failed();                                   // counts; the last one ends the session

  // ---- what the client has enabled (RFC 5161)
  bool enabled(std::string_view extension) const;
  void enable(std::string extension);
  void enable_condstore();             // by one of the commands that do (RFC 7162 3.1)
  View::Form form(bool by_uid) const;  // of what is announced
  NameForm names() const;              // how folder names are written
  bool is_rev2() const;                // IMAP4rev2 was chosen (RFC 9051 6.3.1)
  bool is_uid_only() const;            // RFC 9586

  Features& features() { return *features_; }  // features.h

  // ---- changes made by others
  // For storage::Mailbox::watch: any thread; marks the session and ends its wait in IDLE.
  std::function<void()> waker();
  // Announces until the client sends something, or the session ends; with a line now and then
  // (RFC 2177).
  Task<> announce_until_input();

 private:
  struct Waker;  // session_waker.h

  Task<> converse();
  Task<> announce_between_commands();  // the same where NOTIFY was used (RFC 5465)
  Task<Stream::Ready> wait_for_input(View::Expunges, std::chrono::seconds timeout);
  Task<> answer(std::string text);
  Task<Reply> perform(const Command&, Request&);
  void finish(const std::string& tag, const Reply&);
  Task<> say_last(std::string_view farewell);
  void forget_user();
  void close_view();                          // what was recent to it and is not told is given back
  std::function<void(const Error&)> ender();  // any thread: the mailbox serves users no longer
  std::function<void(const Error&)> guest_ender(MailboxId);
  std::function<void()> withdrawer();  // any thread: nor does it serve this one

  Backend& backend_;
  Stream stream_;
  State state_ = State::not_authenticated;
  std::optional<storage::Account> account_;
  std::shared_ptr<storage::Mailbox> mailbox_;
  policy::Mailboxes::Visit visit_;
  policy::LoginWatch::Visit login_visit_;
  std::optional<View> view_;
  std::shared_ptr<storage::Mailbox> selected_mailbox_;  // with view_
  std::set<std::string> enabled_;
  Client client_;  // `account` is empty: account_ says it
  std::unique_ptr<Features> features_;
  std::string out_;
  std::string tag_;
  std::shared_ptr<Waker> waker_;
  unsigned failed_logins_ = 0;
  unsigned bad_commands_ = 0;  // in a row
  bool stopping_ = false;
};

using Handler = Task<Reply> (*)(Session&, Request&);

// imap/command_table.cpp: the one list of commands, and when each is allowed.
struct Command {
  std::string_view name;
  State least;  // not_authenticated: always
  Handler handler;
  bool only_before_login = false;
  // What is announced before its reply. hold: FETCH, STORE, SEARCH (RFC 3501 7.4.1); none: SELECT,
  // whose answer is the whole state.
  std::optional<View::Expunges> announced = View::Expunges::tell;
};
const Command* find_command(std::string_view name);

}  // namespace imap
