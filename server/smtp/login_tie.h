#pragma once
// Ties a session to what its user has logged in with: once that is withdrawn, the session reads no
// more.

#include <functional>
#include <memory>

#include "imap/stream.h"
#include "policy/login_watch.h"

namespace server::smtp {

class LoginTie {
 public:
  // The stream is the session's, which goes before its executor does.
  explicit LoginTie(imap::Stream& stream);
  ~LoginTie();  // from the executor

  std::function<void()> withdrawer() const;  // what it returns: any thread
  void hold(policy::LoginWatch::Visit visit) { visit_ = std::move(visit); }
  bool is_withdrawn() const;  // from the executor

 private:
  struct State;
  std::shared_ptr<State> state_;
  policy::LoginWatch::Visit visit_;
};

}  // namespace server::smtp
