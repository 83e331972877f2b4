// The vault over TLS, as its clients see it (reference: key vault REST).

#include <algorithm>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>

#include "base/bytes.h"
#include "tests/support/soft_token.h"
#include "tests/support/vault_client.h"

namespace {

namespace json = boost::json;
using namespace vault_test;

}  // namespace

BOOST_AUTO_TEST_SUITE(vault)

BOOST_FIXTURE_TEST_CASE(what_is_wrapped_unwraps_with_each_size, Fixture) {
  for (const std::size_t bits : {2048, 3072, 4096}) {
    const auto name = "root-" + std::to_string(bits);
    const auto bundle =
        client.create(name, json::serialize(json::object{{"kty", "RSA"}, {"key_size", bits}}));
    BOOST_TEST(from_base64url(text(bundle.at("key").at("n"))).size() == bits / 8);
    const auto wrapped = client.wrap(name, octets);
    BOOST_REQUIRE(wrapped.status == 200);
    BOOST_TEST(text(wrapped.body.at("kid")) == kid_in(bundle));
    const auto value = text(wrapped.body.at("value"));
    BOOST_TEST(from_base64url(value).size() == bits / 8);
    const auto opened = client.unwrap(name + '/' + version_of(bundle), value);
    BOOST_TEST(opened.status == 200);
    BOOST_TEST(text(opened.body.at("value")) == octets);
    const auto longest = std::string((bits / 8 - 66) / 3 * 4, 'A');
    BOOST_TEST(client.wrap(name, longest).status == 200);
    BOOST_TEST(client.wrap(name, longest + "AAAA").status == 400);
  }
}

// The same OAEP as elsewhere, SHA-256 in both places: opened with the private key by Python.
BOOST_FIXTURE_TEST_CASE(another_implementation_opens_and_makes_what_the_vault_wraps, Fixture) {
  const auto [der, body] = made_elsewhere(vault.directory().root);
  BOOST_REQUIRE(client.ask("PUT", "/keys/root" + version, body).status == 200);
  const auto wrapped = text(client.wrap("root", octets).body.at("value"));
  const auto script = std::string(SOURCE_DIR) + "/tests/server/oaep_check.py";
  const auto work = vault.directory().root / "oaep.json";
  std::ofstream(work) << json::serialize(
      json::object{{"private", to_base64url(der)}, {"wrapped", wrapped}, {"plain", octets}});
  BOOST_REQUIRE(std::system(("python3 " + script + ' ' + work.string()).c_str()) == 0);
  std::ifstream made(work.string() + ".wrapped");
  std::string theirs;
  made >> theirs;
  BOOST_TEST(text(client.unwrap("root", theirs).body.at("value")) == octets);
}

