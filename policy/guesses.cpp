#include "policy/guesses.h"

#include "base/error.h"

namespace policy {

namespace {

constexpr int sleepers_limit = 8;

struct Sleeper {
  std::atomic<int>& count;
  int others;
  explicit Sleeper(std::atomic<int>& sleepers) : count(sleepers), others(count++) {}
  ~Sleeper() { --count; }
};

}  // namespace

void Guesses::wait(const std::string& peer, const std::string& name) {
  const auto time = back_off_.wait(peer, name);
  if (time.count() == 0) return;
  const Sleeper sleeper(sleepers_);
  // Threads are for those who may log in, too.
  if (sleeper.others >= sleepers_limit)
    throw Error(Fault::unavailable, "too many failed logins from your address; try again later");
  sleep_(time);
}

}  // namespace policy
