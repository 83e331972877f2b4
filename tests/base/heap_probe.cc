// What is given back to the heap of base/heap.h is not to be found any more, whoever gives it back:
// this program searches its own memory. Built without sanitizers, whose heap would stand in for
// ours.

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <barrier>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/heap.h"
#include "base/stack.h"

extern "C" void __libc_free(void*);

namespace {

constexpr std::size_t secret_size = 24;
constexpr char coded[] =
    "\x14\x10\x16\x07\x10\x01\x58\x1a\x13\x58\x01\x1d\x10\x58\x1d\x10\x14\x05\x58\x45\x47\x46\x41"
    "\x4c";

// Never in memory as it is but where a case writes it.
char letter(std::size_t at) { return static_cast<char>(coded[at % secret_size] ^ 0x75); }

void write_secret(void* block, std::size_t size) {
  auto* out = static_cast<volatile char*>(block);
  for (std::size_t n = 0; n < size; ++n) out[n] = letter(n);
}

bool matches(const char* at) {
  for (std::size_t n = 0; n < secret_size; ++n)
    if (at[n] != letter(n)) return false;
  return true;
}

bool has_secret(const char* octets, std::size_t size) {
  for (std::size_t at = 0; at + secret_size <= size; ++at)
    if (octets[at] == letter(0) && matches(octets + at)) return true;
  return false;
}

// In memory of this process that begins there? A piece at a time, each read with a bit of the next.
bool is_found_in(int memory, std::uint64_t start, std::uint64_t end) {
  static char piece[1 << 20];
  bool found = false;
  for (auto at = start; at < end && !found; at += sizeof piece - secret_size) {
    const auto got = pread(memory, piece, std::min<std::uint64_t>(sizeof piece, end - at),
                           static_cast<off_t>(at));
    found = got > 0 && has_secret(piece, static_cast<std::size_t>(got));
    explicit_bzero(piece, sizeof piece);
  }
  return found;
}

// In all writable memory of this process.
bool is_found() {
  const int memory = open("/proc/self/mem", O_RDONLY);
  const std::unique_ptr<FILE, int (*)(FILE*)> maps(std::fopen("/proc/self/maps", "r"), std::fclose);
  bool found = false;
  char line[512];
  while (std::fgets(line, sizeof line, maps.get())) {
    std::uint64_t start = 0, end = 0;
    char rights[5] = "";
    if (std::sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &start, &end, rights) == 3 &&
        rights[1] == 'w' && is_found_in(memory, start, end))
      found = true;
  }
  close(memory);
  return found;
}

struct Case {
  const char* name;
  std::function<void(std::size_t)> run;
};

const Case cases[] = {
    {"malloc and free",
     [](std::size_t size) {
       void* block = std::malloc(size);
       write_secret(block, size);
       std::free(block);
     }},
    {"new and delete",
     [](std::size_t size) {
       auto block = std::make_unique<char[]>(size);
       write_secret(block.get(), size);
     }},
    {"a string that grows",
     [](std::size_t size) {
       std::string text;
       for (std::size_t n = 0; n < size; ++n) text += letter(n);
     }},
    {"realloc that grows",
     [](std::size_t size) {
       void* block = std::malloc(size);
       write_secret(block, size);
       void* grown = std::realloc(block, size * 3);
       explicit_bzero(grown, size);
       std::free(grown);
     }},
    {"realloc that shrinks",
     [](std::size_t size) {
       void* block = std::malloc(size * 8);
       write_secret(block, size * 8);
       std::free(std::realloc(block, size / 2));
     }},
    {"realloc to nothing",
     [](std::size_t size) {
       void* block = std::malloc(size);
       write_secret(block, size);
       if (std::realloc(block, 0) != nullptr) std::abort();
     }},
    {"reallocarray",
     [](std::size_t size) {
       void* block = std::malloc(size);
       write_secret(block, size);
       void* grown = reallocarray(block, 3, size);
       explicit_bzero(grown, size);
       std::free(grown);
     }},
    {"aligned",
     [](std::size_t size) {
       void* block = nullptr;
       if (posix_memalign(&block, 4096, size) != 0) std::abort();
       write_secret(block, size);
       std::free(block);
     }},
    {"SQLite",
     [](std::size_t size) {
       void* block = sqlite3_malloc64(size);
       write_secret(block, size);
       sqlite3_free(sqlite3_realloc64(block, size * 2));
     }},
    {"OpenSSL",
     [](std::size_t size) {
       void* block = OPENSSL_malloc(size);
       write_secret(block, size);
       OPENSSL_free(block);
     }},
    {"another thread",
     [](std::size_t size) {
       std::thread([size] {
         std::free([size] {
           void* block = std::malloc(size);
           write_secret(block, size);
           return block;
         }());
       }).join();
     }},
    {"the stack of a thread",
     [](std::size_t size) {
       static const auto deep = [](std::size_t octets) {
         char local[16 * 1024];
         write_secret(local, std::min(octets, sizeof local));
       };
       deep(size);
       wipe_stack();
     }},
};

int check(bool fine, const char* what, std::size_t size) {
  if (!fine) std::printf("failed: %s, %zu octets\n", what, size);
  return fine ? 0 : 1;
}

// Else the search shows nothing. In a process of its own, since it leaves something.
int check_search() {
  const auto child = fork();
  if (child == 0) {
    void* block = std::malloc(50'000);
    write_secret(block, 50'000);
    const bool in_use = is_found();
    __libc_free(block);
    _exit(in_use && is_found() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return check(status == 0, "what is in use is found, and what glibc's own free leaves", 50'000) +
         check(!is_found(), "what is nowhere is not found", 0);
}

int check_use() {
  const auto before = heap_in_use();
  auto block = std::make_unique<char[]>(1 << 20);
  write_secret(block.get(), 1);
  const auto more = heap_in_use() - before;
  return check(more >= 1 << 20 && more < 2 << 20, "heap_in_use", more);
}

std::size_t resident() {
  std::size_t all = 0, pages = 0;
  const std::unique_ptr<FILE, int (*)(FILE*)> told(std::fopen("/proc/self/statm", "r"),
                                                   std::fclose);
  if (std::fscanf(told.get(), "%zu %zu", &all, &pages) != 2) std::abort();
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// As hashing passwords does, on several threads that go on: none of it stays.
int check_large() {
  constexpr std::size_t size = 20 << 20;
  std::barrier used(4 + 1), looked(4 + 1);
  const auto before = resident();
  std::vector<std::jthread> threads;
  for (int n = 0; n < 4; ++n)
    threads.emplace_back([&] {
      for (int turn = 0; turn < 3; ++turn) write_secret(std::make_unique<char[]>(size).get(), size);
      used.arrive_and_wait();
      looked.arrive_and_wait();
    });
  used.arrive_and_wait();
  const auto kept = resident() - before;
  looked.arrive_and_wait();
  return check(kept < size / 4, "large blocks given back", kept);
}

}  // namespace

int main() {
  int failures = check_search() + check_use() + check_large();
  for (const std::size_t size : {40, 600, 3000, 40'000, 200'000, 3'000'000})
    for (const auto& each : cases) {
      each.run(size);
      wipe_stack();  // the dynamic linker saves registers there, with what memcpy left in them
      failures += check(!is_found(), each.name, size);
    }
  std::printf("%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
