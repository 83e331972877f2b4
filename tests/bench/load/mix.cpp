// connections= people at work for seconds= in filled folders of users=, and deliveries= connections
// that bring them new mail. All of it must be there afterwards.

#include <map>
#include <random>

#include "corpus.h"
#include "imap.h"
#include "work.h"

namespace load {

namespace {

constexpr std::size_t looked_back = 50;  // most of what is read is new

// One person: an own connection, and what is done there by chance.
class Person {
 public:
  Person(const Options& options, const Corpus& corpus, std::size_t n)
      : imap_(static_cast<int>(options.number("imap"))), corpus_(corpus), random_(n) {
    const auto users = options.list("users");
    user_ = users[n % users.size()];
    imap_.login(user_, options.text("password"));
    messages_ = imap_.select("INBOX").messages;
  }

  const std::string& user() const { return user_; }
  std::size_t messages() const { return messages_; }  // there were to begin with
  std::size_t appended() const { return appended_; }

  void act(Outcome& outcome) {
    const auto chance = random_() % 100;
    const auto began = Clock::now();
    std::size_t octets = 0;
    if (chance < 35)
      octets = read_message(outcome);
    else if (chance < 55)
      ask("FETCH " + recent() + ":* (FLAGS ENVELOPE)");
    else if (chance < 75)
      ask("STORE " + recent() + (chance % 2 ? " +FLAGS" : " -FLAGS") + " (\\Flagged)");
    else if (chance < 85)
      ask("NOOP");
    else if (chance < 90)
      ask("SEARCH SUBJECT \"contract\"");
    else if (chance < 95)
      ask("STATUS INBOX (MESSAGES UNSEEN UIDNEXT)");
    else
      octets = append_message();
    outcome.done(began, octets);
  }

 private:
  std::string recent() {
    const auto back = random_() % looked_back;
    return std::to_string(messages_ > back ? messages_ - back : 1);
  }

  void ask(const std::string& command) { imap_.ask(command); }

  std::size_t read_message(Outcome& outcome) {
    std::size_t octets = 0;
    imap_.ask("FETCH " + recent() + " (BODY.PEEK[])", {},
              [&](std::string_view line, std::string_view stored) {
                octets = stored.size();
                if (!corpus_.same(stored))
                  outcome.wrong.push_back("not what was sent: " + std::string(line));
              });
    if (octets == 0) outcome.wrong.push_back("no message");
    return octets;
  }

  std::size_t append_message() {
    const auto message = corpus_[random_() % corpus_.count()];
    std::string command = "APPEND INBOX {" + std::to_string(message.size()) + "+}\r\n";
    imap_.ask(command.append(message));
    ++appended_;
    return message.size();
  }

  Imap imap_;
  const Corpus& corpus_;
  std::mt19937_64 random_;
  std::string user_;
  std::size_t messages_ = 0, appended_ = 0;
};

void count_messages(const Options& options, const std::map<std::string, std::size_t>& wanted,
                    Outcome& outcome) {
  for (const auto& [user, messages] : wanted) {
    Imap imap(static_cast<int>(options.number("imap")));
    imap.login(user, options.text("password"));
    const auto found = imap.select("INBOX").messages;
    if (found != messages)
      outcome.wrong.push_back(user + ": " + std::to_string(found) + " messages and not " +
                              std::to_string(messages));
  }
}

}  // namespace

void mix(const Options& options) {
  const Corpus corpus(options.text("corpus"));
  const auto users = options.list("users");
  const auto seconds = static_cast<double>(options.number("seconds"));
  std::vector<Worker> workers;
  std::vector<Person> people;
  std::vector<Lmtp> bringing;
  for (std::size_t n = 0; n < options.number("connections"); ++n)
    people.emplace_back(options, corpus, n);
  for (std::size_t n = 0; n < options.number("deliveries"); ++n)
    bringing.emplace_back(static_cast<int>(options.number("lmtp")));
  const auto until_over = [&](const auto& act) {
    for (const auto start = Clock::now(); seconds_since(start) < seconds;) act();
  };
  for (auto& person : people)
    workers.push_back([&](Outcome& outcome) { until_over([&] { person.act(outcome); }); });
  std::vector<std::size_t> brought(bringing.size());
  for (std::size_t n = 0; n < bringing.size(); ++n)
    workers.push_back([&, n](Outcome& outcome) {
      until_over([&] {
        const auto message = corpus[brought[n] % corpus.count()];
        const auto start = Clock::now();
        bringing[n].deliver(users[brought[n] % users.size()], message);
        outcome.done(start, message.size());
        ++brought[n];
      });
    });
  measured(workers);
  checked([&](Outcome& outcome) {
    std::map<std::string, std::size_t> wanted;
    for (const auto& person : people) wanted[person.user()] = person.messages();
    for (const auto& person : people) wanted[person.user()] += person.appended();
    for (const auto count : brought)
      for (std::size_t n = 0; n < count; ++n) ++wanted[users[n % users.size()]];
    count_messages(options, wanted, outcome);
  });
}

}  // namespace load
