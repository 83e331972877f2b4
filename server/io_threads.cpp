#include "server/io_threads.h"

namespace server {

struct IoThreads::Loop {
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy{io.get_executor()};
  std::thread thread;
};

IoThreads::IoThreads(unsigned count) {
  for (unsigned i = 0; i < count; ++i) loops_.push_back(std::make_unique<Loop>());
}

IoThreads::~IoThreads() { join(); }

void IoThreads::start() {
  for (auto& loop : loops_) loop->thread = std::thread([&io = loop->io] { io.run(); });
}

void IoThreads::join() {
  for (auto& loop : loops_) loop->io.stop();
  for (auto& loop : loops_)
    if (loop->thread.joinable()) loop->thread.join();
}

boost::asio::io_context& IoThreads::next() { return loops_[turn_++ % loops_.size()]->io; }

}  // namespace server
