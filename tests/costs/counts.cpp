#include "tests/costs/counts.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <sqlite3.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "crypto/password.h"

// Where the program has no sanitizer, there is none to ask.
extern "C" __attribute__((weak)) int __sanitizer_install_malloc_and_free_hooks(
    void (*malloc_hook)(const volatile void*, std::size_t),
    void (*free_hook)(const volatile void*));

namespace costs {
namespace {

struct Counter {
  std::atomic<std::uint64_t> count{0};
  void add();
};
constinit Counter statements, commits, syncs, seals, opens, allocations;
constinit thread_local int uncounted = 0;

void Counter::add() {
  if (uncounted == 0) count.fetch_add(1, std::memory_order_relaxed);
}

// Triggers come as comments; pragmas set a connection up.
bool is_operation(std::string_view sql) {
  return !sql.starts_with("--") && !sql.starts_with("pragma");
}

int note_statement(unsigned, void*, void*, void* sql) {
  if (is_operation(static_cast<const char*>(sql))) statements.add();
  return 0;
}

int note_commit(void*) {
  commits.add();
  return 0;
}

int note_connection(sqlite3* connection, const char**, const sqlite3_api_routines*) {
  sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, note_statement, nullptr);
  sqlite3_commit_hook(connection, note_commit, nullptr);
  return SQLITE_OK;
}

void note_allocation(const volatile void*, std::size_t) { allocations.add(); }
void note_nothing(const volatile void*) {}

bool is_aead(EVP_CIPHER_CTX* context) {
  return EVP_CIPHER_get_mode(EVP_CIPHER_CTX_get0_cipher(context)) == EVP_CIPH_GCM_MODE;
}

// The function of this name in the library.
template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

Counts operator-(Counts after, const Counts& before) {
  for (const auto& column : columns) after.*column.figure -= before.*column.figure;
  return after;
}

Counts counts() {
  return {.statements = statements.count,
          .commits = commits.count,
          .syncs = syncs.count,
          .seals = seals.count,
          .opens = opens.count,
          .hashes = crypto::password_hashings(),
          .allocations = allocations.count};
}

bool allocations_are_counted() { return &__sanitizer_install_malloc_and_free_hooks != nullptr; }

void begin_counting() {
  // SQLite knows what it has been given before.
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(note_connection));
  [[maybe_unused]] static const bool once =
      allocations_are_counted() &&
      __sanitizer_install_malloc_and_free_hooks(note_allocation, note_nothing) != 0;
}

Uncounted::Uncounted() { ++uncounted; }
Uncounted::~Uncounted() { --uncounted; }

void wait_until_still() {
  using namespace std::chrono_literals;
  constexpr auto tries = 500;
  const auto sum = [] {
    std::uint64_t all = 0;
    const auto now = counts();
    for (const auto& column : columns) all += now.*column.figure;
    return all;
  };
  auto before = sum();
  for (int n = 0; n < tries; ++n) {
    std::this_thread::sleep_for(20ms);
    const auto now = sum();
    if (now == before) return;
    before = now;
  }
}

}  // namespace costs

// ---- What the program calls in the place of the libraries' own.

extern "C" {

int fsync(int file) {
  costs::syncs.add();
  return static_cast<int>(syscall(SYS_fsync, file));
}

int fdatasync(int file) {
  costs::syncs.add();
  return static_cast<int>(syscall(SYS_fdatasync, file));
}

int EVP_EncryptFinal_ex(EVP_CIPHER_CTX* context, unsigned char* out, int* size) {
  static const auto encrypt = costs::real<decltype(EVP_EncryptFinal_ex)>("EVP_EncryptFinal_ex");
  if (costs::is_aead(context)) costs::seals.add();
  return encrypt(context, out, size);
}

int EVP_DecryptFinal_ex(EVP_CIPHER_CTX* context, unsigned char* out, int* size) {
  static const auto decrypt = costs::real<decltype(EVP_DecryptFinal_ex)>("EVP_DecryptFinal_ex");
  if (costs::is_aead(context)) costs::opens.add();
  return decrypt(context, out, size);
}

// The checkpointer's thread asks for it when it begins to clear up: it is of no operation any more.
int sqlite3_prepare_v3(sqlite3* connection, const char* sql, int size, unsigned flags,
                       sqlite3_stmt** made, const char** rest) {
  static const auto prepare = costs::real<decltype(sqlite3_prepare_v3)>("sqlite3_prepare_v3");
  if (std::string_view(sql) == "pragma freelist_count") ++costs::uncounted;
  return prepare(connection, sql, size, flags, made, rest);
}

int sqlite3_wal_checkpoint_v2(sqlite3* connection, const char* database, int mode, int* frames,
                              int* moved) {
  static const auto checkpoint =
      costs::real<decltype(sqlite3_wal_checkpoint_v2)>("sqlite3_wal_checkpoint_v2");
  const costs::Uncounted housekeeping;
  return checkpoint(connection, database, mode, frames, moved);
}

}  // extern "C"
