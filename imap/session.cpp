#include "imap/session.h"

#include "base/log.h"
#include "imap/announcing.h"
#include "imap/features.h"
#include "imap/session_waker.h"
#include "imap/uid_only.h"

namespace imap {

namespace {

constexpr std::size_t answer_limit = 16 * 1024;  // a line after "+", octets
constexpr std::size_t flushed_at = 64 * 1024;    // unsent octets between pipelined commands

const storage::Account* pointer(const std::optional<storage::Account>& account) {
  return account ? &*account : nullptr;
}

// Faults of ours, not of the client's making: an operator wants to know.
void log_failure(const Error& error, std::string_view command, const storage::Account* account) {
  const bool is_ours = error.fault() == Fault::corrupt || error.fault() == Fault::unavailable ||
                       error.fault() == Fault::denied;
  if (!is_ours) return;
  logging::warning("imap.command_failed", {{"command", command},
                                           {"account", account ? account->id.value : 0},
                                           {"fault", name_of(error.fault())},
                                           {"reason", error.what()}});
}

// RFC 5530 section 3.
std::string_view farewell_for(Fault fault) {
  if (fault == Fault::denied)
    return "[CONTACTADMIN] Access to the key of this mailbox has been withdrawn: ask your "
           "administrator";
  if (fault == Fault::not_found) return "The mailbox is gone";
  return "[UNAVAILABLE] The key of this mailbox cannot be had just now: come back later";
}

// RFC 5530 section 3.
constexpr std::string_view withdrawn =
    "[EXPIRED] What you have logged in with is no longer good: log in again";

}  // namespace

Session::Session(Backend& backend, Stream stream)
    : backend_(backend),
      stream_(std::move(stream)),
      features_(std::make_unique<Features>()),
      waker_(std::make_shared<Waker>()) {
  waker_->executor = stream_.executor();
  waker_->stream = &stream_;
}

Session::~Session() {
  waker_->stream = nullptr;
  log_out();
}

// ---- the loop

Task<> Session::run() {
  std::string_view farewell;
  try {
    co_await converse();
  } catch (const TimedOut&) {
    farewell = "Too long without a command";
  } catch (const Error& error) {
    if (error.fault() == Fault::too_big) farewell = "That is more than this server takes";
  } catch (const std::exception& error) {
    logging::error("imap.session_failed", {{"reason", error.what()}});
    farewell = "Internal failure";
  }
  if (waker_->ended) farewell = waker_->withdrawn ? withdrawn : farewell_for(*waker_->ended);
  if (stopping_) farewell = "The server is shutting down, come back soon";
  log_out();
  co_await say_last(farewell);
}

void Session::stop() {
  stopping_ = true;
  stream_.stop_reading();
}

Task<> Session::converse() {
  say("OK [CAPABILITY " + capabilities() + "] Sealpost ready");
  CommandReader reader(stream_, out_, backend_.limits);
  while (state_ != State::logout && !stopping_ && !waker_->ended) {
    co_await announce_between_commands();
    auto command = co_await reader.next(state_);
    if (command.refusal)
      finish(tag_of(command.text), *command.refusal);
    else
      co_await answer(std::move(command.text));
    if (out_.size() > flushed_at) co_await flush();
  }
  co_await flush();
}

Task<> Session::say_last(std::string_view farewell) {
  try {
    if (!farewell.empty()) say("BYE " + std::string(farewell));
    co_await flush();
  } catch (const Disconnected&) {
    // The client has gone: nobody is left to tell.
  }
  co_await stream_.shutdown();
}

// One command. The one place where a failure becomes a reply.
Task<> Session::answer(std::string text) {
  tag_ = tag_of(text);
  std::string name;
  Reply reply;
  try {
    Request request(std::move(text));
    if (names() == NameForm::utf8) request.require_utf8();
    name = request.name();
    const auto* command = find_command(name);
    if (command == nullptr) throw BadSyntax("there is no such command");
    reply = co_await perform(*command, request);
    if (!reply.text.empty() && command->announced) {
      const auto expunges = reply.by_number ? View::Expunges::hold : *command->announced;
      const auto answers = reply.expunged ? Answers::own_expunges : Answers::others;
      co_await announce(*this, expunges, request.by_uid(), answers);
    }
  } catch (const BadSyntax& error) {
    reply = bad(one_line(error.what()));
  } catch (const Disconnected&) {
    throw;
  } catch (const Error& error) {
    log_failure(error, name, pointer(account_));
    reply = no(error);
  } catch (const std::exception& error) {
    logging::error("imap.command_failed", {{"command", name}, {"reason", error.what()}});
    reply = no("[SERVERBUG] Internal failure");
  }
  finish(tag_, reply);
}

Task<Reply> Session::perform(const Command& command, Request& request) {
  if (command.only_before_login && state_ != State::not_authenticated)
    throw BadSyntax("that is done before login only");
  if (state_ < command.least)
    throw BadSyntax(state_ == State::not_authenticated ? "log in first" : "select a folder first");
  if (command.least == State::selected) {
    end_unless_readable(*this);
    if (state_ == State::logout) throw Error(Fault::not_found, "there is no such folder");
  }
  refuse_numbers(*this, command);
  auto reply = co_await command.handler(*this, request);
  co_return reply;
}

void Session::finish(const std::string& tag, const Reply& reply) {
  if (reply.text.empty()) return;
  say_raw(tag + ' ' + reply.text + "\r\n");
  const bool was_bad = reply.text.starts_with("BAD");
  bad_commands_ = was_bad ? bad_commands_ + 1 : 0;
  if (bad_commands_ < backend_.limits.bad_commands) return;
  say("BYE Too many commands that make no sense");
  log_out();
}

// ---- for commands

storage::Reason Session::reason(crypto::Cause cause) const {
  return {cause, {crypto::ActorClass::user, account_->id}};
}

void Session::say(std::string_view line) {
  out_ += "* ";
  out_ += line;
  out_ += "\r\n";
}

void Session::say_raw(std::string_view octets) { out_ += octets; }

Task<> Session::flush() {
  const auto octets = std::exchange(out_, {});
  co_await stream_.write(octets);
}

Task<> Session::flush_and_end_compression() {
  const auto octets = std::exchange(out_, {});
  co_await stream_.write_and_end_compression(octets);
}

Task<std::string> Session::ask(std::string_view prompt) {
  out_ += "+ ";
  out_ += prompt;
  out_ += "\r\n";
  co_await flush();
  const auto timeout = backend_.limits.idle_before_login;
  auto line = co_await stream_.read_line(answer_limit, timeout);
  co_return line;
}

}  // namespace imap
