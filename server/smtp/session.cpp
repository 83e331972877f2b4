#include "server/smtp/session.h"

#include "base/log.h"
#include "crypto/locked_memory.h"
#include "server/smtp/command_table.h"
#include "server/smtp/trace.h"

namespace server::smtp {
namespace {

constexpr std::size_t flush_at = 16 * 1024;  // octets of pipelined replies

// The line may be an AUTH with its initial response.
struct WipedLine {
  std::string text;
  ~WipedLine() { crypto::wipe(text.data(), text.size()); }
};

}  // namespace

Session::Session(Backend& backend, const Mode& mode, imap::Stream stream)
    : backend_(backend),
      mode_(mode),
      stream_(std::move(stream)),
      input_(stream_, backend_.limits) {}

Session::~Session() {
  if (account_) backend_.leave(account_->id);
}

Task<> Session::run() {
  std::string why = "closed";
  try {
    co_await converse();
  } catch (const std::exception& error) {
    why = error.what();
  }
  try {
    if (!ended_ && login_tie_.is_withdrawn())
      say(reply(421, "4.7.0", "what you have logged in with is no longer good: log in again"));
    else if (!ended_)
      say(reply(421, "4.3.2", stopping_ ? "closing down" : "closing: " + why));
    co_await flush();
  } catch (const std::exception&) {
    why += "; the last reply did not arrive";
  }
  co_await stream_.shutdown();
  log_end(why);
}

void Session::stop() {
  stopping_ = true;
  stream_.stop_reading();
}

Task<> Session::converse() {
  say(greeting_line());
  while (!ended_ && !stopping_ && !login_tie_.is_withdrawn()) {
    if (input_.empty() || out_.size() > flush_at) co_await flush();
    const auto last = co_await answer();
    say(last);
    if (last.is_error()) ++errors_;
    ++commands_;
    if (!ended_ && over_limit()) {
      say(reply(421, "4.7.0", "too many errors or commands"));
      end();
    }
  }
}

// One command in, its last reply out. The one place where a failure becomes a reply; those of the
// connection itself go on to run().
Task<Reply> Session::answer() {
  try {
    WipedLine line;
    line.text = co_await input_.line(backend_.limits.auth_line);
    co_return co_await answer_line(line.text);
  } catch (const BadCommand& error) {
    co_return error.answer();
  } catch (const Disconnected&) {
    throw;
  } catch (const Error& error) {
    logging::warning(
        "smtp_command_failed",
        {{"server", mode_.name}, {"fault", name_of(error.fault())}, {"reason", error.what()}});
    co_return reply_for(error);
  } catch (const std::exception& error) {
    logging::error("smtp_command_failed", {{"server", mode_.name}, {"reason", error.what()}});
    co_return reply(451, "4.3.0", "internal failure, try again later");
  }
}

Task<Reply> Session::answer_line(std::string_view line) {
  const auto request = split_command(line);
  // Where the chunk of a BDAT ends, that command knows.
  const bool long_line = line.size() > backend_.limits.line;
  if (long_line && request.verb != "AUTH" && request.verb != "BDAT")
    co_return reply(500, "5.5.2", "the line is too long");
  const auto* command = find_command(mode_, request.verb);
  if (!command) co_return reply(502, "5.5.1", "command not known here");
  if (const auto refused = objection(*this, command->needs)) co_return *refused;
  co_return co_await command->handler(*this, request.argument);
}

// Who brings mail may go on as long as there is some.
void Session::count_message() {
  ++messages_;
  errors_before_ = errors_;
  commands_before_ = commands_;
}

bool Session::count_transaction() { return ++transactions_ <= backend_.limits.transactions; }

bool Session::over_limit() const {
  const auto& limits = backend_.limits;
  return (!mode_.trusted && errors_ - errors_before_ >= limits.errors) ||
         commands_ - commands_before_ >= limits.commands;
}

void Session::say(const Reply& said) { out_ += said.wire(); }

Task<> Session::flush() {
  if (out_.empty()) co_return;
  const auto octets = std::exchange(out_, {});
  co_await stream_.write(octets);
}

void Session::greet(Greeting greeting, std::string name) {
  greeting_ = greeting;
  client_name_ = std::move(name);
  transaction_.reset();
}

Reply Session::greeting_line() const {
  const auto protocol = with_protocol({mode_.protocol, true, false, false, false});
  return reply(220, "", backend_.delivery.host_name() + ' ' + protocol + " ready");
}

void Session::begin_anew(ClaimedClient client) {
  forget_greeting();
  client_ = std::move(client);
  known_.reset();
  if (account_) backend_.leave(account_->id);
  account_.reset();
  login_tie_.hold({});
}

void Session::forget_greeting() { greet(Greeting::none, ""); }

bool Session::may_log_in_here() const {
  if (stream_.is_tls()) return true;
  return backend_.cleartext == imap::CleartextLogin::allowed_on_loopback && stream_.is_loopback();
}

const storage::Account* Session::known(const std::string& address) const {
  if (!known_ || known_->address != address || known_->until < std::chrono::steady_clock::now() ||
      known_->changes != backend_.delivery.recipients().changes())
    return nullptr;
  return &known_->account;
}

Reply Session::login_failed() {
  logging::info("smtp_login_failed", {{"server", mode_.name}, {"peer", peer()}});
  if (++failed_logins_ < backend_.limits.failed_logins)
    return reply(535, "5.7.8", "wrong name or password");
  end();
  return reply(421, "4.7.0", "too many failed logins");
}

void Session::log_end(std::string_view why) const {
  logging::info("smtp_session_ended", {{"server", mode_.name},
                                       {"peer", peer()},
                                       {"account", account_ ? account_->id.value : 0},
                                       {"tls", stream_.tls_description()},
                                       {"commands", commands_},
                                       {"errors", errors_},
                                       {"messages", messages_},
                                       {"why", why}});
}

}  // namespace server::smtp
