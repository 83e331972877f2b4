// RFC 5256 section 3: SORT and THREAD. That of section 4 is in thread_test.cpp.
//
// The mailing list that the RFC has threaded is made up, with its numbers.

#include <boost/test/unit_test.hpp>

#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc5256)

namespace {

using namespace test_support;

constexpr UnixTime january_1994 = 758'000'000, february_1994 = 760'500'000;
constexpr UnixTime march_2000 = 952'600'000;

std::string header(const std::string& name, const std::string& value) {
  return value.empty() ? "" : name + ": " + value + "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_CASE(sort_by_subject) {
  MailServer server;
  auto mail = letters(882, {.octets = "Subject: old\r\n\r\n", .date = january_1994});
  for (const std::size_t number : {2, 84, 882}) mail[number - 1].date = february_1994;
  mail[1].octets = "Subject: Re: apples\r\n\r\n";
  mail[83].octets = "Subject: [list] Bananas\r\n\r\n";
  mail[881].octets = "Subject: fwd: cherries (fwd)\r\n\r\n";
  fill(server, "INBOX", mail);
  server.plays(Begin::in_inbox, R"(
    C: A282 SORT (SUBJECT) UTF-8 SINCE 1-Feb-1994
    S: * SORT 2 84 882
    S: A282 OK SORT completed
    C: A284 SORT (SUBJECT) US-ASCII TEXT "not in mailbox"
    S: * SORT
    S: A284 OK SORT completed
  )");
}

BOOST_AUTO_TEST_CASE(sort_by_subject_then_by_date_reversed) {
  MailServer server;
  for (const char* octets :
       {"Subject: lunch\r\nDate: Mon, 7 Feb 1994 21:52:25 -0800\r\n\r\n",
        "Subject: Re: lunch\r\nDate: Sun, 6 Feb 1994 21:52:25 -0800\r\n\r\n",
        "Subject: Re: agenda\r\nDate: Tue, 8 Feb 1994 10:00:00 +0000\r\n\r\n",
        "Subject: Agenda\r\nDate: Mon, 7 Feb 1994 10:00:00 +0000\r\n\r\n",
        "Subject: fwd: agenda\r\nDate: Wed, 9 Feb 1994 10:00:00 +0000\r\n\r\n"})
    server.deliver(octets);
  server.plays(Begin::in_inbox, R"(
    C: A283 SORT (SUBJECT REVERSE DATE) UTF-8 ALL
    S: * SORT 5 3 4 1 2
    S: A283 OK SORT completed
  )");
}

namespace {

// What was sent one after the other; `lost` messages are none that the folder has.
struct Sent {
  int number;
  std::string subject = "", parent = "";
};

const std::vector<Sent> sent_in_march{{166},
                                      {167},
                                      {168},
                                      {169},
                                      {172},
                                      {170, "", "lost-1"},
                                      {171},
                                      {173},
                                      {174, "four"},
                                      {175, "four"},
                                      {176, "four"},
                                      {178, "four"},
                                      {181, "four"},
                                      {180, "four"},
                                      {179, "", "lost-1"},
                                      {177, "seven", "lost-2"},
                                      {183, "seven", "lost-2"},
                                      {182, "seven", "lost-2"},
                                      {188, "seven", "lost-2"},
                                      {184, "seven", "188"},
                                      {185, "seven", "lost-2"},
                                      {186, "seven", "185"},
                                      {187, "seven", "lost-2"},
                                      {189, "seven", "188"},
                                      {190},
                                      {191},
                                      {192},
                                      {193},
                                      {194, "nine", "lost-3"},
                                      {195, "nine", "lost-3"},
                                      {196, "six", "195"},
                                      {197, "six"},
                                      {198, "six", "197"},
                                      {199},
                                      {200, "two"},
                                      {202, "two", "200"},
                                      {201},
                                      {203},
                                      {204},
                                      {205},
                                      {206, "other", "205"},
                                      {207, "other", "206"},
                                      {208}};

// In the order of their numbers, each with the date of its place above.
std::vector<Letter> mail_of_march() {
  std::vector<Letter> mail(sent_in_march.size());
  for (std::size_t n = 0; n < sent_in_march.size(); ++n) {
    const auto& [number, subject, parent] = sent_in_march[n];
    const auto id = "<" + std::to_string(number) + "@example.org>";
    const auto minute =
        std::to_string(n / 60 + 10) + ":" + std::to_string(n % 60 / 10) + std::to_string(n % 10);
    auto& letter = mail[static_cast<std::size_t>(number) - 166];
    letter.octets = header("Date", "Thu, 9 Mar 2000 " + minute + ":00 +0000") +
                    header("Subject", subject.empty() ? std::to_string(number) : subject) +
                    header("Message-ID", id) +
                    header("References", parent.empty() ? "" : "<" + parent + "@example.org>") +
                    "\r\nhello\r\n";
    letter.date = march_2000;
  }
  return mail;
}

}  // namespace

BOOST_AUTO_TEST_CASE(thread_by_subject_and_by_references) {
  MailServer server;
  fill(server, "INBOX", letters(165, {.octets = "Subject: old\r\n\r\n", .date = february_1994}));
  fill(server, "INBOX", mail_of_march());
  const std::string by_subject =
      "(166)(167)(168)(169)(172)(170)(171)"
      "(173)(174 (175)(176)(178)(181)(180))(179)(177"
      " (183)(182)(188)(184)(185)(186)(187)(189))(190)"
      "(191)(192)(193)(194 195)(196 (197)(198))(199)"
      "(200 202)(201)(203)(204)(205)(206 207)(208)";
  const std::string by_references =
      "(166)(167)(168)(169)(172)((170)(179))"
      "(171)(173)((174)(175)(176)(178)(181)(180))"
      "((177)(183)(182)(188 (184)(189))(185 186)(187))"
      "(190)(191)(192)(193)((194)(195 196))(197 198)"
      "(199)(200 202)(201)(203)(204)(205 206 207)(208)";
  server.plays(Begin::in_inbox, with(with(R"(
    C: A283 THREAD ORDEREDSUBJECT UTF-8 SINCE 5-MAR-2000
    S: * THREAD BY-SUBJECT
    S: A283 OK THREAD completed
    C: A284 THREAD ORDEREDSUBJECT US-ASCII TEXT "gewp"
    S: * THREAD
    S: A284 OK THREAD completed
    C: A285 THREAD REFERENCES UTF-8 SINCE 5-MAR-2000
    S: * THREAD BY-REFERENCES
    S: A285 OK THREAD completed
  )",
                                          "BY-SUBJECT", by_subject),
                                     "BY-REFERENCES", by_references));
}

BOOST_AUTO_TEST_SUITE_END()
