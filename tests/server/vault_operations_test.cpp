// What the vault does with keys besides wrapping, over TLS (reference: key vault REST, section 4).

#include <openssl/sha.h>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "base/bytes.h"
#include "tests/support/soft_token.h"
#include "tests/support/vault_client.h"

namespace {

namespace json = boost::json;
using namespace vault_test;

struct Purgeable {
  RunningVault vault{
      RunningVault::Settings{.recovery = {7, false}, .limits = {}, .allow_faults = false}};
  Asker client{vault, vault.token("all", everything)};
};

std::string hex(const json::value& value) { return to_hex(from_base64url(text(value))); }

std::size_t count_in(const Asker& client, const std::string& list) {
  return client.ask("GET", list + version).body.at("value").as_array().size();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vault_operations)

BOOST_FIXTURE_TEST_CASE(an_imported_key_is_used_like_one_of_its_own, Fixture) {
  client.create("root");
  const auto body = made_elsewhere(vault.directory().root).body;
  const auto answer = client.ask("PUT", "/keys/root" + version, body);
  BOOST_REQUIRE(answer.status == 200);
  const auto sent = json::parse(body).at("key");
  BOOST_TEST(answer.body.at("key").at("n") == sent.at("n"));
  for (const auto* secret : {"d", "p", "q", "dp", "dq", "qi"})
    BOOST_TEST(!answer.body.at("key").as_object().contains(secret));
  BOOST_TEST(count_in(client, "/keys/root/versions") == 2);
  const auto wrapped = client.wrap("root", octets);
  BOOST_TEST(text(wrapped.body.at("kid")) == kid_in(answer.body));
  BOOST_TEST(text(client.unwrap("root", text(wrapped.body.at("value"))).body.at("value")) ==
             octets);
}

BOOST_FIXTURE_TEST_CASE(an_import_that_is_no_whole_rsa_key_changes_nothing, Fixture) {
  const auto good = json::parse(made_elsewhere(vault.directory().root).body);
  const auto refused = [&](const std::function<void(json::object&)>& spoil) {
    auto body = good.as_object();
    spoil(body);
    const auto answer = client.ask("PUT", "/keys/root" + version, json::serialize(body));
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(answer.code() == "BadParameter");
  };
  for (const auto* member : {"n", "e", "d", "p", "q", "dp", "dq", "qi", "kty"})
    refused([&](json::object& body) { body["key"].as_object().erase(member); });
  refused([](json::object& body) { body["key"].at("d") = body["key"].at("n"); });
  refused([](json::object& body) { body["key"].at("p") = body["key"].at("q"); });
  refused([](json::object& body) { body["key"].at("e") = "Aw"; });
  refused([](json::object& body) { body["key"].at("kty") = "EC"; });
  if (!keys_in_a_token()) refused([](json::object& body) { body["Hsm"] = true; });
  refused([](json::object& body) { body.erase("key"); });
  BOOST_TEST(client.ask("GET", "/keys/root" + version).status == 404);
}

BOOST_FIXTURE_TEST_CASE(a_deleted_key_is_gone_until_recovered_as_it_was, Purgeable) {
  const auto first = version_of(
      client.create("root", R"({"kty":"RSA","tags":{"a":"b"},"attributes":{"exp":4000000000}})"));
  const auto second = client.create("root");
  const auto wrapped = text(client.wrap("root/" + first, octets).body.at("value"));
  const auto deleted = client.ask("DELETE", "/keys/ROOT" + version);
  BOOST_REQUIRE(deleted.status == 200);
  BOOST_TEST(kid_in(deleted.body) == kid_in(second));
  BOOST_TEST(text(deleted.body.at("recoveryId")) == "https://vault.test:1234/deletedkeys/root");
  BOOST_TEST(deleted.body.at("scheduledPurgeDate").as_int64() ==
             deleted.body.at("deletedDate").as_int64() + 7 * 86400);
  BOOST_TEST(text(deleted.body.at("attributes").at("recoveryLevel")) ==
             "CustomizedRecoverable+Purgeable");
  for (const auto& answer :
       {client.ask("GET", "/keys/root" + version), client.unwrap("root/" + first, wrapped),
        client.ask("DELETE", "/keys/root" + version)})
    BOOST_TEST(answer.code() == "KeyNotFound");
  BOOST_TEST(count_in(client, "/keys") == 0);
  BOOST_TEST(count_in(client, "/deletedkeys") == 1);
  const auto in_use = client.ask("POST", "/keys/root/create" + version, R"({"kty":"RSA"})");
  BOOST_TEST(in_use.status == 409);
  BOOST_TEST(in_use.code() == "Conflict");
  BOOST_TEST(in_use.inner() == "ObjectIsDeletedButRecoverable");
  vault.stop();
  vault.start();
  BOOST_TEST(client.ask("GET", "/deletedkeys/root" + version).body == deleted.body);
  BOOST_TEST(client.ask("POST", "/deletedkeys/root/recover" + version).status == 200);
  BOOST_TEST(count_in(client, "/keys/root/versions") == 2);
  BOOST_TEST(text(client.unwrap("root/" + first, wrapped).body.at("value")) == octets);
  const auto old = client.ask("GET", "/keys/root/" + first + version).body;
  BOOST_TEST(text(old.at("tags").at("a")) == "b");
  BOOST_TEST(old.at("attributes").at("exp").as_int64() == 4'000'000'000);
}

BOOST_FIXTURE_TEST_CASE(a_purge_frees_the_name_and_leaves_no_file, Purgeable) {
  client.create("root");
  client.ask("DELETE", "/keys/root" + version);
  const auto purged = client.ask("DELETE", "/deletedkeys/root" + version);
  BOOST_TEST(purged.status == 204);
  BOOST_TEST(purged.body.is_null());
  BOOST_TEST(client.ask("GET", "/deletedkeys/root" + version).status == 404);
  std::size_t files = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(vault.directory().keys()))
    if (each.is_regular_file()) ++files;
  BOOST_TEST(files == 0);
  client.create("root");
}

BOOST_FIXTURE_TEST_CASE(purge_protection_forbids_to_purge, Fixture) {
  client.create("root");
  client.ask("DELETE", "/keys/root" + version);
  const auto refused = client.ask("DELETE", "/deletedkeys/root" + version);
  BOOST_TEST(refused.status == 403);
  BOOST_TEST(refused.code() == "Forbidden");
  BOOST_TEST(refused.inner() == "");
  const auto still = client.ask("GET", "/deletedkeys/root" + version);
  BOOST_TEST(text(still.body.at("attributes").at("recoveryLevel")) == "Recoverable");
}

BOOST_FIXTURE_TEST_CASE(a_backup_brings_every_version_back, Purgeable) {
  const auto first = version_of(client.create("Root"));
  client.create("root", R"({"kty":"RSA","tags":{"c":"d"}})");
  const auto wrapped = text(client.wrap("root/" + first, octets).body.at("value"));
  const auto before = client.ask("GET", "/keys/root" + version).body;
  const auto backup = client.ask("POST", "/keys/root/backup" + version);
  if (keys_in_a_token()) {
    BOOST_TEST(backup.status == 403);
    BOOST_TEST(backup.text("message").starts_with("The token gives its keys to nobody."));
    return;
  }
  const auto& blob = backup.body;
  const auto restore = [&](const json::value& body) {
    return client.ask("POST", "/keys/restore" + version, json::serialize(body));
  };
  BOOST_TEST(restore(blob).status == 409);
  client.ask("DELETE", "/keys/root" + version);
  BOOST_TEST(restore(blob).inner() == "ObjectIsDeletedButRecoverable");
  client.ask("DELETE", "/deletedkeys/root" + version);
  auto altered = text(blob.at("value"));
  altered[100] = altered[100] == 'A' ? 'B' : 'A';
  BOOST_TEST(restore(json::object{{"value", altered}}).code() == "BadParameter");
  BOOST_TEST(restore(blob).body == before);
  BOOST_TEST(text(client.unwrap("root/" + first, wrapped).body.at("value")) == octets);
  vault.stop();
  vault.start();
  BOOST_TEST(count_in(client, "/keys/root/versions") == 2);
  RunningVault other;
  const Asker stranger(other, other.token("all", everything));
  BOOST_TEST(stranger.ask("POST", "/keys/restore" + version, json::serialize(blob)).code() ==
             "BadParameter");
}

BOOST_FIXTURE_TEST_CASE(a_rotation_keeps_old_versions_in_use, Fixture) {
  client.create("root", R"({"kty":"RSA","key_size":2048,"key_ops":["wrapKey","unwrapKey"],
                            "tags":{"a":"b"},"attributes":{"exp":4000000000}})");
  const auto wrapped = client.wrap("root", octets);
  const auto policy = client.ask(
      "PUT", "/keys/root/rotationpolicy" + version,
      R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"P60D"},"action":{"type":"rotate"}}],
          "attributes":{"expiryTime":"P90D"}})");
  BOOST_REQUIRE(policy.status == 200);
  const auto rotated = client.ask("POST", "/keys/root/rotate" + version);
  BOOST_REQUIRE(rotated.status == 200);
  const auto& attributes = rotated.body.at("attributes");
  BOOST_TEST(attributes.at("exp").as_int64() == attributes.at("created").as_int64() + 90 * 86400);
  BOOST_TEST(rotated.body.at("key").at("key_ops").as_array().size() == 2);
  BOOST_TEST(text(rotated.body.at("tags").at("a")) == "b");
  BOOST_TEST(count_in(client, "/keys/root/versions") == 2);
  const auto old =
      text(wrapped.body.at("kid")).substr(std::string("https://vault.test:1234/keys/").size());
  BOOST_TEST(client.unwrap(old, text(wrapped.body.at("value"))).status == 200);
}

