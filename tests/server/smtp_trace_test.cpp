#include "server/smtp/trace.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(smtp_trace)

using namespace server::smtp;

namespace {

Trace sample() {
  Trace out;
  out.sender = "x@a.example";
  out.client_name = "client.example";
  out.peer = "192.0.2.1";
  out.host = "mail.example.org";
  out.protocol = "ESMTP";
  out.time = 1'800'000'000;
  return out;
}

// Without the id, which is another each time.
std::string fields(const Trace& trace) {
  auto out = trace_fields(trace);
  const auto at = out.find("id ") + 3;
  return out.erase(at, 20);
}

}  // namespace

BOOST_AUTO_TEST_CASE(fields_say_who_and_when_and_how) {
  auto trace = sample();
  BOOST_TEST(fields(trace) ==
             "Return-Path: <x@a.example>\r\n"
             "Received: from client.example ([192.0.2.1])\r\n\tby mail.example.org with ESMTP\r\n"
             "\tid ; Fri, 15 Jan 2027 08:00:00 +0000\r\n");
  trace.peer_name = "mx.example";
  BOOST_TEST(fields(trace).find("from client.example (mx.example [192.0.2.1])\r\n") !=
             std::string::npos);
  trace.peer_name = "";
  trace.sender = "";
  trace.peer = "2001:db8::1";
  trace.client_name = "a\r\nEvil: b";
  trace.tls = "TLSv1.3 X";
  trace.recipient = "ada@example.org";
  BOOST_TEST(fields(trace) ==
             "Return-Path: <>\r\n"
             "Received: from unknown ([IPv6:2001:db8::1])\r\n"
             "\tby mail.example.org with ESMTP (TLSv1.3 X)\r\n"
             "\tid \r\n\tfor <ada@example.org>; Fri, 15 Jan 2027 08:00:00 +0000\r\n");
}

BOOST_AUTO_TEST_CASE(mail_without_a_header_keeps_its_text) {
  const auto parted = [](std::string message) {
    part_text_from_header(message);
    return message;
  };
  for (const std::string message : {"Subject: x\r\n\r\ny\r\n", "\r\ny\r\n", "X-Odd : x\r\n",
                                    "From ada Mon Nov 23 21:40:00 2026\r\n"})
    BOOST_TEST(parted(message) == message);
  for (const std::string message :
       {"", "hello\r\n", "hello ada: hi\r\n", " x: y\r\n", ": x\r\n", "caf\xc3\xa9: x\r\n"})
    BOOST_TEST(parted(message) == "\r\n" + message);
}

// RFC 3848, RFC 6531 3.7.3.
BOOST_AUTO_TEST_CASE(transports_have_names) {
  BOOST_TEST(with_protocol({"SMTP", false, false, false, false}) == "SMTP");
  BOOST_TEST(with_protocol({"SMTP", true, false, false, false}) == "ESMTP");
  BOOST_TEST(with_protocol({"SMTP", true, true, false, false}) == "ESMTPS");
  BOOST_TEST(with_protocol({"SMTP", true, true, true, false}) == "ESMTPSA");
  BOOST_TEST(with_protocol({"SMTP", true, true, true, true}) == "UTF8SMTPSA");
  BOOST_TEST(with_protocol({"LMTP", true, false, false, false}) == "LMTP");
  BOOST_TEST(with_protocol({"LMTP", true, true, false, true}) == "UTF8LMTPS");
}

BOOST_AUTO_TEST_CASE(hops_are_counted_in_the_header_alone) {
  BOOST_TEST(hops("Received: a\r\nSubject: b\r\nRECEIVED: c\r\n d\r\n\r\nReceived: body\r\n") ==
             2u);
  BOOST_TEST(hops("\r\nReceived: body\r\n") == 0u);
  BOOST_TEST(hops("") == 0u);
}

BOOST_AUTO_TEST_CASE(a_header_without_end_is_looked_at_so_far) {
  std::string message;
  while (message.size() < 3'000'000) message += "Received: x\r\n";
  BOOST_TEST(hops(message) < 90'000u);
  BOOST_TEST(hops(message) > 70'000u);
  BOOST_TEST(hops(std::string(3'000'000, 'x')) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
