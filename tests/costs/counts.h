#pragma once
// What an operation asks of what is below the program, counted where it calls it: SQLite, OpenSSL,
// the system and the heap. So the program has nothing in it for this, and no
// figure depends on the clock. Only in costs_tests, which stands in for these calls (counts.cpp).

#include <cstdint>
#include <string_view>

namespace costs {

struct Counts {
  std::uint64_t statements = 0;   // SQL, begun; without pragmas
  std::uint64_t commits = 0;      // of transactions that may have written
  std::uint64_t syncs = 0;        // fsync and fdatasync
  std::uint64_t seals = 0;        // AEAD: records, chunks, wrapped keys
  std::uint64_t opens = 0;        // likewise
  std::uint64_t hashes = 0;       // argon2id
  std::uint64_t allocations = 0;  // of the heap, in all libraries; 0 without a sanitizer
};

struct Column {
  std::string_view name;
  std::uint64_t Counts::*figure;
};
inline constexpr Column columns[] = {
    {"statements", &Counts::statements},
    {"commits", &Counts::commits},
    {"syncs", &Counts::syncs},
    {"seals", &Counts::seals},
    {"opens", &Counts::opens},
    {"hashes", &Counts::hashes},
    {"allocations", &Counts::allocations},
};

Counts operator-(Counts, const Counts&);

// By all threads since the start; before it, call begin_counting(). Checkpoints are not counted:
// they come when they come.
Counts counts();
void begin_counting();  // of the connections that are opened from now on
bool allocations_are_counted();

// What this thread does is not counted meanwhile: it is the client.
class Uncounted {
 public:
  Uncounted();
  ~Uncounted();
  Uncounted(const Uncounted&) = delete;
  Uncounted& operator=(const Uncounted&) = delete;
};

// Returns when no thread has done anything that counts for a moment: what goes on behind an answer
// is over.
void wait_until_still();

template <class Work>
Counts counted(Work work) {
  wait_until_still();
  const auto before = counts();
  work();
  wait_until_still();
  return counts() - before;
}

}  // namespace costs
