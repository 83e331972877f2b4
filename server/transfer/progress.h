#pragma once
// How far it has come, on standard error while it runs: one line over and over on a terminal, else
// a line now and then.

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>

#include "server/transfer/link.h"

namespace server::transfer {

struct Advance {
  std::uint64_t messages = 0, octets = 0;
  std::uint64_t all = 0;  // octets; 0: not known
  double seconds = 0;
};

// "1200 messages, 34%, 410/s, 0:02:11 left"
std::string progress_text(const Advance&);

class Progress {
 public:
  enum class Show { nothing, one_line, lines };

  Progress(std::ostream& err, Show show) : err_(err), show_(show) {}
  // What the command is given; holds a reference to this.
  Observer observer();
  void finish();  // clears or ends the line

 private:
  using Clock = std::chrono::steady_clock;
  void done(std::uint64_t messages, std::uint64_t octets);
  void skipped(const std::string& what, const std::string& why);
  void clear();

  std::ostream& err_;
  Show show_;
  Advance advance_;
  Clock::time_point begun_ = Clock::now(), shown_ = begun_;
  std::uint64_t skips_ = 0;
};

}  // namespace server::transfer
