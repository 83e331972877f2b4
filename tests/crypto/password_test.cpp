#include "crypto/password.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"

using namespace crypto;

BOOST_AUTO_TEST_SUITE(password)

BOOST_AUTO_TEST_CASE(only_the_right_password_matches) {
  const auto hash = hash_password("correct horse");
  BOOST_TEST(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  BOOST_TEST(password_matches("correct horse", hash));
  BOOST_TEST(!password_matches("correct horsf", hash));
  BOOST_TEST(!password_matches("", hash));
  BOOST_TEST(!password_matches(std::string_view("correct horse\0", 14), hash));
}

BOOST_AUTO_TEST_CASE(a_password_may_hold_any_octets) {
  const std::string_view odd("p\0ss\xff w\xc3\xb6rd", 11);
  BOOST_TEST(password_matches(odd, hash_password(odd)));
}

BOOST_AUTO_TEST_CASE(two_hashes_of_one_password_differ) {
  BOOST_TEST(hash_password("same") != hash_password("same"));
}

// Computed by another implementation, OpenSSL's.
BOOST_AUTO_TEST_CASE(a_hash_made_elsewhere_matches) {
  BOOST_TEST(password_matches("password",
                              "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA"
                              "$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE"));
}

BOOST_AUTO_TEST_CASE(a_hash_that_is_none_of_ours_is_corrupt) {
  const auto good = hash_password("x");
  const std::string costly = "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAA";
  for (const auto& hash : {std::string(), std::string("plain"), costly, good.substr(0, 40),
                           good + std::string(100, 'A'), good.substr(0, 50) + "!"})
    BOOST_CHECK_EXCEPTION(password_matches("x", hash), Error,
                          [](const Error& error) { return error.fault() == Fault::corrupt; });
}

BOOST_AUTO_TEST_CASE(an_endless_password_is_refused_and_never_matches) {
  BOOST_CHECK_THROW(hash_password(std::string(1025, 'x')), Error);
  BOOST_TEST(!password_matches(std::string(1025, 'x'), hash_password(std::string(1024, 'x'))));
  BOOST_TEST(!no_such_user(std::string(100000, 'x')));
}

BOOST_AUTO_TEST_CASE(nobody_has_no_password) { BOOST_TEST(!no_such_user("guess")); }

BOOST_AUTO_TEST_SUITE_END()
