#include "crypto/dial.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

namespace crypto {
namespace {

// getaddrinfo cannot be interrupted: it is left behind on a thread of its own, few at a time.
constexpr int lookup_limit = 16;

[[noreturn]] void too_long(std::string_view doing, const Wait& wait) {
  throw HttpsError(HttpsFault::timeout, std::string(doing) + ' ' + std::string(wait.why()));
}

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

struct Lookup {
  std::mutex mutex;
  std::condition_variable done;
  bool finished = false;
  int failure = 0;
  std::vector<Address> addresses;
};

std::vector<Address> resolved(const std::string& host, unsigned short port, int flags,
                              int& failure) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  failure = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  std::vector<Address> out;
  for (auto* each = list; failure == 0 && each != nullptr; each = each->ai_next) {
    Address address;
    address.size = each->ai_addrlen;
    std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
    out.push_back(address);
  }
  if (list != nullptr) ::freeaddrinfo(list);
  return out;
}

class LookupSlot {
 public:
  LookupSlot() : taken_(running()++ < lookup_limit) {}
  ~LookupSlot() { --running(); }
  LookupSlot(const LookupSlot&) = delete;
  LookupSlot& operator=(const LookupSlot&) = delete;
  bool taken() const { return taken_; }

 private:
  static std::atomic<int>& running() {
    static std::atomic<int> count = 0;
    return count;
  }
  bool taken_;
};

std::vector<Address> look_up(const std::string& host, unsigned short port, const Wait& wait) {
  int failure = 0;
  auto numeric = resolved(host, port, AI_NUMERICHOST, failure);
  if (failure == 0) return numeric;
  auto slot = std::make_shared<LookupSlot>();
  if (!slot->taken())
    throw HttpsError(HttpsFault::timeout, "too many names are being looked up at once");
  auto lookup = std::make_shared<Lookup>();
  std::thread([lookup, host, port, slot] {
    int result = 0;
    auto addresses = resolved(host, port, AI_ADDRCONFIG, result);
    const std::lock_guard lock(lookup->mutex);
    lookup->addresses = std::move(addresses);
    lookup->failure = result;
    lookup->finished = true;
    lookup->done.notify_one();
  }).detach();
  std::unique_lock lock(lookup->mutex);
  while (!lookup->done.wait_for(lock, wait.slice(), [&] { return lookup->finished; }))
    if (wait.is_over()) too_long("looking up " + host, wait);
  if (lookup->failure != 0)
    throw HttpsError(
        lookup->failure == EAI_NONAME ? HttpsFault::no_such_name : HttpsFault::unreachable,
        "cannot look up " + host + ": " + ::gai_strerror(lookup->failure));
  return lookup->addresses;
}

// The socket, or -1 with errno.
int connected(const Address& address, const Wait& wait, const std::string& host) {
  const int socket =
      ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int failure = 0;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0)
    failure = errno;
  try {
    if (failure == EINPROGRESS) {
      wait_until_ready(socket, POLLOUT, wait, "connecting to " + host);
      socklen_t size = sizeof failure;
      ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &size);
    }
  } catch (const HttpsError&) {
    ::close(socket);
    throw;
  }
  if (failure == 0) return socket;
  ::close(socket);
  errno = failure;
  return -1;
}

}  // namespace

void wait_until_ready(int socket, short events, const Wait& wait, std::string_view doing) {
  for (;;) {
    const auto slice = wait.slice().count();
    pollfd waiting{socket, events, 0};
    const int ready = slice <= 0 ? 0 : ::poll(&waiting, 1, static_cast<int>(slice));
    if (ready > 0) return;
    if (ready == 0 && wait.is_over()) too_long(doing, wait);
    if (ready < 0 && errno != EINTR)
      throw HttpsError(HttpsFault::unreachable, std::string(doing) + " failed");
  }
}

int dial(const std::string& host, unsigned short port, const Wait& wait) {
  const auto addresses = look_up(host, port, wait);
  errno = EADDRNOTAVAIL;
  for (const auto& address : addresses) {
    const int socket = connected(address, wait, host);
    if (socket >= 0) return socket;
  }
  throw HttpsError(HttpsFault::unreachable, "cannot connect to " + host + ':' +
                                                std::to_string(port) + ": " + std::strerror(errno));
}

}  // namespace crypto
