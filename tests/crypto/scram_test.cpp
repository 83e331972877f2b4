#include "crypto/scram.h"

#include <boost/test/unit_test.hpp>

#include "crypto/constant_time.h"
#include "crypto/password.h"
#include "crypto/saslprep.h"

BOOST_AUTO_TEST_SUITE(scram)

namespace {

Bytes octets(std::string_view base64) { return copy_of(bytes_of(from_base64(base64))); }

// RFC 7677 section 3.
const Bytes salt = octets("W22ZaJ0SNY7soEsUEjb6gQ==");
constexpr std::string_view dialogue =
    "n=user,r=rOprNGfwEbeRWgbNEkqO,"
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const Bytes proof = octets("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");

std::string prepared(std::string_view password) {
  return std::string(std::string_view(crypto::prepared_password(password)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_example_of_rfc_7677) {
  const auto verifier = crypto::scram_verifier("pencil", salt, 4096);
  BOOST_TEST(crypto::proof_holds(verifier, dialogue, proof));
  BOOST_TEST(to_base64(crypto::server_signature(verifier, dialogue)) ==
             "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

BOOST_AUTO_TEST_CASE(no_other_proof_holds) {
  const auto verifier = crypto::scram_verifier("pencil", salt, 4096);
  auto other = proof;
  other.back() ^= 1;
  BOOST_TEST(!crypto::proof_holds(verifier, dialogue, other));
  BOOST_TEST(!crypto::proof_holds(verifier, std::string(dialogue) + "x", proof));
  BOOST_TEST(!crypto::proof_holds(verifier, dialogue, ByteView(proof).first(31)));
  BOOST_TEST(!crypto::proof_holds(verifier, dialogue, {}));
  BOOST_TEST(!crypto::proof_holds(crypto::scram_verifier("Pencil", salt, 4096), dialogue, proof));
  BOOST_TEST(!crypto::proof_holds(crypto::scram_verifier("pencil", salt, 4097), dialogue, proof));
}

// RFC 4013 section 3; what is prohibited there stays as it is.
BOOST_AUTO_TEST_CASE(passwords_are_prepared) {
  BOOST_TEST(prepared("I\xc2\xadX") == "IX");
  BOOST_TEST(prepared("user") == "user");
  BOOST_TEST(prepared("USER") == "USER");
  BOOST_TEST(prepared("\xc2\xaa") == "a");
  BOOST_TEST(prepared("\xe2\x85\xa8") == "IX");
  BOOST_TEST(prepared("\a") == "\a");
  BOOST_TEST(prepared("\xd8\xa7\x31") == "\xd8\xa7\x31");
  BOOST_TEST(prepared("u\xcc\x88") == "\xc3\xbc");
  BOOST_TEST(prepared("a\xc2\xa0z") == "a z");
  BOOST_TEST(prepared("\xf0\x9f\x98\x80") == "\xf0\x9f\x98\x80");  // newer than the table
  BOOST_TEST(prepared("\xff\xfe") == "\xff\xfe");
  BOOST_TEST(prepared("") == "");
  std::string long_one;
  for (int i = 0; i < 512; ++i) long_one += "\xc2\xaa";
  BOOST_TEST(prepared(long_one) == std::string(512, 'a'));
  BOOST_TEST(prepared(long_one + "\xc2\xaa") == long_one + "\xc2\xaa");
}

BOOST_AUTO_TEST_CASE(a_stored_password_takes_every_way_to_type_it) {
  const auto stored = crypto::stored_password(
      "u\xcc\x88"
      "ber",
      salt);
  BOOST_TEST(
      crypto::password_matches("\xc3\xbc"
                               "ber",
                               stored));
  BOOST_TEST(
      crypto::password_matches("u\xcc\x88"
                               "ber",
                               stored));
  BOOST_TEST(!crypto::password_matches("uber", stored));
  BOOST_REQUIRE(stored.scram.has_value());
  const auto typed = crypto::scram_verifier_of(
      "\xc3\xbc"
      "ber",
      salt);
  BOOST_TEST(crypto::same_octets(stored.scram->stored_key, typed.stored_key));
  BOOST_TEST(stored.scram->iterations == crypto::scram_iterations);
}

BOOST_AUTO_TEST_CASE(one_argon2_for_each_check) {
  const auto stored = crypto::stored_password("engine", salt);
  const auto before = crypto::password_hashings();
  BOOST_TEST(crypto::password_matches("engine", stored));
  BOOST_TEST(crypto::password_hashings() == before + 1);
  BOOST_TEST(!crypto::password_matches("wrong", stored));
  BOOST_TEST(crypto::password_hashings() == before + 2);
  BOOST_TEST(!crypto::password_matches(std::string(2000, 'x'), stored));
  BOOST_TEST(crypto::password_hashings() == before + 3);
  BOOST_TEST(!crypto::no_such_user("engine"));
  BOOST_TEST(crypto::password_hashings() == before + 4);
}

BOOST_AUTO_TEST_SUITE_END()
