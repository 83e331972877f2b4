#pragma once
// What is in the queue and when it is to be tried: in memory alone, since times are sealed on the
// disk. Whoever takes a message has it alone until he says what comes next. Any thread.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace server::outgoing {

// What a message waits for.
enum class Waits : std::uint8_t {
  turn,    // its time
  host,    // the smart host, which cannot be had
  key,     // the key of its mailbox, which is denied or cannot be had
  person,  // held, until somebody says so
  repair,  // its row is damaged
};

// When one is due of which no more is known than that it is there; it is looked at first.
inline constexpr UnixTime not_looked_at = 0;

struct Scheduled {
  std::int64_t id;
  MailboxId mailbox;
  UnixTime due;
  Waits waits = Waits::turn;
  bool busy = false;
  std::string why{};  // it waits
};

class Schedule {
 public:
  // Later than this nobody has to wait: the clock was set back.
  Schedule(const Clock& clock, std::chrono::seconds longest) : clock_(clock), longest_(longest) {}

  void add(std::int64_t id, MailboxId, UnixTime due);  // one that is there already stays
  // The next that is due; nothing when none became so in time, or when told to stop.
  std::optional<std::int64_t> take(const std::stop_token&, std::chrono::milliseconds in_time);
  // One of these for each that was taken, by take() or claim().
  void again(std::int64_t id, UnixTime due, Waits, std::string why);
  void forget(std::int64_t id);

  // For an admin's act on it; false while somebody has it. Unknown ones are nobody's.
  bool claim(std::int64_t id);

  // Due now, whatever it waits for; of one that is being tried, again when that is over. False:
  // there is none.
  bool wake(std::int64_t id);
  void wake_all(Waits);
  void wake_all();

  std::optional<Scheduled> find(std::int64_t id) const;
  std::vector<Scheduled> list() const;  // by id
  std::size_t count() const;

 private:
  void set_due(Scheduled&, UnixTime);
  void wake(Scheduled&);
  std::optional<std::int64_t> due_now();

  const Clock& clock_;
  const std::chrono::seconds longest_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::int64_t, Scheduled> all_;
  std::set<std::pair<UnixTime, std::int64_t>> due_;  // those that are not busy and wait for a time
  std::set<std::int64_t> at_once_;                   // busy ones that were woken meanwhile
};

}  // namespace server::outgoing
