#include "storage/reader_pool.h"

namespace storage {

std::unique_ptr<Connection> ReaderPool::taken() {
  {
    std::unique_lock lock(mutex_);
    given_back_.wait(lock, [&] { return !free_.empty() || made_ < reader_limit; });
    if (!free_.empty()) {
      auto connection = std::move(free_.back());
      free_.pop_back();
      return connection;
    }
    ++made_;
  }
  return opened();
}

std::unique_ptr<Connection> ReaderPool::opened() {
  try {
    return std::make_unique<Connection>(file_, Connection::Mode::read);
  } catch (...) {
    {
      const std::lock_guard lock(mutex_);
      --made_;
    }
    given_back_.notify_one();
    throw;
  }
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(connection));
  }
  given_back_.notify_one();
}

}  // namespace storage
