// APPEND: connections= (each to a user of its own), batch= messages a command, first= to end= of
// the corpus.

#include "imap.h"
#include "stored.h"

namespace load {

namespace {

// The messages of one command, and its octets.
struct Batch {
  std::vector<std::size_t> numbers;
  std::string command = "APPEND INBOX";
  std::size_t octets = 0;
};

std::vector<Batch> batches(const Corpus& corpus, std::vector<std::size_t> numbers,
                           std::size_t each) {
  std::vector<Batch> made;
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    if (n % each == 0) made.emplace_back();
    const auto message = corpus[numbers[n]];
    auto& batch = made.back();
    batch.numbers.push_back(numbers[n]);
    batch.command.append(" {" + std::to_string(message.size()) + "+}\r\n").append(message);
    batch.octets += message.size();
  }
  return made;
}

}  // namespace

void append(const Options& options) {
  const Corpus corpus(options.text("corpus"));
  const auto users = options.list("users");
  const auto before = next_uids(options, "INBOX");
  const auto count = options.number("connections");
  std::vector<Imap> connections;
  std::vector<std::vector<Batch>> work;
  std::map<std::string, std::set<std::size_t>> sent;
  for (std::size_t n = 0; n < count; ++n) {
    connections.emplace_back(static_cast<int>(options.number("imap")));
    connections.back().login(users[n], options.text("password"));
    auto& own = sent[users[n]];
    for (auto number = options.number("first"); number < options.number("end"); ++number)
      if (number % count == n) own.insert(number);
    work.push_back(batches(corpus, {own.begin(), own.end()}, options.number("batch")));
  }
  std::vector<Worker> workers;
  for (std::size_t n = 0; n < count; ++n)
    workers.push_back([&, n](Outcome& outcome) {
      for (const auto& batch : work[n]) {
        const auto began = Clock::now();
        connections[n].ask(batch.command);
        outcome.done(began, batch.octets);
        outcome.operations += batch.numbers.size() - 1;
      }
    });
  measured(workers);
  checked(
      [&](Outcome& outcome) { compare_stored(options, "INBOX", corpus, before, sent, outcome); });
}

}  // namespace load