BOOST_FIXTURE_TEST_CASE(a_rotation_policy_is_kept_and_checked, Fixture) {
  client.create("root");
  const auto path = "/keys/root/rotationpolicy" + version;
  const auto at_first = client.ask("GET", path).body;
  BOOST_TEST(text(at_first.at("id")) == "https://vault.test:1234/keys/root/rotationpolicy");
  const auto& action = at_first.at("lifetimeActions").at(0);
  BOOST_TEST(text(action.at("trigger").at("timeBeforeExpiry")) == "P30D");
  BOOST_TEST(text(action.at("action").at("type")) == "Notify");
  const auto set = client.ask(
      "PUT", path,
      R"({"lifetimeActions":[{"trigger":{"timeBeforeExpiry":"P1M"},"action":{"type":"Rotate"}},
                             {"trigger":{"timeBeforeExpiry":"P45D"},"action":{"type":"Notify"}}],
          "attributes":{"expiryTime":"P1Y6M"}})");
  BOOST_REQUIRE(set.status == 200);
  vault.stop();
  vault.start();
  BOOST_TEST(client.ask("GET", path).body == set.body);
  for (const auto* bad :
       {R"({"attributes":{"expiryTime":"P27D"}})", R"({"attributes":{"expiryTime":"PT9000H"}})",
        R"({"attributes":{"expiryTime":"90"}})", R"({"attributes":[]})",
        R"({"lifetimeActions":{}})",
        R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"P6D"},"action":{"type":"Rotate"}}]})",
        R"({"lifetimeActions":[{"trigger":{},"action":{"type":"Rotate"}}]})",
        R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"P60D"},"action":{"type":"Fly"}}]})",
        R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"P60D","timeBeforeExpiry":"P60D"},
                                "action":{"type":"Rotate"}}]})",
        R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"P60D"},"action":{"type":"Rotate"}},
                               {"trigger":{"timeAfterCreate":"P70D"},"action":{"type":"Rotate"}}]})"})
    BOOST_TEST(client.ask("PUT", path, bad).code() == "BadParameter", bad);
  BOOST_TEST(client.ask("GET", path).body == set.body);
}

