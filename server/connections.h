#pragma once
// Who is connected: counted by address and by account, so that one client cannot take all places,
// and told to end when the server stops. Any thread.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/ids.h"

namespace server {

class Connections {
 public:
  struct Limits {
    unsigned total = 20'000;
    unsigned per_address = 500;
    unsigned per_user = 50;
  };
  explicit Connections(const Limits& limits) : limits_(limits) {}

  // A connection's place, given back when this goes.
  class Place {
   public:
    Place(Connections& owner, std::uint64_t number, std::string address)
        : owner_(&owner), number_(number), address_(std::move(address)) {}
    Place(Place&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)),
          number_(other.number_),
          address_(std::move(other.address_)) {}
    ~Place();

   private:
    Connections* owner_;
    std::uint64_t number_;
    std::string address_;
  };

  enum class From { this_machine, elsewhere };  // addresses of this machine are not counted
  // Nothing: there is no place, or the server is stopping. `stop` is called once at most, on the
  // thread of stop_all(): it must only post.
  std::optional<Place> admit(const std::string& address, From, std::function<void()> stop);

  bool enter(AccountId);  // false: it has too many
  void leave(AccountId);

  // Tells all to end; nobody is admitted any more.
  void stop_all();
  // True when all have ended in time.
  bool wait_until_none(std::chrono::milliseconds);
  std::size_t count() const;

 private:
  void give_back(std::uint64_t number, const std::string& address);

  Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable none_;
  std::uint64_t last_number_ = 0;
  bool stopping_ = false;
  std::map<std::uint64_t, std::function<void()>> stops_;
  std::map<std::string, unsigned> by_address_;
  std::map<AccountId, unsigned> by_user_;
};

}  // namespace server
