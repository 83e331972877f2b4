#include "policy/access_tokens.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "base/error.h"

BOOST_AUTO_TEST_SUITE(access_tokens)

namespace {

namespace json = boost::json;
using policy::TokenFault;

constexpr UnixTime now = 1'800'000'000;

const policy::TokenSettings settings{.issuer = "https://id.example.org",
                                     .audience = "mail",
                                     .account_claim = "email",
                                     .scope = "",
                                     .clock_skew = std::chrono::seconds(60)};

json::object claims() {
  return {{"iss", "https://id.example.org"},
          {"aud", "mail"},
          {"exp", now + 3600},
          {"iat", now},
          {"email", "ada@example.org"}};
}

json::object with(std::string_view name, json::value value) {
  auto out = claims();
  out[name] = std::move(value);
  return out;
}

json::object without(std::string_view name) {
  auto out = claims();
  out.erase(name);
  return out;
}

json::value vectors() {
  std::ifstream file(TEST_DATA "/crypto/vectors/tokens.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return json::parse(text);
}

std::string token_named(std::string_view name) {
  const auto all = vectors();
  for (const auto& each : all.at("tokens").as_array())
    if (std::string_view(each.at("name").as_string()) == name)
      return std::string(each.at("token").as_string());
  throw std::logic_error("no such vector");
}

// A provider whose keys a test takes away, and which counts who asks.
struct Provider {
  ManualClock clock{now};
  std::string keys = json::serialize(json::object{{"keys", vectors().at("keys")}});
  bool away = false;
  int asked = 0;
  std::unique_ptr<policy::TokenKeys> token_keys() {
    return std::make_unique<policy::TokenKeys>(
        [this] {
          ++asked;
          if (away) throw Error(Fault::unavailable, "the provider is away");
          return keys;
        },
        clock);
  }
  policy::AccessTokens tokens{settings, token_keys(), clock};
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_token_must_claim) {
  const json::array several{"other", "mail"}, others{"other"};
  const std::pair<json::object, std::string_view> rules[] = {
      {claims(), ""},
      {with("aud", several), ""},
      {with("exp", now + 0.5), ""},
      {with("exp", now - 59), ""},
      {with("nbf", now + 60), ""},
      {with("iat", now + 60), ""},
      {without("iat"), ""},
      {with("email_verified", true), ""},
      {with("email_verified", "true"), ""},
      {with("iss", "https://id.example.org/"), "of another issuer"},
      {without("iss"), "of another issuer"},
      {with("iss", others), "of another issuer"},
      {with("aud", "Mail"), "for another audience"},
      {with("aud", others), "for another audience"},
      {without("aud"), "for another audience"},
      {with("exp", now - 60), "expired"},
      {without("exp"), "no exp"},
      {with("exp", "1900000000"), "no exp"},
      {with("exp", 1e300), "no exp"},
      {with("nbf", now + 61), "not valid yet"},
      {with("nbf", "soon"), "not valid yet"},
      {with("iat", now + 61), "issued in the future"},
      {without("email"), "names no account"},
      {with("email", 7), "names no account"},
      {with("email_verified", false), "the address is not verified"},
      {with("email_verified", nullptr), "the address is not verified"},
  };
  for (const auto& [claimed, reason] : rules) {
    const auto verdict = policy::verdict_on(claimed, settings, now);
    BOOST_TEST(verdict.reason == reason, json::serialize(claimed));
    BOOST_CHECK((verdict.fault == TokenFault::none) == reason.empty());
    BOOST_TEST(verdict.account == (reason.empty() ? "ada@example.org" : ""));
  }
}

BOOST_AUTO_TEST_CASE(scope_and_claim_are_as_configured) {
  auto strict = settings;
  strict.scope = "mail.access";
  strict.account_claim = "upn";
  auto claimed = with("upn", "ada@example.org");
  const std::tuple<std::string_view, json::value, bool> scopes[] = {
      {"scope", "openid mail.access", true},
      {"scope", "mail.access", true},
      {"scp", "mail.access other", true},
      {"scp", json::array{"x", "mail.access"}, true},
      {"scope", "mail.access.not", false},
      {"scope", "openid  mail", false},
      {"scope", "", false},
      {"roles", "mail.access", false}};
  for (const auto& [name, value, fits] : scopes) {
    auto each = claimed;
    each[name] = value;
    const auto verdict = policy::verdict_on(each, strict, now);
    BOOST_CHECK(verdict.fault == (fits ? TokenFault::none : TokenFault::insufficient_scope));
  }
}

BOOST_AUTO_TEST_CASE(keys_are_asked_for_once) {
  Provider provider;
  const auto good = token_named("RS256");
  for (int n = 0; n < 5; ++n) BOOST_TEST(provider.tokens.check(good).account == "ada@example.org");
  BOOST_TEST(provider.asked == 1);
  provider.tokens.keys().refresh();
  BOOST_TEST(provider.asked == 1);
  provider.clock.advance(policy::TokenKeys::refreshed_after);
  provider.tokens.keys().refresh();
  BOOST_TEST(provider.asked == 2);
}

BOOST_AUTO_TEST_CASE(tokens_of_unknown_keys_ask_twice_a_minute_at_most) {
  Provider provider;
  const auto unknown = token_named("by a key that is not there");
  for (int n = 0; n < 10; ++n)
    BOOST_CHECK(provider.tokens.check(unknown).fault == TokenFault::invalid_token);
  BOOST_TEST(provider.asked == 1);
  provider.clock.advance(policy::TokenKeys::asked_again_after);
  for (int n = 0; n < 10; ++n) provider.tokens.check(unknown);
  BOOST_TEST(provider.asked == 2);
}

BOOST_AUTO_TEST_CASE(a_new_key_serves_as_soon_as_a_token_names_it) {
  Provider provider;
  auto all = vectors().at("keys").as_array();
  const auto first = all[0];
  all.erase(all.begin());
  provider.keys = json::serialize(json::object{{"keys", all}});
  BOOST_CHECK(provider.tokens.check(token_named("RS256")).fault == TokenFault::invalid_token);
  all.push_back(first);
  provider.keys = json::serialize(json::object{{"keys", all}});
  provider.clock.advance(policy::TokenKeys::asked_again_after);
  BOOST_CHECK(provider.tokens.check(token_named("RS256")).fault == TokenFault::none);
}

BOOST_AUTO_TEST_CASE(the_last_good_keys_serve_while_the_provider_is_away) {
  for (const bool away : {true, false}) {
    Provider provider;
    BOOST_CHECK(provider.tokens.check(token_named("ES256")).fault == TokenFault::none);
    provider.away = away;
    provider.keys = "<html>";
    provider.clock.advance(policy::TokenKeys::refreshed_after);
    provider.tokens.keys().refresh();
    BOOST_TEST(provider.asked == 2);
    BOOST_CHECK(provider.tokens.check(token_named("ES256")).fault == TokenFault::none);
  }
}

BOOST_AUTO_TEST_CASE(without_ever_having_had_keys_nothing_is_said_of_a_token) {
  Provider provider;
  provider.away = true;
  BOOST_CHECK_EXCEPTION(provider.tokens.check(token_named("RS256")), Error,
                        [](const Error& error) { return error.fault() == Fault::unavailable; });
  BOOST_CHECK(provider.tokens.check("nonsense").fault == TokenFault::invalid_token);
}

BOOST_AUTO_TEST_CASE(what_the_client_is_told) {
  Provider provider;
  BOOST_TEST(provider.tokens.refusal(TokenFault::invalid_token) ==
             R"({"status":"invalid_token","openid-configuration":)"
             R"("https://id.example.org/.well-known/openid-configuration"})");
  BOOST_TEST(provider.tokens.refusal(TokenFault::insufficient_scope)
                 .starts_with(R"({"status":"insufficient_scope")"));
}

BOOST_AUTO_TEST_SUITE_END()
