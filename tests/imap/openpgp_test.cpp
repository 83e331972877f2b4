// Packets of OpenPGP, and text told from what a cipher makes.

#include "imap/mime/openpgp.h"

#include <array>
#include <boost/test/unit_test.hpp>

#include "imap/mime/armour.h"
#include "imap/mime/cipher_text.h"
#include "tests/support/openpgp_example.h"

using namespace imap::mime;
using namespace std::string_literals;

BOOST_AUTO_TEST_SUITE(openpgp)

namespace {

// Bodies of a session key of each kind, and of encrypted data.
const std::string by_public_key = "\x03key", by_passphrase = "\x04key",
                  data = "\x01what is encrypted";

std::string old_packet(int tag, const std::string& body) {
  return std::string{static_cast<char>(0x80 | tag << 2), static_cast<char>(body.size())} + body;
}

std::string packet(int tag, const std::string& length, const std::string& body) {
  return static_cast<char>(0xc0 | tag) + length + body;
}

std::string packet(int tag, const std::string& body) {
  return packet(tag, std::string(1, static_cast<char>(body.size())), body);
}

const std::string key = packet(1, by_public_key);

}  // namespace

BOOST_AUTO_TEST_CASE(session_keys_and_encrypted_data_are_a_message) {
  for (const auto& before : {key, packet(3, by_passphrase), old_packet(1, by_public_key),
                             old_packet(3, by_passphrase) + key + key})
    for (const auto& last :
         {packet(18, data), packet(20, data), packet(9, data), old_packet(9, data)})
      BOOST_TEST(enciphered_data(before + last) == data);
}

// RFC 4880 4.2.
BOOST_AUTO_TEST_CASE(lengths_of_all_kinds_are_read) {
  const std::string longer = "\x01"s + std::string(299, 'x');      // 0x12c
  const std::string longest = "\x01"s + std::string(69'999, 'y');  // 0x11170
  BOOST_TEST(enciphered_data(key + packet(18, "\xc0\x6c"s, longer)) == longer);
  BOOST_TEST(enciphered_data(key + packet(18, "\xff\x00\x00\x01\x2c"s, longer)) == longer);
  BOOST_TEST(enciphered_data(key + packet(18, "\xff\x00\x01\x11\x70"s, longest)) == longest);
  BOOST_TEST(enciphered_data(key + "\xa5\x01\x2c"s + longer) == longer);
  BOOST_TEST(enciphered_data(key + "\xa6\x00\x01\x11\x70"s + longest) == longest);
  BOOST_TEST(enciphered_data(key + "\xa7"s + longest) == longest, "without one, to the end");
  const auto pieces = "\xe8"s + longer.substr(0, 256) + "\xe1" + longer.substr(256, 2) + "\x2a";
  BOOST_TEST(enciphered_data(key + packet(18, pieces, longer.substr(258))) == longer);
}

BOOST_AUTO_TEST_CASE(anything_else_is_none) {
  const auto sealed = packet(18, data);
  for (const int tag : {2, 8, 10, 11, 13, 21, 60}) {  // signed, compressed, marker, literal, ...
    const auto other = packet(tag, "PGP, for all to read");
    for (const auto& mixed :
         {other, other + key + sealed, key + other + sealed, key + sealed + other, key + other})
      BOOST_TEST(enciphered_data(mixed) == "", tag);
  }
  for (const auto& mixed :
       {""s, key, sealed, key + key, sealed + key, key + sealed + sealed, key + sealed + "\n",
        "text" + key + sealed, key + packet(18, "\x03 text"s), packet(1, "text") + sealed,
        packet(3, "text") + sealed, key + packet(18, ""), packet(1, "") + sealed,
        packet(1, "\xe0\x03\x00"s, "") + sealed, "\x87\x03"s + by_public_key})
    BOOST_TEST(enciphered_data(mixed) == "");
}

BOOST_AUTO_TEST_CASE(what_is_cut_is_none) {
  const auto pieces =
      key + packet(18, "\xe4"s + std::string(16, '\1') + "\xff\x00\x00\x00\x04"s, "abcd");
  for (const auto& whole : {key + packet(18, data), key + old_packet(9, data), pieces,
                            key + packet(18, "\xc0\x01"s, std::string(193, '\1'))}) {
    BOOST_TEST(enciphered_data(whole) != "");
    for (std::size_t length = 0; length < whole.size(); ++length)
      BOOST_TEST(enciphered_data(whole.substr(0, length)) == "", length);
  }
  BOOST_TEST(enciphered_data(key + packet(18, "\xff\xff\xff\xff\xff"s, data)) == "");
  BOOST_TEST(enciphered_data(key + packet(18, "\xfe"s, data)) == "");
}

BOOST_AUTO_TEST_CASE(armour_is_undone_when_it_is_whole) {
  const auto armour = test_support::openpgp_example;
  const auto packets = armoured_packets(armour);
  BOOST_TEST(packets.size() == 142 + 5 + 71);
  BOOST_TEST(enciphered_data(packets).size() == 71);
  std::string quoted = "> " + armour;
  for (auto at = quoted.find('\n'); at + 1 < quoted.size(); at = quoted.find('\n', at + 1))
    quoted.insert(at + 1, "> ");
  BOOST_TEST(armoured_packets(quoted) == packets);
  for (const auto& other : {"x" + armour, armour + "x", armour + armour, ""s, armour.substr(20)})
    BOOST_TEST(armoured_packets(other) == "");
}

BOOST_AUTO_TEST_CASE(text_is_told_from_what_a_cipher_makes) {
  std::string random;
  for (unsigned n = 0, state = 1; n < 100'000; ++n)
    random += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const std::string text = "The heptagon is buried under the oak, seven paces";
  const std::string cyrillic = "семиугольник зарыт под дубом";
  BOOST_TEST(is_cipher_text(random));
  BOOST_TEST(is_cipher_text(random.substr(0, 16)));
  BOOST_TEST(!is_cipher_text(random.substr(0, 15)));
  for (const auto& shown : {text, cyrillic, std::string(48, '\n')}) {
    BOOST_TEST(shows_text(shown));
    BOOST_TEST(shows_text(random + shown + random));
    BOOST_TEST(shows_text(shown.substr(0, 16)), "all there is");
    BOOST_TEST(!shows_text(random + shown.substr(0, 30) + '\0' + random));
  }
}

BOOST_AUTO_TEST_SUITE_END()