BOOST_FIXTURE_TEST_CASE(what_is_encrypted_decrypts, Fixture) {
  client.create("root");
  const auto sealed = client.operate("root", "encrypt", "RSA-OAEP-256", octets);
  BOOST_REQUIRE(sealed.status == 200);
  const auto opened =
      client.operate("root", "decrypt", "RSA-OAEP-256", text(sealed.body.at("value")));
  BOOST_TEST(text(opened.body.at("value")) == octets);
  for (const auto* algorithm : {"RSA1_5", "RSA-OAEP", "A256GCM"})
    BOOST_TEST(client.operate("root", "encrypt", algorithm, octets).code() == "BadParameter");
}

BOOST_FIXTURE_TEST_CASE(a_signature_verifies_and_an_altered_one_does_not, Fixture) {
  client.create("root");
  for (const auto& [algorithm, size] :
       std::initializer_list<std::pair<std::string, std::size_t>>{{"RS256", 32},
                                                                  {"RS384", 48},
                                                                  {"RS512", 64},
                                                                  {"PS256", 32},
                                                                  {"PS384", 48},
                                                                  {"PS512", 64}}) {
    const auto digest = to_base64url(Bytes(size, 7));
    const auto made = client.operate("root", "sign", algorithm, digest);
    BOOST_REQUIRE(made.status == 200);
    auto signature = text(made.body.at("value"));
    BOOST_TEST(hex(made.body.at("value")).size() == 512);
    const auto verified = [&] {
      const auto answer =
          client.ask("POST", "/keys/root/verify" + version,
                     json::serialize(json::object{
                         {"alg", algorithm}, {"digest", digest}, {"value", signature}}));
      BOOST_TEST(answer.status == 200);
      return answer.body.at("value").as_bool();
    };
    BOOST_TEST(verified(), algorithm);
    signature[5] = signature[5] == 'A' ? 'B' : 'A';
    BOOST_TEST(!verified(), algorithm);
    BOOST_TEST(client.operate("root", "sign", algorithm, to_base64url(Bytes(size - 1))).status ==
               400);
  }
  BOOST_TEST(client.operate("root", "sign", "ES256", octets).code() == "BadParameter");
}

