#include "crypto/locked_memory.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>
#include <thread>
#include <vector>

#include "base/error.h"

using namespace crypto;

namespace {

// Runs `work` in a child process; true when it said so.
template <class Work>
bool in_child(Work work) {
  const auto child = fork();
  if (child == 0) {
    bool done = false;
    try {
      done = work();
    } catch (...) {
    }
    _exit(done ? 0 : 1);
  }
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

void forbid_locking() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_MEMLOCK, &none);
  if (geteuid() == 0 && setuid(65534) != 0) _exit(2);  // root may lock whatever the limit
}

}  // namespace

BOOST_AUTO_TEST_SUITE(locked_memory)

// First in this suite: the locked heap is made once in a process.
BOOST_AUTO_TEST_CASE(without_the_right_to_lock_keys_work_and_it_says_so) {
  if (CRYPTO_secure_malloc_initialized() == 1) return;  // run with other suites in one process
  BOOST_TEST(in_child([] {
    forbid_locking();
    const auto security = secure_process();
    return !security.memory_locked && security.locked_bytes == 0 && security.core_dumps_off &&
           LockedKey::random().view().size() == 32;
  }));
}

BOOST_AUTO_TEST_CASE(a_secured_process_leaves_no_core_dump) {
  BOOST_TEST(in_child([] {
    const auto security = secure_process();
    rlimit limit{};
    getrlimit(RLIMIT_CORE, &limit);
    return security.core_dumps_off && limit.rlim_max == 0 &&
           prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
  }));
}

BOOST_AUTO_TEST_CASE(a_key_lies_in_the_secure_heap) {
  const auto key = LockedKey::random();
  BOOST_TEST(CRYPTO_secure_allocated(key.view().data()) == 1);
}

BOOST_AUTO_TEST_CASE(a_key_is_wiped_when_given_back) {
  const std::uint8_t* where = nullptr;
  {
    const auto key = LockedKey::copy_of(Bytes(32, 0x5a));
    where = key.view().data();
  }
  // The heap keeps its own list links in the first 16 octets of a free block.
  BOOST_TEST(std::count(where + 16, where + 32, 0x5a) == 0);
}

BOOST_AUTO_TEST_CASE(a_full_heap_is_an_error_and_not_ordinary_memory) {
  BOOST_TEST(in_child([] {
    std::vector<LockedKey> keys;
    try {
      for (int i = 0; i < 200000; ++i) keys.push_back(LockedKey::copy_of(Bytes(32)));
    } catch (const Error& error) {
      keys.clear();
      return error.fault() == Fault::unavailable && LockedKey::random().view().size() == 32;
    }
    return false;
  }));
}

BOOST_AUTO_TEST_CASE(moving_leaves_nothing_behind) {
  auto key = LockedKey::copy_of(Bytes(32, 7));
  auto other = std::move(key);
  BOOST_TEST(key.view().empty());
  BOOST_TEST(other.view()[31] == 7);
  other = LockedKey::copy_of(Bytes(32, 8));
  BOOST_TEST(other.view()[0] == 8);
}

BOOST_AUTO_TEST_CASE(random_octets_do_not_repeat) {
  std::set<Bytes> seen;
  for (int i = 0; i < 2000; ++i) seen.insert(random_bytes(24));
  BOOST_TEST(seen.size() == 2000U);
  BOOST_TEST(random_bytes(0).empty());
  const auto large = random_bytes(100000);
  BOOST_TEST(std::count(large.begin(), large.end(), 0) < 1000);
}

BOOST_AUTO_TEST_CASE(threads_share_no_random_octets) {
  constexpr int threads = 4, each = 500;
  std::vector<std::vector<Bytes>> taken(threads);
  std::vector<std::thread> running;
  for (auto& mine : taken)
    running.emplace_back([&mine] {
      for (int i = 0; i < each; ++i) mine.push_back(random_bytes(16));
    });
  for (auto& thread : running) thread.join();
  std::set<Bytes> seen;
  for (const auto& mine : taken) seen.insert(mine.begin(), mine.end());
  BOOST_TEST(seen.size() == std::size_t{threads} * each);
}

BOOST_AUTO_TEST_CASE(a_forked_child_gets_other_random_octets) {
  random_bytes(1);  // the pool is filled before the fork
  auto* shared = static_cast<std::uint8_t*>(
      mmap(nullptr, 32, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  BOOST_TEST(in_child([shared] {
    random_bytes(std::span(shared, 32));
    return true;
  }));
  const auto mine = random_bytes(32);
  BOOST_TEST(!std::equal(mine.begin(), mine.end(), shared));
  munmap(shared, 32);
}

BOOST_AUTO_TEST_SUITE_END()
