// Deliveries at rate= a second for seconds=, each user watched by a connection in IDLE; latency is
// from the answer of LMTP to the line EXISTS. One LMTP connection a user, so that the order of
// messages in a folder is known.

#include <sys/socket.h>

#include <charconv>
#include <future>
#include <thread>

#include "corpus.h"
#include "imap.h"
#include "work.h"

namespace load {

namespace {

constexpr auto longest_wait = std::chrono::seconds(10);

struct Watched {
  Imap imap;
  Lmtp lmtp;
  std::string user;
  std::size_t had = 0;
  std::vector<Clock::time_point> answered, seen;  // of each delivery
};

// Notes when each of the deliveries was told; an EXISTS tells all up to its number.
void watch(Watched& watched, std::size_t deliveries) {
  while (watched.seen.size() < deliveries) {
    const auto line = watched.imap.connection().line();
    if (!line.ends_with(" EXISTS")) continue;
    std::size_t number = 0;
    std::from_chars(line.data() + 2, line.data() + line.size(), number);
    const auto now = Clock::now();
    while (watched.seen.size() + watched.had < number) watched.seen.push_back(now);
  }
}

void send_at_rate(Watched& watched, std::string_view message, std::size_t deliveries, double each,
                  double offset) {
  const auto began = Clock::now();
  for (std::size_t i = 0; i < deliveries; ++i) {
    std::this_thread::sleep_until(
        began + std::chrono::duration_cast<Clock::duration>(
                    std::chrono::duration<double>(offset + each * static_cast<double>(i))));
    watched.lmtp.deliver(watched.user, message);
    watched.answered.push_back(Clock::now());
  }
}

}  // namespace

void push(const Options& options) {
  const Corpus corpus(options.text("corpus"));
  const auto users = options.list("users");
  const auto rate = options.number("rate"), seconds = options.number("seconds");
  const auto deliveries = rate * seconds / users.size();
  const double each = static_cast<double>(users.size()) / static_cast<double>(rate);
  std::vector<Watched> all;
  const auto imap = static_cast<int>(options.number("imap")),
             lmtp = static_cast<int>(options.number("lmtp"));
  for (const auto& user : users) {
    all.push_back({Imap(imap), Lmtp(lmtp), user, 0, {}, {}});
    all.back().imap.login(user, options.text("password"));
    all.back().had = all.back().imap.select("INBOX").messages;
    all.back().imap.idle();
    const timeval wait{longest_wait.count(), 0};
    setsockopt(all.back().imap.connection().descriptor(), SOL_SOCKET, SO_RCVTIMEO, &wait,
               sizeof wait);
  }
  std::vector<Worker> workers;
  for (std::size_t n = 0; n < all.size(); ++n)
    workers.push_back([&, n](Outcome& outcome) {
      auto& watched = all[n];
      auto sender = std::async(std::launch::async, [&] {
        send_at_rate(watched, corpus[n % corpus.count()], deliveries, each,
                     each * static_cast<double>(n) / static_cast<double>(all.size()));
      });
      watch(watched, deliveries);
      sender.get();
      for (std::size_t i = 0; i < deliveries; ++i)
        outcome.latencies.push_back(std::max(
            0.0, std::chrono::duration<double>(watched.seen[i] - watched.answered[i]).count()));
      outcome.operations += deliveries;
    });
  measured(workers);
  checked([](Outcome&) {});
}

}  // namespace load
