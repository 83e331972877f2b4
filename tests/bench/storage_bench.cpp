// What the storage module does in a second, wall clock and CPU: storage_bench [directory]
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "tests/support/storage_store.h"

using namespace storage_test;
using storage::Mailbox;

namespace {

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

template <class Work>
void measure(const char* what, std::size_t operations, Work work) {
  const auto cpu = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const auto count = static_cast<double>(operations);
  std::printf("%-44s %9.0f/s %9.2f us CPU each %9.1f ms\n", what, count / took.count(),
              (cpu_seconds() - cpu) / count * 1e6, took.count() * 1e3);
}

storage::NewMessage mail(std::size_t size, unsigned seed) {
  auto message = sample_message(sample_octets(size, seed));
  message.summary = std::string(1200, 's') + std::to_string(seed);
  message.header_text = std::string(800, 'h');
  message.body_text = std::string(3000, 'b');
  return message;
}

void append(Store& store, std::size_t size, int threads, int each) {
  const auto folder = store.folder();
  std::vector<std::thread> running;
  for (int thread = 0; thread < threads; ++thread)
    running.emplace_back([&, thread] {
      const auto message = mail(size, static_cast<unsigned>(thread));
      for (int n = 0; n < each; ++n) store->append(folder, {message}, reading);
    });
  for (auto& thread : running) thread.join();
}

void appends(Store& store) {
  measure("append 16 KB, 8 callers", 8 * 500, [&] { append(store, 16384, 8, 500); });
  measure("append 16 KB, 1 caller", 500, [&] { append(store, 16384, 1, 500); });
  measure("append 1 MB, 2 callers", 40, [&] { append(store, 1 << 20, 2, 20); });
}

void fill(Store& store, std::size_t count) {
  const std::vector<storage::NewMessage> messages(500, mail(200, 1));
  for (std::size_t n = 0; n < count; n += messages.size())
    store->append(store.folder("Archive"), messages, reading);
}

void bulk(Store& store) {
  constexpr std::size_t count = 50'000;
  fill(store, count);
  const auto folder = store.folder("Archive");
  std::vector<storage::Entry> entries;
  measure("select, an entry", count, [&] { entries = store.entries("Archive"); });
  std::vector<Uid> uids;
  for (const auto& entry : entries) uids.push_back(entry.uid);
  measure("store, a message", count, [&] { store.flag(uids, storage::seen, "Archive"); });
  const auto ignore = [](std::size_t, std::string_view) {};
  measure("summaries from rows", count,
          [&] { store->summaries(folder, entries, ignore, reading); });
  store.reopen();
  measure("summaries from blocks", count,
          [&] { store->summaries(folder, entries, ignore, reading); });
  measure("copy, a message", count,
          [&] { store->copy(folder, uids, store.folder("Trash"), storage::all_flags, reading); });
  const auto every = [](std::size_t, std::string_view, std::string_view) { return true; };
  measure("texts", count, [&] { store->texts(entries, Mailbox::Texts::both, every, reading); });
}

}  // namespace

int main(int count, char** arguments) {
  Store store = count > 1 ? Store(std::filesystem::path(arguments[1])) : Store();
  appends(store);
  bulk(store);
  const auto counters = store.database().counters();
  std::printf("%lu commits, %lu operations\n", counters.commits, counters.operations);
}