BOOST_FIXTURE_TEST_CASE(without_a_known_token_there_is_the_challenge_before_all_else, Fixture) {
  for (const auto* token : {"", "wrong", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    const Asker stranger(vault, token);
    for (const auto* target : {"/keys/root?api%2Dversion=7.4", "/keys/root", "/nothing/at/all"}) {
      const auto answer = stranger.ask("POST", target);
      BOOST_TEST(answer.status == 401);
      BOOST_TEST(answer.code() == "Unauthorized");
      BOOST_TEST(answer.head.find("WWW-Authenticate: Bearer authorization=\"https://") !=
                 std::string::npos);
      BOOST_TEST(answer.head.find("\", resource=\"https://vault.azure.net\"") != std::string::npos);
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_removed_token_is_unknown_at_once, Fixture) {
  const Asker guest(vault, vault.token("guest", "list"));
  BOOST_TEST(guest.ask("GET", "/keys" + version).status == 200);
  vault::Clients(vault.directory().root).remove("guest");
  BOOST_TEST(guest.ask("GET", "/keys" + version).status == 401);
}

BOOST_FIXTURE_TEST_CASE(a_client_does_what_it_is_allowed_and_no_more, Fixture) {
  client.create("root");
  const auto wrapped = text(client.wrap("root", octets).body.at("value"));
  const Asker server(vault, vault.token("sealpost", "get,wrapKey,unwrapKey"));
  BOOST_TEST(server.ask("GET", "/keys/root" + version).status == 200);
  BOOST_TEST(server.wrap("root", octets).status == 200);
  BOOST_TEST(server.unwrap("root", wrapped).status == 200);
  for (const auto& answer :
       {server.ask("POST", "/keys/other/create" + version, R"({"kty":"RSA"})"),
        server.ask("PATCH", "/keys/root" + version, "{}"), server.ask("GET", "/keys" + version),
        server.ask("GET", "/keys/nowhere/versions" + version)}) {
    BOOST_TEST(answer.status == 403);
    BOOST_TEST(answer.code() == "Forbidden");
    BOOST_TEST(answer.inner() == "ForbiddenByPolicy");
  }
}

BOOST_FIXTURE_TEST_CASE(the_api_version_is_needed_under_its_name_however_encoded, Fixture) {
  client.create("root");
  for (const auto* query : {"?api-version=7.4", "?api%2Dversion=7.5", "?api%2dversion=7%2E6",
                            "?x=1&api-version=2025-07-01"})
    BOOST_TEST(client.ask("GET", std::string("/keys/root") + query).status == 200, query);
  for (const auto* query : {"", "?api-version=7.0", "?api-version", "?API-version=7.4"}) {
    const auto answer = client.ask("GET", std::string("/keys/root") + query);
    BOOST_TEST(answer.status == 400, query);
    BOOST_TEST(answer.code() == "BadParameter");
  }
}

BOOST_FIXTURE_TEST_CASE(odd_paths_are_the_latest_version, Fixture) {
  const auto first = client.create("Root");
  const auto second = client.create("ROOT");
  for (const auto* path : {"/keys/root", "/keys/root/", "/keys/Root/", "/keys/%52oot"})
    BOOST_TEST(kid_in(client.ask("GET", path + version).body) == kid_in(second), path);
  const auto body = R"({"alg":"RSA-OAEP-256","value":"AAAA"})";
  for (const auto* path : {"/keys/root/wrapkey", "/keys/root//wrapkey", "/keys/root//wrapKey"})
    BOOST_TEST(text(client.ask("POST", path + version, body).body.at("kid")) == kid_in(second),
               path);
  BOOST_TEST(kid_in(client.ask("GET", "/keys/root/" + version_of(first) + version).body) ==
             kid_in(first));
  BOOST_TEST(kid_in(second).find("/keys/Root/") != std::string::npos);  // its first letters
}

BOOST_FIXTURE_TEST_CASE(a_kid_repeats_the_clients_host, Fixture) {
  const auto bundle = client.create("root");
  BOOST_TEST(kid_in(bundle) == "https://vault.test:1234/keys/root/" + version_of(bundle));
  const auto other = client.ask("GET", "/keys/root" + version, "", "[::1]:8443");
  BOOST_TEST(kid_in(other.body) == "https://[::1]:8443/keys/root/" + version_of(bundle));
  BOOST_TEST(client.ask("GET", "/keys/root" + version, "", "a\"b").status == 400);
}

BOOST_FIXTURE_TEST_CASE(a_bundle_has_the_public_part_and_no_more, Fixture) {
  const auto bundle = client.create("root", R"({"kty":"RSA","attributes":{},"tags":{"a":"b"}})");
  BOOST_TEST(from_base64url(text(bundle.at("key").at("n"))).size() == 256);  // 2048 by default
  BOOST_TEST(text(bundle.at("key").at("e")) == "AQAB");
  BOOST_TEST(text(bundle.at("key").at("kty")) == (keys_in_a_token() ? "RSA-HSM" : "RSA"));
  BOOST_TEST(text(bundle.at("tags").at("a")) == "b");
  BOOST_TEST(bundle.at("key").at("key_ops").as_array().size() == 6);
  const auto& attributes = bundle.at("attributes").as_object();
  BOOST_TEST(attributes.at("enabled").as_bool());
  BOOST_TEST(attributes.at("created").is_int64());
  BOOST_TEST(!attributes.contains("nbf"));
  BOOST_TEST(!attributes.contains("exp"));
  for (const auto* secret : {"d", "p", "q", "dp", "dq", "qi", "k", "key_hsm"})
    BOOST_TEST(!bundle.at("key").as_object().contains(secret));
}

BOOST_FIXTURE_TEST_CASE(a_disabled_version_wraps_and_unwraps_nothing_until_enabled, Fixture) {
  const auto name = "root/" + version_of(client.create("root"));
  const auto wrapped = text(client.wrap(name, octets).body.at("value"));
  BOOST_TEST(client.patch(name, R"({"attributes":{"enabled":false}})") == 200);
  for (const auto& answer :
       {client.wrap(name, octets), client.unwrap(name, wrapped), client.unwrap(name, "rubbish!")}) {
    BOOST_TEST(answer.status == 403);
    BOOST_TEST(answer.inner() == "KeyDisabled");
  }
  const auto seen = client.ask("GET", "/keys/" + name + version);
  BOOST_TEST(seen.status == 200);
  BOOST_TEST(!seen.body.at("attributes").at("enabled").as_bool());
  BOOST_TEST(client.patch(name, R"({"attributes":{"enabled":true}})") == 200);
  BOOST_TEST(client.unwrap(name, wrapped).status == 200);
}

BOOST_FIXTURE_TEST_CASE(expiry_stops_wrapping_and_never_unwrapping, Fixture) {
  client.create("root");
  const auto wrapped = text(client.wrap("root", octets).body.at("value"));
  for (const auto* attributes : {R"({"attributes":{"exp":1000}})",
                                 R"({"attributes":{"nbf":4000000000,"exp":4000000001}})"}) {
    BOOST_TEST(client.patch("root/", attributes) == 200);
    const auto refused = client.wrap("root", octets);
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.inner() == "KeyNotYetValidOrExpired");
    BOOST_TEST(client.unwrap("root", wrapped).status == 200);
  }
}

BOOST_FIXTURE_TEST_CASE(key_ops_are_obeyed, Fixture) {
  client.create("root", R"({"kty":"RSA","key_size":2048,"key_ops":["wrapKey"]})");
  const auto wrapped = text(client.wrap("root", octets).body.at("value"));
  const auto refused = client.unwrap("root", wrapped);
  BOOST_TEST(refused.status == 403);
  BOOST_TEST(refused.inner() == "KeyOperationForbidden");
  BOOST_TEST(client.patch("root", R"({"key_ops":["unwrapKey"]})") == 200);
  BOOST_TEST(client.unwrap("root", wrapped).status == 200);
  BOOST_TEST(client.wrap("root", octets).inner() == "KeyOperationForbidden");
}

BOOST_FIXTURE_TEST_CASE(every_failed_unwrap_has_the_same_answer, Fixture) {
  const auto first = version_of(client.create("root"));
  const auto wrapped = text(client.wrap("root", octets).body.at("value"));
  const auto second = version_of(client.create("root"));
  auto altered = wrapped;
  altered[10] = altered[10] == 'A' ? 'B' : 'A';
  const std::string zeros = to_base64url(Bytes(256)), ones = to_base64url(Bytes(256, 0xff));
  const auto expected = client.unwrap("root/" + first, altered);
  BOOST_TEST(expected.status == 400);
  BOOST_TEST(expected.code() == "BadParameter");
  const std::pair<std::string, std::string> tries[] = {{second, wrapped},
                                                       {first, zeros},
                                                       {first, ones},
                                                       {first, ""},
                                                       {first, "AAAA"},
                                                       {first, wrapped + "AAAA"},
                                                       {first, std::string(8000, 'A')}};
  for (const auto& [key, value] : tries) {
    const auto answer = client.unwrap("root/" + key, value);
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(json::serialize(answer.body) == json::serialize(expected.body));
  }
}

BOOST_FIXTURE_TEST_CASE(only_oaep_256_and_only_base64url, Fixture) {
  client.create("root");
  for (const auto* algorithm : {"RSA1_5", "RSA-OAEP", "A256KW", "rsa-oaep-256", ""})
    BOOST_TEST(client.wrap("root", octets, algorithm).status == 400, algorithm);
  for (const auto* value : {"AAA=", "AA+A", "AA/A", "A", "A A", ""})
    BOOST_TEST(client.wrap("root", value).code() == "BadParameter", value);
}

BOOST_FIXTURE_TEST_CASE(bodies_are_checked, Fixture) {
  for (const auto* body :
       {"", "[]", "null", "{", R"({"kty":"EC"})", R"({"kty":1})", R"({"kty":"oct-HSM"})",
        R"({"kty":"RSA","key_size":1024})", R"({"kty":"RSA","key_size":"2048"})",
        R"({"kty":"RSA","key_ops":"wrapKey"})", R"({"kty":"RSA","key_ops":["fly"]})",
        R"({"kty":"RSA","attributes":{"enabled":1}})", R"({"kty":"RSA","attributes":{"exp":-1}})",
        R"({"kty":"RSA","attributes":{"nbf":2,"exp":1}})",
        R"({"kty":"RSA","attributes":{"exportable":true}})", R"({"kty":"RSA","tags":{"a":1}})",
        R"({"kty":"RSA","public_exponent":3})",
        R"({"kty":"RSA","a":[[[[[[[[[[[[[[1]]]]]]]]]]]]]]})"}) {
    const auto answer = client.ask("POST", "/keys/root/create" + version, body);
    BOOST_TEST(answer.status == 400, body);
    BOOST_TEST(answer.code() == "BadParameter");
  }
  json::object tags;
  for (int i = 0; i < 16; ++i) tags[std::to_string(i)] = "x";
  const json::object many{{"kty", "RSA"}, {"tags", tags}};
  BOOST_TEST(client.ask("POST", "/keys/root/create" + version, json::serialize(many)).status ==
             400);
  BOOST_TEST(client.ask("GET", "/keys/root" + version).status == 404);  // none was made
}

BOOST_FIXTURE_TEST_CASE(what_is_not_there_is_said_so, Fixture) {
  client.create("root");
  const std::tuple<const char*, const char*, unsigned, const char*> asks[] = {
      {"GET", "/keys/other", 404, "KeyNotFound"},
      {"GET", "/keys/root/00000000000000000000000000000000", 404, "KeyNotFound"},
      {"GET", "/keys/other/versions", 404, "KeyNotFound"},
      {"POST", "/keys/other/wrapkey", 404, "KeyNotFound"},
      {"GET", "/", 404, "NotFound"},
      {"GET", "/secrets/a", 404, "NotFound"},
      {"POST", "/keys/root/a/b/wrapkey", 404, "NotFound"},
      {"DELETE", "/keys/root/0", 405, "MethodNotAllowed"},
      {"PUT", "/keys/root/0", 405, "MethodNotAllowed"},
      {"POST", "/keys/root/0/backup", 404, "NotFound"},
      {"GET", "/deletedkeys/root", 404, "KeyNotFound"},
      {"DELETE", "/deletedkeys/root", 404, "KeyNotFound"},
      {"POST", "/deletedkeys/root/recover", 404, "KeyNotFound"},
      {"POST", "/keys/other/rotate", 404, "KeyNotFound"},
      {"POST", "/keys/other/backup", 404, "KeyNotFound"},
      {"GET", "/keys/other/rotationpolicy", 404, "KeyNotFound"},
      {"GET", "/keys/root/wrapkey", 405, "MethodNotAllowed"},
      {"POST", "/keys", 405, "MethodNotAllowed"},
      {"POST", "/keys/root/encrypt", 400, "BadParameter"},
      {"POST", "/keys/restore", 400, "BadParameter"},
      {"POST", "/rng", 400, "BadParameter"},
      {"GET", "/keys/a_b", 400, "BadParameter"},
      {"GET", "/keys/%zz", 400, "BadParameter"},
      {"GET", "/keys/a%2Fb", 400, "BadParameter"}};
  for (const auto& [method, path, status, code] : asks) {
    const auto answer = client.ask(method, path + version);
    BOOST_TEST(answer.status == status, method << ' ' << path << " gives " << answer.status);
    BOOST_TEST(answer.code() == code, path);
  }
  const auto long_name = std::string(128, 'a');
  BOOST_TEST(client.ask("GET", "/keys/" + long_name + version).status == 400);
}

// The client sends all of it before it looks for an answer.
BOOST_FIXTURE_TEST_CASE(a_body_that_is_too_long_is_413, Fixture) {
  for (const std::size_t size : {1'100'000, 30'000'000}) {
    const std::string big(size, ' ');
    const auto answer = client.ask("POST", "/keys/root/wrapkey" + version, big);
    BOOST_TEST(answer.status == 413, size);
    BOOST_TEST(answer.head.find("x-ms-request-id: ") != std::string::npos);
    BOOST_TEST(answer.code() == "BadParameter");
  }
}

BOOST_FIXTURE_TEST_CASE(a_change_keeps_what_it_does_not_name, Fixture) {
  client.create("root", R"({"kty":"RSA","key_size":2048,"tags":{"a":"b","c":"d"}})");
  BOOST_TEST(client.patch("root/", R"({"attributes":{"exp":4000000000}})") == 200);
  BOOST_TEST(client.patch("root/", R"({"tags":{"e":"f"}})") == 200);
  const auto bundle = client.ask("GET", "/keys/root/" + version).body;
  BOOST_TEST(bundle.at("attributes").at("exp").as_int64() == 4'000'000'000);
  BOOST_TEST(json::serialize(bundle.at("tags")) == R"({"e":"f"})");
  BOOST_TEST(client.patch("root/", R"({"attributes":{"nbf":4000000001}})") == 400);
  BOOST_TEST(
      client.ask("GET", "/keys/root/versions" + version).body.at("value").as_array().size() == 1);
}

BOOST_FIXTURE_TEST_CASE(lists_come_in_pages_until_there_is_no_link, Fixture) {
  for (const auto* name : {"c", "a", "B", "a"}) client.create(name);
  std::vector<std::string> kids;
  std::string next = "/keys" + version + "&maxresults=2";
  for (int pages = 0; !next.empty(); ++pages) {
    BOOST_REQUIRE(pages < 3);
    const auto page = client.ask("GET", next).body;
    for (const auto& item : page.at("value").as_array()) {
      kids.push_back(text(item.at("kid")));
      BOOST_TEST(!item.as_object().contains("key"));
    }
    const auto& link = page.at("nextLink");
    next = link.is_null() ? "" : text(link).substr(std::string("https://vault.test:1234").size());
  }
  const std::vector<std::string> expected{"https://vault.test:1234/keys/a",
                                          "https://vault.test:1234/keys/B",
                                          "https://vault.test:1234/keys/c"};
  BOOST_TEST(kids == expected, boost::test_tools::per_element());
  BOOST_TEST(client.ask("GET", "/keys/a/versions" + version).body.at("value").as_array().size() ==
             2);
  for (const auto* bad : {"0", "26", "x", "-1"})
    BOOST_TEST(client.ask("GET", "/keys" + version + "&maxresults=" + bad).status == 400);
}

BOOST_FIXTURE_TEST_CASE(each_operation_is_in_the_audit_log_without_its_octets, Fixture) {
  client.create("root");
  const auto wrapped = client.wrap("root", octets);
  client.unwrap("root", "AAAA");
  std::ifstream log(vault.directory().audit().log);
  const std::string lines{std::istreambuf_iterator<char>(log), {}};
  BOOST_TEST(std::ranges::count(lines, '\n') == 5);
  BOOST_TEST(lines.find(R"("caller":"all","operation":"wrapKey","key":"root/)") !=
             std::string::npos);
  BOOST_TEST(lines.find(R"("status":400,"code":"BadParameter")") != std::string::npos);
  BOOST_TEST(lines.find(octets) == std::string::npos);
  BOOST_TEST(wrapped.head.find("x-ms-request-id: ") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
