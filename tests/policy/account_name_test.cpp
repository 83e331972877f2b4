#include "policy/account_name.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"

BOOST_AUTO_TEST_SUITE(account_name)

BOOST_AUTO_TEST_CASE(names_are_kept_in_lower_case) {
  BOOST_TEST(policy::checked_account_name("Ada@Example.ORG") == "ada@example.org");
  BOOST_TEST(policy::checked_account_name("ada") == "ada");
  BOOST_TEST(policy::checked_account_name("ada.b-c_d@x.example") == "ada.b-c_d@x.example");
  BOOST_TEST(policy::checked_account_name("jos\xc3\xa9@example.org") == "jos\xc3\xa9@example.org");
}

BOOST_AUTO_TEST_CASE(what_is_no_name_is_refused) {
  for (const auto* name :
       {"", "@", "ada@", "@example.org", "a b@example.org", "ada@exa mple.org", "ada\n@example.org",
        ".ada@example.org", "a..da@example.org", "ada@example..org", "ada@.org", "a@b@c", "a+b@c",
        "\"a\"@c", "a/b", "a*", "a%", "ada@[192.0.2.1]"})
    BOOST_TEST_CONTEXT(name) BOOST_CHECK_THROW(policy::checked_account_name(name), Error);
  BOOST_CHECK_THROW(policy::checked_account_name(std::string(65, 'a') + "@b"), Error);
  BOOST_CHECK_THROW(policy::checked_account_name("a@" + std::string(253, 'b')), Error);
}

BOOST_AUTO_TEST_CASE(an_address_has_a_domain) {
  BOOST_TEST(policy::checked_address("Lists@example.org") == "lists@example.org");
  BOOST_CHECK_THROW(policy::checked_address("lists"), Error);
}

BOOST_AUTO_TEST_SUITE_END()
