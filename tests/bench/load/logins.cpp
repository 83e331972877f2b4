// Connect, log in, select, log out; connections= at once, operations= in all.

#include "imap.h"
#include "work.h"

namespace load {

void logins(const Options& options) {
  const auto users = options.list("users");
  const auto count = options.number("connections"), operations = options.number("operations");
  std::vector<Worker> workers;
  for (std::size_t n = 0; n < count; ++n)
    workers.push_back([&, n](Outcome& outcome) {
      for (std::size_t i = 0; i < operations / count; ++i) {
        const auto began = Clock::now();
        Imap imap(static_cast<int>(options.number("imap")));
        imap.login(users[(n + i) % users.size()], options.text("password"));
        imap.select("INBOX");
        imap.ask("LOGOUT");
        outcome.done(began, 0);
      }
    });
  measured(workers);
  checked([](Outcome&) {});
}

}  // namespace load
