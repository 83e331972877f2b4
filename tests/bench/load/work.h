#pragma once
// One piece of load: prepared, started on a word from the driver, checked. On standard output: a
// line "ready" when it is prepared, after a line on standard input one line of JSON with what was
// measured, and when the answers are checked another.

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace load {

// The arguments NAME=VALUE. Those asked for must be there.
class Options {
 public:
  Options(int count, char** words);

  const std::string& text(const std::string& name) const;
  std::size_t number(const std::string& name) const;
  std::vector<std::string> list(const std::string& name) const;  // separated by commas

 private:
  std::map<std::string, std::string> values_;
};

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point);

// What was done, and what of the answers was wrong.
struct Outcome {
  std::size_t operations = 0, octets = 0;
  std::vector<double> latencies;   // seconds
  std::vector<std::string> wrong;  // in words

  void add(const Outcome&);
  // Counts an operation that began then.
  void done(Clock::time_point began, std::size_t octets);
};

using Worker = std::function<void(Outcome&)>;

// "ready", the word to start, each worker in a thread of its own, and the line of JSON. What a
// worker throws is wrong.
void measured(const std::vector<Worker>&);

// The second line: what a check has found. What it throws is wrong.
void checked(const std::function<void(Outcome&)>&);

// The kinds of work.
void deliver(const Options&);
void append(const Options&);
void download(const Options&);
void random_messages(const Options&);
void parts(const Options&);
void logins(const Options&);
void push(const Options&);
void hold(const Options&);
void mix(const Options&);

}  // namespace load
