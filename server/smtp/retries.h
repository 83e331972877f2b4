#pragma once
// Which accounts have a message that its client was told to send again, since others do not have it
// yet: on the retry they do not get it twice. In memory alone; what is forgotten too early costs a
// double. Any thread.

#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"

namespace server::smtp {

class Retries {
 public:
  using Accounts = std::set<AccountId>;

  static constexpr std::size_t limit = 256;        // messages; beyond, the oldest is forgotten
  static constexpr UnixTime lifetime = 12 * 3600;  // seconds since the last attempt

  explicit Retries(const Clock& clock);

  // One message of one sender, as the client sends it each time.
  Bytes key(std::string_view sender, std::string_view octets) const;

  Accounts holders(const Bytes& key) const;
  void remember(const Bytes& key, const Accounts&);
  void forget(const Bytes& key, const Accounts&);  // their retries are over

 private:
  struct Message {
    Bytes key;
    Accounts accounts;
    UnixTime until = 0;
  };

  const Clock& clock_;
  const Bytes secret_;  // keys say nothing of mail to who sees but them
  mutable std::mutex mutex_;
  std::deque<Message> messages_;  // the latest attempt last
};

}  // namespace server::smtp
