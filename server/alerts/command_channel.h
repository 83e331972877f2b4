#pragma once
// Tells a program of the admin's: started without a shell and without the server's environment, the
// notice as JSON on its standard input. What it prints is dropped.

#include <chrono>
#include <string>
#include <vector>

#include "policy/alert_watch.h"

namespace server::alerts {

class CommandChannel final : public policy::AlertChannel {
 public:
  // `command`: the path of the program, then its arguments. After `longest` it is killed, with all
  // that it started.
  CommandChannel(std::vector<std::string> command, std::string host_name,
                 std::chrono::milliseconds longest);

  std::string name() const override { return "command"; }
  // Taken when it exits with 0.
  void tell(const policy::Notice&, const std::stop_token&) override;

 private:
  const std::vector<std::string> command_;
  const std::string host_name_;
  const std::chrono::milliseconds longest_;
};

}  // namespace server::alerts
