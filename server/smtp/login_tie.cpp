#include "server/smtp/login_tie.h"

#include "server/smtp/session.h"

namespace server::smtp {

// Shared with a call that may come when the session has gone. On the executor only.
struct LoginTie::State {
  Executor executor;
  imap::Stream* stream;  // null once the session is gone
  bool withdrawn = false;
};

LoginTie::LoginTie(imap::Stream& stream)
    : state_(std::make_shared<State>(State{stream.executor(), &stream})) {}

LoginTie::~LoginTie() { state_->stream = nullptr; }

std::function<void()> LoginTie::withdrawer() const {
  return [state = state_] {
    boost::asio::post(state->executor, [state] {
      if (state->stream == nullptr) return;
      state->withdrawn = true;
      state->stream->stop_reading();
    });
  };
}

bool LoginTie::is_withdrawn() const { return state_->withdrawn; }

Task<bool> Session::log_in(policy::Admission admission) {
  if (!backend_.enter(admission.account.id)) co_return false;
  account_ = admission.account;
  const auto watch = [&] {
    return backend_.login.watch().enter(admission, login_tie_.withdrawer());
  };
  auto visit = co_await blocking(watch);
  login_tie_.hold(std::move(visit));
  co_return true;
}

}  // namespace server::smtp
