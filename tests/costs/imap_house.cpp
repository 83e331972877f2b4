#include "tests/costs/imap_house.h"

#include <chrono>
#include <stdexcept>
#include <thread>

#include "imap/mime/brief.h"
#include "imap/mime/prepare.h"
#include "tests/costs/ceilings.h"
#include "tests/costs/letter.h"

namespace costs {
namespace {

using test_support::Begin;
using test_support::TestClient;

constexpr UnixTime some_day = 1'700'000'000;
constexpr storage::Reason filling{crypto::Cause::deliver, crypto::Actor::service()};
constexpr std::size_t at_once = 250, every = 400;
constexpr std::chrono::milliseconds until_synced{700};  // storage/writer.h: what flags were changed

void ask(TestClient& client, const std::string& command) {
  client.send("a " + command + "\r\n");
  auto line = client.line();
  while (!line.starts_with("a ")) line = client.line();
  if (!line.starts_with("a OK")) throw std::runtime_error(command + ": " + line);
}

test_support::MailServer counted_server() {
  begin_counting();
  return {};
}

}  // namespace

ImapHouse::ImapHouse(std::size_t letters, Index index, const std::string& said)
    : server_(counted_server()) {
  fill(letters, said);
  if (index == Index::kept)
    server_.mailbox()->keep_index([](const storage::IndexProgress&) { return true; },
                                  imap::mime::briefs_of,
                                  {crypto::Cause::index, crypto::Actor::service()});
  server_.restart();  // with an empty log
  uncounted_ = std::make_unique<Uncounted>();
  client_ = server_.client(Begin::in_inbox);
}

void ImapHouse::fill(std::size_t letters, const std::string& said) {
  const auto mailbox = server_.mailbox();
  const auto inbox = mailbox->tree()->folder("INBOX");
  std::vector<storage::NewMessage> messages;
  for (std::size_t n = 1; n <= letters; ++n) {
    const auto octets = letter(n, 60, n % every == 0 ? said : "");
    messages.push_back(imap::mime::prepare(octets, {}, some_day, 0));
    if (messages.size() < at_once && n < letters) continue;
    mailbox->append(inbox, std::exchange(messages, {}), filling);
  }
}

storage::FolderState ImapHouse::inbox() {
  const auto mailbox = server_.mailbox();
  return mailbox->state(mailbox->tree()->folder("INBOX"), filling);
}

void ImapHouse::runs(const std::string& command) { ask(*client_, command); }

void ImapHouse::costs(std::string_view operation, const std::string& command) {
  std::this_thread::sleep_for(until_synced);
  check(operation, counted([&] { ask(*client_, command); }));
}

void ImapHouse::login_costs(std::string_view operation) {
  const auto other = server_.client(Begin::connected);
  other->line();
  check(operation, counted([&] { ask(*other, "LOGIN ada@example.org engine"); }));
}

}  // namespace costs
