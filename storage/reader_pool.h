#pragma once
// Connections for reading, made when needed and kept; each is used by one thread at a time.

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "storage/sqlite.h"

namespace storage {

inline constexpr std::size_t reader_limit = 8;  // a database; who comes later waits

class ReaderPool {
 public:
  explicit ReaderPool(std::filesystem::path file) : file_(std::move(file)) {}

  // One connection, until it goes.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    ~Lease() { pool_.give_back(std::move(connection_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    ReaderPool& pool_;
    std::unique_ptr<Connection> connection_;
  };
  // Not within another lease of the same thread.
  Lease lease() { return Lease(*this, taken()); }

 private:
  std::unique_ptr<Connection> taken();
  std::unique_ptr<Connection> opened();
  void give_back(std::unique_ptr<Connection>);

  std::filesystem::path file_;
  std::mutex mutex_;
  std::condition_variable given_back_;
  std::vector<std::unique_ptr<Connection>> free_;
  std::size_t made_ = 0;
};

}  // namespace storage
