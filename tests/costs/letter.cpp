#include "tests/costs/letter.h"

#include <fmt/format.h>

namespace costs {
namespace {

constexpr std::string_view first[] = {"mar", "let", "pon", "sil", "tor",
                                      "gen", "lum", "car", "vel", "dis"};
constexpr std::string_view second[] = {"ket", "ter", "der", "ver", "ing",
                                       "ous", "ain", "est", "ory", "ive"};

std::string body_of(std::size_t number, std::size_t words) {
  std::string body;
  for (std::size_t n = 0; n < words; ++n) {
    const auto which = (number * 31 + n) * 7919;
    body += first[which % 10];
    body += second[which / 10 % 10];
    body += n % 10 == 9 ? "\r\n" : " ";
  }
  return body;
}

}  // namespace

std::string letter(std::size_t number, std::size_t words, const std::string& last_words) {
  return fmt::format(
      "Received: from mx.example.net by mail.example.org with ESMTPS; Tue, 8 Feb 1994 10:00:00 "
      "+0000\r\n"
      "From: Bob Babbage {0} <bob{0}@example.net>\r\n"
      "To: Ada <ada@example.org>\r\n"
      "Subject: about the engine, letter {0}\r\n"
      "Date: Tue, 8 Feb 1994 10:00:00 +0000\r\n"
      "Message-ID: <{0}@example.net>\r\n"
      "MIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n"
      "\r\n"
      "{1}{2}\r\n",
      number, body_of(number, words), last_words);
}

}  // namespace costs
