#include "crypto/challenge.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "crypto/near_connection.h"
#include "crypto/url.h"

using crypto::bearer_challenge;
using crypto::covers;
using crypto::parse_url;

BOOST_AUTO_TEST_SUITE(challenge)

BOOST_AUTO_TEST_CASE(bearer_challenges_are_read_as_vaults_write_them) {
  const std::string tenant = "https://login.microsoftonline.com/t";
  const std::string rows[] = {
      R"(Bearer authorization="https://login.microsoftonline.com/t", resource="https://v.net")",
      R"(bearer AUTHORIZATION="https://login.microsoftonline.com/t/",Resource=https://v.net/)",
      R"(Bearer  authorization_uri = "https://login.microsoftonline.com/t" , resource="https://v.net")",
      R"(Bearer authorization="https://login.microsoftonline.com/t", scope="https://v.net/.default")",
      R"(Negotiate YII==, Basic realm="x", Bearer authorization="https://login.microsoftonline.com/t", resource="https://v.net", PoP resource="https://evil.net")",
      R"(Bearer error="a \"b\", c", authorization="https://login.microsoftonline.com\/t", resource="https://v.net")",
  };
  for (const auto& header : rows) {
    const auto found = bearer_challenge(header);
    BOOST_TEST_REQUIRE(found.has_value(), header);
    BOOST_TEST(found->authority == tenant, header);
    BOOST_TEST(found->resource == "https://v.net", header);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_bearer_challenge_is_none) {
  for (const auto* header : {"", ",", "Basic realm=\"Bearer\"", "Bearerish resource=x", "=", "\"",
                             "PoP resource=\"https://v.net\""})
    BOOST_TEST(!bearer_challenge(header).has_value(), header);
  BOOST_TEST(bearer_challenge("Bearer")->resource.empty());
  BOOST_TEST(bearer_challenge("Bearer resource=\"https://v").value().resource == "https://v");
}

BOOST_AUTO_TEST_CASE(a_resource_covers_the_vaults_below_it) {
  const std::string host = "mine.vault.azure.net";
  for (const auto* resource : {"https://vault.azure.net", "https://VAULT.azure.net/",
                               "https://azure.net", "https://vault.azure.net:443"})
    BOOST_TEST(covers(resource, host), resource);
  for (const auto* resource :
       {"", "https://net", "http://vault.azure.net", "https://mine.vault.azure.net",
        "https://ault.azure.net", "https://vault.azure.net.evil.example", "https://evil.example",
        "https://managedhsm.azure.net", "https://vault.azure.net/path", "https://.azure.net",
        "https://vault.azure.net@evil.example", "vault.azure.net", "https://"})
    BOOST_TEST(!covers(resource, host), resource);
  BOOST_TEST(!covers("https://0.0.1", "127.0.0.1"));
  BOOST_TEST(!covers("https://1", "::1"));
}

BOOST_AUTO_TEST_CASE(urls_are_taken_apart) {
  const auto url = parse_url("HTTPS://Login.Example:8443/Tenant/");
  BOOST_TEST(url.origin() == "https://login.example:8443");
  BOOST_TEST(url.host == "login.example");
  BOOST_TEST(url.path == "/Tenant");
  BOOST_TEST(parse_url("https://a").port == 443);
  BOOST_TEST(parse_url("https://a:443/").origin() == "https://a");
  BOOST_TEST(parse_url("http://169.254.169.254/x/y").path == "/x/y");
  BOOST_TEST(!parse_url("http://a:8080").tls);
  BOOST_TEST(parse_url("https://[::1]:8443").origin() == "https://[::1]:8443");
  BOOST_TEST(parse_url("https://[::1]").host == "::1");
  for (const std::string text :
       {"", "a", "https://", "https:///x", "ftp://a", "https://a:0", "https://a:65536",
        "https://a:1x", "https://a:", "https://[::1", "https://[]", "https://[::1]x", "https://a b",
        "https://u@a", "https://a?x=1", "https://a/x?y", "https://a/#f", "https://a\r\n",
        "http:/a"})
    BOOST_CHECK_THROW(parse_url(text), Error);
}

BOOST_AUTO_TEST_CASE(only_this_machine_and_its_link_are_near) {
  for (const auto* host :
       {"localhost", "127.0.0.1", "127.9.9.9", "169.254.169.254", "::1", "fe80::1"})
    BOOST_TEST(crypto::is_near(host), host);
  for (const auto* host : {"", "10.0.0.1", "128.0.0.1", "169.253.0.1", "localhost.example", "::2",
                           "login.example", "127.1"})
    BOOST_TEST(!crypto::is_near(host), host);
}

BOOST_AUTO_TEST_SUITE_END()
