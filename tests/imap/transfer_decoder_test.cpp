#include "imap/mime/transfer_decoder.h"

#include <boost/test/unit_test.hpp>
#include <random>

using namespace imap::mime;

namespace {

// Of what matters in either encoding, at random.
std::string coded(std::mt19937& random, std::size_t size) {
  constexpr std::string_view alphabet = "==  \t\r\r\n\n4aFzg+/A";
  std::string text;
  while (text.size() < size) text += alphabet[random() % alphabet.size()];
  return text;
}

std::string in_pieces(const std::string& text, Encoding encoding, std::mt19937& random) {
  TransferDecoder decoder(encoding);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto step = 1 + random() % 5;
    out += decoder.add(std::string(text, at, step));
    at += step;
  }
  return out + decoder.end();
}

// RFC 2045 6.7 again, a line at a time.
std::string quoted_printable_line(std::string line) {
  std::string out;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const auto is_hex = [&](std::size_t n) {
      return n < line.size() && std::isxdigit(static_cast<unsigned char>(line[n])) != 0;
    };
    if (line[at] == '=' && is_hex(at + 1) && is_hex(at + 2)) {
      out += static_cast<char>(std::stoi(line.substr(at + 1, 2), nullptr, 16));
      at += 2;
    } else {
      out += line[at];
    }
  }
  return out;
}

std::string quoted_printable_lines(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto feed = text.find('\n', at);
    auto line = text.substr(at, feed == text.npos ? text.npos : feed - at);
    at = feed == text.npos ? text.size() : feed + 1;
    std::string end = feed == text.npos ? "" : "\n";
    if (!end.empty() && line.ends_with('\r')) {
      line.pop_back();
      end = "\r\n";
    }
    line.erase(line.find_last_not_of(" \t") + 1);
    if (line.ends_with('=')) {
      line.pop_back();
      end.clear();
    }
    out += quoted_printable_line(line) + end;
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer_decoder)

BOOST_AUTO_TEST_CASE(pieces_make_no_difference) {
  std::mt19937 random(3516);
  for (int n = 0; n < 20'000; ++n) {
    const auto text = coded(random, random() % 30);
    for (const auto encoding : {Encoding::identity, Encoding::base64, Encoding::quoted_printable}) {
      const auto whole = decoded_body(text, encoding);
      BOOST_REQUIRE_EQUAL(in_pieces(text, encoding, random), whole);
    }
  }
}

BOOST_AUTO_TEST_CASE(quoted_printable_is_that_of_its_lines) {
  std::mt19937 random(2045);
  for (int n = 0; n < 20'000; ++n) {
    const auto text = coded(random, random() % 30);
    BOOST_REQUIRE_EQUAL(decode_quoted_printable(text), quoted_printable_lines(text));
  }
}

BOOST_AUTO_TEST_CASE(an_endless_run_of_blanks_is_not_held) {
  const std::string blanks(blank_run_limit, ' ');
  BOOST_TEST((decode_quoted_printable("a" + blanks + "\r\nb") == "a\r\nb"));
  BOOST_TEST((decode_quoted_printable("a" + blanks + " \r\nb") == "a" + blanks + "\r\nb"));
}

BOOST_AUTO_TEST_SUITE_END()
