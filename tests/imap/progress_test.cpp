// INPROGRESS (RFC 9585).

#include "imap/progress.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(progress)

namespace {

using namespace std::chrono_literals;
using test_support::Begin;
using test_support::MailServer;

constexpr int messages = 300;  // more than are searched in one step

void fill(MailServer& server) {
  const auto mailbox = server.mailbox();
  std::vector<storage::NewMessage> batch(messages);
  for (auto& message : batch) {
    message.octets = "Subject: x\r\n\r\nneedle\r\n";
    message.header_text = "subject: x\n";
    message.body_text = "needle";
  }
  const storage::Reason reason{crypto::Cause::deliver, {crypto::ActorClass::system, AccountId(0)}};
  mailbox->append(mailbox->tree()->folder("INBOX"), std::move(batch), reason);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_search_tells_how_far_it_is) {
  MailServer server({.limits = {.progress = 0s}});
  fill(server);
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH BODY needle 7
    S: * SEARCH 7
    S: a1 OK SEARCH completed
    C: a2 SEARCH RETURN (COUNT) BODY needle
    S: * OK [INPROGRESS ("a2" 256 300)] ...
    S: * ESEARCH (TAG "a2") COUNT 300
    S: a2 OK SEARCH completed
    C: ]a3 SEARCH RETURN (COUNT) BODY needle
    S: * OK [INPROGRESS (NIL 256 300)] ...
    S: * ESEARCH (TAG "]a3") COUNT 300
    S: ]a3 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(what_is_quickly_done_says_nothing) {
  MailServer server;
  fill(server);
  server.plays(Begin::in_inbox, R"(
    C: a2 SEARCH RETURN (COUNT) BODY needle
    S: * ESEARCH (TAG "a2") COUNT 300
    S: a2 OK SEARCH completed
    C: a3 COPY 1:* Archive
    S: a3 OK [COPYUID ... 1:300 1:300] COPY completed
  )");
}

BOOST_AUTO_TEST_CASE(a_copy_tells_that_it_goes_on) {
  MailServer server({.limits = {.progress = 0s}});
  fill(server);
  server.plays(Begin::in_inbox, R"(
    C: a2 COPY 1:* Archive
    S: * OK [INPROGRESS ("a2" NIL NIL)] ...
    S: ...
    S: a2 OK [COPYUID ... 1:300 1:300] COPY completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
