// What is put right in a submitted message (RFC 6409 8).

#include <boost/test/unit_test.hpp>

#include "server/smtp/submission.h"

BOOST_AUTO_TEST_SUITE(smtp_submitted)

using namespace server::smtp;

namespace {

constexpr std::string_view dated = "Message-ID: <1@a>\r\nDate: Mon, 30 Nov 2026 10:00:00 +0000\r\n";

// What is left of the message, or the refusal: "550 5.7.1".
std::string completed(std::string message, FromCheck check = FromCheck::sender) {
  const auto owns = [](const std::string& address) {
    return address == "ada@example.org" || address == "countess@example.org";
  };
  const auto refused =
      complete_submission(message, {{"ada", "example.org"}, owns}, {"host.example", 0, check});
  return refused ? std::to_string(refused->code) + ' ' + refused->status : message;
}

std::string with(std::string_view fields) {
  return std::string(dated) + std::string(fields) + "\r\nFrom: body\r\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_header_is_completed_and_the_rest_stays_as_it_is) {
  const auto message = completed(
      "Return-Path: <a@b>\r\nSubject: x\r\nReturn-Path:\r\n <c@d>\r\nFrom: ada@example.org\r\n"
      "Date: 30 Nov 26 9:00 GMT\r\n\r\nReturn-Path: z\r\n");
  BOOST_TEST(message.starts_with("Message-ID: <"));
  BOOST_TEST(
      message.ends_with("@host.example>\r\nSubject: x\r\nFrom: ada@example.org\r\n"
                        "Date: 30 Nov 26 9:00 GMT\r\n\r\nReturn-Path: z\r\n"));
  const auto bare = completed("\r\ntext\r\n");
  BOOST_TEST(
      bare.ends_with("Date: Thu, 1 Jan 1970 00:00:00 +0000\r\nFrom: ada@example.org\r\n"
                     "\r\ntext\r\n"));
  // A body part that is signed, with CRs and NULs, is none of its business.
  const std::string body("\r\n--b\r\nSender: x\r\n\r\n\0\r--b--", 27);
  BOOST_TEST(completed(std::string(dated) + "From: ada@example.org\r\n" + body) ==
             std::string(dated) + "From: ada@example.org\r\n" + body);
}

BOOST_AUTO_TEST_CASE(a_message_id_or_date_that_is_none_or_stands_twice_is_replaced) {
  constexpr std::string_view from = "From: ada@example.org\r\n\r\ntext\r\n";
  constexpr std::string_view date = "Date: Mon, 30 Nov 2026 10:00:00 +0000\r\n";
  for (const std::string id :
       {"Message-ID:\r\n", "Message-ID: foo\r\n", "message-id: <foo>\r\n", "Message-ID: <@>\r\n",
        "Message-ID: <a b@c>\r\n", "Message-ID: <1@a> <2@a>\r\n",
        "Message-ID: <1@a>\r\nMessage-ID: <2@a>\r\n"}) {
    const auto message = completed(id + std::string(date) + std::string(from));
    BOOST_TEST(message.starts_with("Message-ID: <"), id);
    BOOST_TEST(message.ends_with("@host.example>\r\n" + std::string(date) + std::string(from)), id);
  }
  for (const std::string id : {"Message-ID: <1@a>\r\n", "Message-ID:\r\n <1.\"x\"@[10.0.0.1]>\r\n",
                               "Message-Id: <1@a> (added by a)\r\n"}) {
    const auto message = id + std::string(date) + std::string(from);
    BOOST_TEST(completed(message) == message);
  }
  constexpr std::string_view id = "Message-ID: <1@a>\r\n";
  for (const std::string wrong : {"Date:\r\n", "Date: yesterday\r\n",
                                  "Date: 30 Nov 26 9:00 GMT\r\nDate: 30 Nov 26 9:00 GMT\r\n"})
    BOOST_TEST(completed(std::string(id) + wrong + std::string(from)) ==
               "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n" + std::string(id) + std::string(from));
}

BOOST_AUTO_TEST_CASE(who_sent_it_is_said_where_from_says_another) {
  constexpr std::string_view sender = "Sender: ada@example.org\r\n";
  const struct {
    std::string_view fields, added, left;
  } rows[] = {
      {"From: Ada <ada@example.org>\r\n", "", "From: Ada <ada@example.org>\r\n"},
      {"From: countess@example.org\r\n", "", "From: countess@example.org\r\n"},
      {"From: bob@example.org\r\n", sender, "From: bob@example.org\r\n"},
      {"From: \"ada@example.org\" <bob@example.org>\r\n", sender,
       "From: \"ada@example.org\" <bob@example.org>\r\n"},
      {"From: nonsense\r\n", sender, "From: nonsense\r\n"},
      {"From:\r\n", sender, "From:\r\n"},
      {"From: ada@example.org, bob@example.org\r\n", sender,
       "From: ada@example.org, bob@example.org\r\n"},
      {"From: ada@example.org, countess@example.org\r\n", sender,
       "From: ada@example.org, countess@example.org\r\n"},
      {"From: bob@example.org\r\nSender: countess@example.org\r\n", "",
       "From: bob@example.org\r\nSender: countess@example.org\r\n"},
      {"Sender: bob@example.org\r\nFrom: bob@example.org\r\n", sender, "From: bob@example.org\r\n"},
      {"Sender: bob@example.org\r\nFrom: ada@example.org\r\n", "", "From: ada@example.org\r\n"},
      {"", "From: ada@example.org\r\n", ""},
  };
  for (const auto& row : rows)
    BOOST_TEST(completed(with(row.fields)) == std::string(row.added) + with(row.left));
  for (const auto* twice : {"From: ada@example.org\r\nFrom: bob@example.org\r\n",
                            "Sender: ada@example.org\r\nSender: ada@example.org\r\n"})
    BOOST_TEST(completed(with(twice)) == "554 5.6.0");
}

BOOST_AUTO_TEST_CASE(a_house_may_be_stricter_or_not_care) {
  BOOST_TEST(completed(with("From: bob@example.org\r\n"), FromCheck::own) == "550 5.7.1");
  BOOST_TEST(completed(with("From: ada@example.org, bob@example.org\r\n"), FromCheck::own) ==
             "550 5.7.1");
  BOOST_TEST(completed(with("From: ada@example.org\r\nSender: bob@example.org\r\n"),
                       FromCheck::own) == "550 5.7.1");
  const auto own = with("From: Ada <countess@example.org>\r\n");
  BOOST_TEST(completed(own, FromCheck::own) == own);
  const auto any = with("From: bob@example.org\r\nFrom: x\r\nSender: y\r\n");
  BOOST_TEST(completed(any, FromCheck::any) == any);
}

BOOST_AUTO_TEST_CASE(more_authors_than_are_looked_up_are_others) {
  std::string from = "From: ada@example.org";
  for (int i = 0; i < 30; ++i) from += ",\r\n ada@example.org";
  BOOST_TEST(completed(with(from + "\r\n")).starts_with("Sender: ada@example.org\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()
