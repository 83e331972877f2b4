#include "policy/recipients.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(recipients)

namespace {

using policy::Locality;

struct Row {
  std::string_view address;
  Locality locality;
  std::string_view account = {}, detail = {};
};

struct Post : test_support::Installation {
  Post() {
    auto ada = make_account("ada@example.org");
    ada.aliases = {"lovelace@example.org", "ada+fixed@example.org", "first@two.example"};
    directory.update_account(ada);
    make_account("bob@two.example");
  }
  policy::Recipients recipients{directory, {"example.org", "two.example"}};

  void checks(std::initializer_list<Row> rows) {
    for (const auto& row : rows) BOOST_TEST_CONTEXT(row.address) {
        const auto found = recipients.find(row.address);
        BOOST_CHECK(found.locality == row.locality);
        BOOST_TEST((found.account ? found.account->name : "") == row.account);
        BOOST_TEST(found.detail == row.detail);
      }
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(addresses_find_their_accounts) {
  Post post;
  post.checks({
      {"ada@example.org", Locality::local, "ada@example.org"},
      {"ADA@Example.ORG", Locality::local, "ada@example.org"},
      {"ada@example.org.", Locality::local, "ada@example.org"},
      {"lovelace@example.org", Locality::local, "ada@example.org"},
      {"first@two.example", Locality::local, "ada@example.org"},
      {"bob@two.example", Locality::local, "bob@two.example"},
      {"bob@example.org", Locality::unknown_user},
      {"nobody@example.org", Locality::unknown_user},
      {"@example.org", Locality::unknown_user},
      {"a@b@example.org", Locality::unknown_user},
      {"ada@elsewhere.example", Locality::elsewhere},
      {"ada@sub.example.org", Locality::elsewhere},
      {"ada@[192.0.2.1]", Locality::elsewhere},
      {"ada@", Locality::elsewhere},
      {"ada@.", Locality::elsewhere},
      {"ada", Locality::unknown_user},
      {"", Locality::unknown_user},
  });
}

BOOST_AUTO_TEST_CASE(a_detail_is_cut_at_the_first_plus_and_kept_as_written) {
  Post post;
  post.checks({
      {"ada+Lists@example.org", Locality::local, "ada@example.org", "Lists"},
      {"ADA+a+b@example.org", Locality::local, "ada@example.org", "a+b"},
      {"ada+@example.org", Locality::local, "ada@example.org", ""},
      {"lovelace+x@example.org", Locality::local, "ada@example.org", "x"},
      {"ada+fixed@example.org", Locality::local, "ada@example.org", ""},  // an alias of its own
      {"nobody+x@example.org", Locality::unknown_user},
      {"+x@example.org", Locality::unknown_user},
  });
}

BOOST_AUTO_TEST_CASE(postmaster_without_an_account_is_unknown) {
  Post post;
  post.checks({{"postmaster", Locality::unknown_user},
               {"postmaster@example.org", Locality::unknown_user},
               {"postmaster@elsewhere.example", Locality::elsewhere}});
}

BOOST_AUTO_TEST_CASE(postmaster_of_one_domain_answers_for_all) {
  Post post;
  auto bob = post.directory.account("bob@two.example");
  bob.aliases = {"postmaster@two.example"};
  post.directory.update_account(bob);
  post.checks({{"Postmaster", Locality::local, "bob@two.example"},
               {"postmaster@two.example", Locality::local, "bob@two.example"},
               {"POSTMASTER@example.org", Locality::local, "bob@two.example"},
               {"postmaster@elsewhere.example", Locality::elsewhere}});
}

BOOST_AUTO_TEST_CASE(an_address_over_the_limit_is_nobody) {
  Post post;
  BOOST_CHECK(post.recipients.find(std::string(5000, 'a') + "@example.org").locality ==
              Locality::unknown_user);
}

BOOST_AUTO_TEST_SUITE_END()
