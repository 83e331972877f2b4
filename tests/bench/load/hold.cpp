// connections= that log in, select INBOX and stay in IDLE, transport= plain or tls, until the next
// line on standard input.

#include <sys/resource.h>

#include <iostream>

#include "imap.h"
#include "work.h"

namespace load {

namespace {

constexpr std::size_t at_once = 8;
constexpr rlim_t spare_descriptors = 100;

}  // namespace

void hold(const Options& options) {
  const auto count = options.number("connections");
  const rlimit limit{count + spare_descriptors, count + spare_descriptors};
  setrlimit(RLIMIT_NOFILE, &limit);
  const auto users = options.list("users");
  const auto transport = options.text("transport") == "tls" ? Transport::tls : Transport::plain;
  std::vector<std::vector<Imap>> held(at_once);
  std::vector<Worker> workers;
  for (std::size_t n = 0; n < at_once; ++n)
    workers.push_back([&, n](Outcome& outcome) {
      for (std::size_t i = n; i < count; i += at_once) {
        const auto began = Clock::now();
        auto& imap = held[n].emplace_back(static_cast<int>(options.number("port")), transport);
        imap.login(users[i % users.size()], options.text("password"));
        imap.select("INBOX");
        imap.idle();
        imap.connection().shrink();
        outcome.done(began, 0);
      }
    });
  measured(workers);
  std::string word;
  std::getline(std::cin, word);
  checked([&](Outcome& outcome) {
    for (auto& connections : held)
      for (auto& imap : connections) {
        imap.connection().send("DONE\r\n");
        while (!imap.connection().line().starts_with("t OK")) continue;
        ++outcome.operations;
      }
  });
}

}  // namespace load
