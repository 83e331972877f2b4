#include "crypto/jwk_set.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "base/error.h"

BOOST_AUTO_TEST_SUITE(jwk_set)

namespace {

namespace json = boost::json;
using crypto::JwkSet;

// make_token_vectors.py
json::value vectors() {
  std::ifstream file(TEST_DATA "/crypto/vectors/tokens.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return json::parse(text);
}

std::string verdict(const JwkSet& keys, std::string_view text) {
  const auto token = crypto::parse_jwt(text);
  if (!token) return "none";
  switch (keys.check(*token)) {
    case JwkSet::Verdict::good:
      return "good";
    case JwkSet::Verdict::bad:
      return "bad";
    case JwkSet::Verdict::unknown_key:
      return "unknown";
  }
  return "";
}

void expect_no_set(const std::string& text) {
  BOOST_CHECK_EXCEPTION(JwkSet{text}, Error,
                        [](const Error& error) { return error.fault() == Fault::invalid; });
}

}  // namespace

BOOST_AUTO_TEST_CASE(tokens_of_another_implementation_good_and_hostile) {
  const auto all = vectors();
  const JwkSet keys(json::serialize(json::object{{"keys", all.at("keys")}}));
  BOOST_TEST(keys.size() == 3u);
  for (const auto& each : all.at("tokens").as_array())
    BOOST_TEST(verdict(keys, std::string_view(each.at("token").as_string())) ==
                   std::string_view(each.at("verdict").as_string()),
               each.at("name").as_string());
}

BOOST_AUTO_TEST_CASE(no_octet_of_a_signature_can_be_changed) {
  const auto all = vectors();
  const JwkSet keys(json::serialize(json::object{{"keys", all.at("keys")}}));
  for (const auto& each : all.at("tokens").as_array()) {
    if (each.at("verdict").as_string() != "good") continue;
    auto token = crypto::parse_jwt(each.at("token").as_string()).value();
    for (auto& octet : token.signature) {
      octet ^= 1;
      BOOST_CHECK(keys.check(token) == JwkSet::Verdict::bad);
      octet ^= 1;
    }
    token.signature.push_back(0);
    BOOST_CHECK(keys.check(token) == JwkSet::Verdict::bad);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_key_set_is_refused) {
  for (const auto* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[]})", R"({"keys":[1]})",
                           R"({"keys":[{"kty":"oct","k":"c2VjcmV0"}]})",
                           R"({"keys":[{"kty":"RSA","n":"!","e":"AQAB"}]})",
                           R"({"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]})"})
    expect_no_set(text);
  expect_no_set(std::string(300'000, ' '));
}

BOOST_AUTO_TEST_SUITE_END()
