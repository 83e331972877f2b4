#pragma once
// The job that looks at the facts each interval and tells what is new in the alerts, once each,
// over restarts too (RULES.md section 11).

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "policy/alerts.h"
#include "policy/worker.h"

namespace policy {

// Where notices go, besides the log.
class AlertChannel {
 public:
  virtual ~AlertChannel() = default;
  virtual std::string name() const = 0;  // "command", "webhook"
  // Within some seconds, less when told to stop. Throws unavailable when it was not taken.
  virtual void tell(const Notice&, const std::stop_token&) = 0;
};

// What must survive a restart.
struct AlertState {
  std::vector<Alert> in_force;
  UnixTime moving_since = 0;                              // AlertFacts
  std::map<std::string, std::vector<Notice>> not_told{};  // by channel, the oldest first
};

class AlertMemory {
 public:
  virtual ~AlertMemory() = default;
  virtual AlertState load() = 0;             // throws corrupt
  virtual void save(const AlertState&) = 0;  // whole or not at all; throws unavailable
};

class AlertWatch {
 public:
  // What a channel does not take is tried again at each interval, in order, until it is that old or
  // there is that much of it.
  static constexpr UnixTime longest_wait = 24 * 3600;
  static constexpr std::size_t most_waiting = 200;

  // Blocks while it asks vaults; moving_since is filled in here.
  using Look = std::function<AlertFacts(const std::stop_token&)>;
  using Channels = std::vector<std::unique_ptr<AlertChannel>>;

  AlertWatch(Look, std::unique_ptr<AlertMemory>, Channels, const Clock&);
  ~AlertWatch();

  // Evaluates now and each interval, in a thread of its own.
  void start(std::chrono::seconds interval);
  void stop();
  // One look, and what follows. Throws what the look throws; then nothing has changed.
  void evaluate(const std::stop_token&);

  struct Seen {
    UnixTime time = 0;  // of the last look; 0: none yet
    std::vector<Alert> alerts;
    std::map<std::string, std::size_t> waiting;  // notices, by channel
  };
  Seen seen() const;  // any thread; does not block

  struct Told {
    std::string channel, failure;  // empty: it was taken
  };
  // A notice that says it is a test, to each channel. Blocking pool only.
  std::vector<Told> test();

 private:
  void load();
  void queue(const std::vector<Notice>&);
  void tell_all(const std::stop_token&);
  // Whether it was taken.
  bool told(AlertChannel&, const Notice&, const std::stop_token&);
  void save();

  const Look look_;
  const std::unique_ptr<AlertMemory> memory_;
  const Channels channels_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  AlertState state_;
  UnixTime looked_ = 0;
  std::unique_ptr<Worker> worker_;
};

}  // namespace policy
