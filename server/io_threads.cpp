#include "server/io_threads.h"

#include "base/stack.h"

namespace server {
namespace {

constexpr std::chrono::seconds stack_wipe{1};

}  // namespace

struct IoThreads::Loop {
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy{io.get_executor()};
  boost::asio::steady_timer timer{io};
  std::thread thread;

  // What handlers have left on the stack, which is shallow between them.
  void wipe_now_and_then() {
    timer.expires_after(stack_wipe);
    timer.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      wipe_stack();
      wipe_now_and_then();
    });
  }
};

IoThreads::IoThreads(unsigned count) {
  for (unsigned i = 0; i < count; ++i) loops_.push_back(std::make_unique<Loop>());
}

IoThreads::~IoThreads() { join(); }

void IoThreads::start() {
  for (auto& loop : loops_) {
    loop->wipe_now_and_then();
    loop->thread = std::thread([&io = loop->io] { io.run(); });
  }
}

void IoThreads::join() {
  for (auto& loop : loops_) loop->io.stop();
  for (auto& loop : loops_)
    if (loop->thread.joinable()) loop->thread.join();
}

boost::asio::io_context& IoThreads::next() { return loops_[turn_++ % loops_.size()]->io; }

}  // namespace server
