#pragma once
// One io_context a core, each run by one thread; a connection belongs to one of them for its life.

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "base/asio.h"

namespace server {

class IoThreads {
 public:
  explicit IoThreads(unsigned count);
  ~IoThreads();  // joined first; what was suspended on them is destroyed

  void start();
  void join();  // ends them after the handler each is in

  boost::asio::io_context& next();  // in turn; any thread

 private:
  struct Loop;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::atomic<std::size_t> turn_{0};
};

}  // namespace server
