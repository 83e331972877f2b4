#include "stored.h"

#include "imap.h"

namespace load {

namespace {

Imap logged_in(const Options& options, const std::string& user) {
  Imap imap(static_cast<int>(options.number("imap")));
  imap.login(user, options.text("password"));
  return imap;
}

}  // namespace

std::map<std::string, std::size_t> next_uids(const Options& options, const std::string& folder) {
  std::map<std::string, std::size_t> found;
  for (const auto& user : options.list("users"))
    found[user] = logged_in(options, user).select(folder).uid_next;
  return found;
}

void compare_stored(const Options& options, const std::string& folder, const Corpus& corpus,
                    const std::map<std::string, std::size_t>& from,
                    const std::map<std::string, std::set<std::size_t>>& expected,
                    Outcome& outcome) {
  for (const auto& [user, wanted] : expected) {
    auto missing = wanted;
    auto imap = logged_in(options, user);
    imap.select(folder);
    const auto take = [&](std::string_view line, std::string_view stored) {
      const auto number = corpus.same(stored);
      if (!number)
        outcome.wrong.push_back(user + ": not what was sent: " + std::string(line));
      else if (missing.erase(*number) == 0)
        outcome.wrong.push_back(user + ": not sent or twice: " + std::to_string(*number));
    };
    imap.ask("UID FETCH " + std::to_string(from.at(user)) + ":* (BODY.PEEK[])", {}, take);
    if (!missing.empty())
      outcome.wrong.push_back(user + ": " + std::to_string(missing.size()) + " messages missing");
  }
}

}  // namespace load
