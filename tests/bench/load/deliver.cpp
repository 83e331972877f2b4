// Deliveries over LMTP: connections=, users= (each message to the next of them), messages first= to
// end= of the corpus, check=1: what was stored is compared.

#include "imap.h"
#include "stored.h"

namespace load {

void deliver(const Options& options) {
  const Corpus corpus(options.text("corpus"));
  const auto users = options.list("users");
  const auto first = options.number("first"), end = options.number("end");
  const bool check = options.number("check") != 0;
  const auto before = check ? next_uids(options, "INBOX") : std::map<std::string, std::size_t>();
  std::vector<Lmtp> connections;
  std::vector<Worker> workers;
  const auto count = options.number("connections");
  for (std::size_t n = 0; n < count; ++n)
    connections.emplace_back(static_cast<int>(options.number("lmtp")));
  std::map<std::string, std::set<std::size_t>> sent;
  for (std::size_t number = first; number < end; ++number)
    sent[users[number % users.size()]].insert(number);
  for (std::size_t n = 0; n < count; ++n)
    workers.push_back([&, n](Outcome& outcome) {
      for (auto number = first; number < end; ++number) {
        if (number % count != n) continue;
        const auto began = Clock::now();
        connections[n].deliver(users[number % users.size()], corpus[number]);
        outcome.done(began, corpus[number].size());
      }
    });
  measured(workers);
  checked([&](Outcome& outcome) {
    if (check) compare_stored(options, "INBOX", corpus, before, sent, outcome);
  });
}

}  // namespace load
