// Whose session it is, and which folder it has selected.

#include "imap/features.h"
#include "imap/session_waker.h"

namespace imap {

Task<> Session::log_in(policy::Admission admission) {
  if (!backend_.enter(admission.account.id))
    throw Error(Fault::limit, "This account has too many connections");
  account_ = admission.account;
  try {
    const auto open = [this] {
      return backend_.mailboxes.open(account_->mailbox, crypto::ActorClass::user);
    };
    mailbox_ = co_await blocking(open);
    const auto visit = [this] { return backend_.mailboxes.visit(account_->mailbox, ender()); };
    visit_ = co_await blocking(visit);
    const auto watch = [&] { return backend_.login.watch().enter(admission, withdrawer()); };
    login_visit_ = co_await blocking(watch);
  } catch (...) {
    visit_.reset();
    mailbox_.reset();
    backend_.leave(account_->id);
    account_.reset();
    throw;
  }
  state_ = State::authenticated;
}

Task<> Session::confirm() {
  const auto open = [this] {
    backend_.mailboxes.open(account_->mailbox, crypto::ActorClass::user);
  };
  co_await blocking(open);
}

void Session::forget_user() {
  close_view();
  waker_->guest_in.clear();
  visit_.reset();
  login_visit_.reset();
  mailbox_.reset();
  if (account_) backend_.leave(account_->id);
  account_.reset();
  features_ = std::make_unique<Features>();
  enabled_.clear();
}

void Session::log_out() {
  forget_user();
  state_ = State::logout;
}

void Session::unauthenticate() {
  forget_user();
  state_ = State::not_authenticated;
}

void Session::select(View view, std::shared_ptr<storage::Mailbox> mailbox) {
  view_.emplace(std::move(view));
  selected_mailbox_ = std::move(mailbox);
  waker_->selected = selected_mailbox_->id();
  state_ = State::selected;
}

void Session::close_view() {
  if (!view_) return;
  if (const auto untold = view_->end()) selected_mailbox_->give_back(view_->folder(), *untold);
  view_.reset();
  features_->contexts.reset();
  features_->decoding.reset();
  features_->url_key.reset();
  selected_mailbox_.reset();
  waker_->selected.reset();
}

void Session::unselect() {
  close_view();
  if (state_ == State::selected) state_ = State::authenticated;
}

void Session::identify(std::string name, std::string version) {
  client_.name = std::move(name);
  client_.version = std::move(version);
}

bool Session::may_log_in_here() const {
  return stream_.is_tls() ||
         (backend_.cleartext == CleartextLogin::allowed_on_loopback && stream_.is_loopback());
}

void Session::login_failed() {
  if (++failed_logins_ < backend_.limits.failed_logins) return;
  say("BYE Too many failed logins");
  log_out();
}

}  // namespace imap