BOOST_FIXTURE_TEST_CASE(expiry_stops_new_signatures_and_not_their_check, Fixture) {
  client.create("root", R"({"kty":"RSA","attributes":{"exp":4000000000}})");
  const auto signature = text(client.operate("root", "sign", "RS256", octets).body.at("value"));
  const auto sealed =
      text(client.operate("root", "encrypt", "RSA-OAEP-256", octets).body.at("value"));
  BOOST_TEST(client.patch("root/", R"({"attributes":{"exp":1000}})") == 200);
  BOOST_TEST(client.operate("root", "sign", "RS256", octets).inner() == "KeyNotYetValidOrExpired");
  BOOST_TEST(client.operate("root", "encrypt", "RSA-OAEP-256", octets).inner() ==
             "KeyNotYetValidOrExpired");
  BOOST_TEST(client.operate("root", "decrypt", "RSA-OAEP-256", sealed).status == 200);
  const auto verified = client.ask(
      "POST", "/keys/root/verify" + version,
      json::serialize(json::object{{"alg", "RS256"}, {"digest", octets}, {"value", signature}}));
  BOOST_TEST(verified.body.at("value").as_bool());
}

BOOST_FIXTURE_TEST_CASE(each_operation_has_a_permission_of_its_own, Fixture) {
  client.create("root");
  const Asker nobody(vault, vault.token("nobody", "verify"));
  const std::pair<const char*, const char*> asks[] = {{"PUT", "/keys/root"},
                                                      {"DELETE", "/keys/root"},
                                                      {"GET", "/deletedkeys"},
                                                      {"GET", "/deletedkeys/root"},
                                                      {"DELETE", "/deletedkeys/root"},
                                                      {"POST", "/deletedkeys/root/recover"},
                                                      {"POST", "/keys/root/backup"},
                                                      {"POST", "/keys/restore"},
                                                      {"POST", "/keys/root/rotate"},
                                                      {"GET", "/keys/root/rotationpolicy"},
                                                      {"PUT", "/keys/root/rotationpolicy"},
                                                      {"POST", "/keys/root/encrypt"},
                                                      {"POST", "/keys/root//decrypt"},
                                                      {"POST", "/keys/root/sign"}};
  for (const auto& [method, path] : asks) {
    const auto answer = nobody.ask(method, path + version);
    BOOST_TEST(answer.status == 403, method << ' ' << path);
    BOOST_TEST(answer.inner() == "ForbiddenByPolicy");
  }
  BOOST_TEST(nobody.ask("POST", "/keys/root/verify" + version).status == 400);
}

BOOST_AUTO_TEST_SUITE_END()
