#include "crypto/root_keys.h"

#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/crypto/fixed_keys.h"
#include "tests/crypto/vectors.h"

using namespace crypto;
using namespace crypto_test;

namespace {

bool is_invalid(const Error& error) { return error.fault() == Fault::invalid; }

const Place place{Kind::dep_key, {}, 3, 7};

}  // namespace

BOOST_AUTO_TEST_SUITE(root_keys)

BOOST_AUTO_TEST_CASE(a_kid_is_taken_apart) {
  const RootKeyRef full("https://vault-a.example:8443/keys/mail-root/0123abcd");
  BOOST_TEST(full.vault() == "https://vault-a.example:8443");
  BOOST_TEST(full.name() == "mail-root");
  BOOST_TEST(full.version() == "0123abcd");
  const RootKeyRef latest("https://10.0.0.1/keys/r");
  BOOST_TEST(latest.vault() == "https://10.0.0.1");
  BOOST_TEST(latest.name() == "r");
  BOOST_TEST(latest.version().empty());
  const RootKeyRef managed("managed://default-a/0001ff");
  BOOST_TEST(managed.vault() == "managed://");
  BOOST_TEST(managed.name() == "default-a");
  BOOST_TEST(managed.version() == "0001ff");
  BOOST_TEST(RootKeyRef("managed://a").version().empty());
  BOOST_CHECK_EXCEPTION(RootKeyRef("gar\nbage"), Error, [](const Error& error) {
    return std::string_view(error.what()) == "not a key identifier: \"gar?bage\"";
  });
  BOOST_TEST(RootKeyRef("https://[::1]:8443/keys/r").vault() == "https://[::1]:8443");
}

BOOST_AUTO_TEST_CASE(one_vault_has_one_name) {
  BOOST_TEST(RootKeyRef("HTTPS://Vault.Example:443/keys/Root").kid() ==
             "https://vault.example/keys/Root");
  BOOST_CHECK(RootKeyRef("https://v/keys/a") != RootKeyRef("https://v/keys/A"));
}

BOOST_AUTO_TEST_CASE(what_is_no_kid_is_refused) {
  const std::string cases[] = {"",
                               "root",
                               "https://",
                               "https:///keys/r",
                               "https://v",
                               "https://v/",
                               "https://v/keys",
                               "https://v/keys/",
                               "https://v/secrets/r",
                               "https://v/keys/r/",
                               "https://v/keys/r/1/2",
                               "https://v/keys/r?x=1",
                               "https://v/keys/r#1",
                               "https://v/keys/../r",
                               "https://v/keys/r_1",
                               "https://v/keys/r%31",
                               "https://v/keys/r/1-2",
                               "https://user@v/keys/r",
                               "https://v:0/keys/r",
                               "https://v:/keys/r",
                               "https://v:65536/keys/r",
                               "https://v:84 43/keys/r",
                               "https://v:8443:1/keys/r",
                               "https://[::1/keys/r",
                               "https://[]/keys/r",
                               "https://[::1]x:1/keys/r",
                               "https://v\r\nx/keys/r",
                               "http://v/keys/r",
                               "managed://",
                               "managed:///1",
                               "managed://a/",
                               "managed://../1",
                               "managed://a/../../b",
                               "managed://a/1/2",
                               "managed:/a",
                               std::string("managed://a\0b", 13),
                               "managed://" + std::string(128, 'a'),
                               "managed://a/" + std::string(65, 'a'),
                               "https://" + std::string(600, 'v') + "/keys/r"};
  for (const auto& kid : cases) BOOST_CHECK_EXCEPTION(RootKeyRef{kid}, Error, is_invalid);
}

BOOST_AUTO_TEST_CASE(the_octets_for_a_vault_are_as_the_vector_says) {
  const auto vector = vectors("root_payload").at(0);
  FalseVault vault;
  vault.wrap(some_root, fixed_dep_key(bytes_in(vector, "key")), place_in(vector.at("place")));
  BOOST_TEST(to_hex(vault.asked_to_wrap()) == text_in(vector, "payload"));
}

BOOST_AUTO_TEST_CASE(a_vaults_answer_is_checked) {
  const auto good = root_payload(Bytes(32, 9), place);
  const auto answered = [](Bytes octets) {
    return FalseVault({octets.begin(), octets.end()}).unwrap({some_root, {}}, place);
  };
  BOOST_CHECK_NO_THROW(answered(good));
  for (std::size_t i = 32; i < good.size(); ++i) {
    auto bad = good;
    bad[i] ^= 1;
    BOOST_CHECK_EXCEPTION(answered(bad), Error, is_corrupt);
  }
  for (std::size_t size : {1, 32, 63})
    BOOST_CHECK_EXCEPTION(answered({good.begin(), good.begin() + size}), Error, is_corrupt);
  auto longer = good;
  longer.push_back(0);
  BOOST_CHECK_EXCEPTION(answered(longer), Error, is_corrupt);
  BOOST_CHECK_EXCEPTION(answered(root_payload(Bytes(32, 9), {Kind::dep_key, {}, 3, 8})), Error,
                        is_corrupt);
}

BOOST_AUTO_TEST_CASE(each_call_goes_to_the_vault_that_the_kid_names) {
  RootKeyRouter router;
  auto a = std::make_unique<FalseVault>(), b = std::make_unique<FalseVault>();
  const auto &at_a = *a, &at_b = *b;
  router.add("https://a:1", std::move(a));
  router.add("https://b:2", std::move(b));
  BOOST_TEST(router.vaults().size() == 2U);

  const auto wrapped = router.wrap(RootKeyRef("https://b:2/keys/r/1"), DepKey::generate(), place);
  BOOST_TEST(at_a.asked_to_wrap().empty());
  BOOST_TEST(at_b.asked_to_wrap().size() == 64U);
  BOOST_CHECK_NO_THROW(router.unwrap(wrapped, place));
  BOOST_TEST(router.get(wrapped.key).type == "RSA");

  const RootKeyRef elsewhere("https://c:3/keys/r/1");
  const auto misconfigured = [](const RootError& error) {
    return error.verdict() == RootVerdict::misconfigured;
  };
  BOOST_CHECK_EXCEPTION(router.get(elsewhere), RootError, misconfigured);
  BOOST_CHECK_EXCEPTION(router.wrap(elsewhere, DepKey::generate(), place), RootError,
                        misconfigured);
  BOOST_CHECK_EXCEPTION(router.unwrap({elsewhere, wrapped.blob}, place), RootError, misconfigured);
}

BOOST_AUTO_TEST_CASE(a_verdict_is_a_fault_of_its_kind) {
  BOOST_CHECK(RootError(RootVerdict::denied, "c", "m").fault() == Fault::denied);
  BOOST_CHECK(RootError(RootVerdict::transient, "c", "m").fault() == Fault::unavailable);
  BOOST_CHECK(RootError(RootVerdict::misconfigured, "c", "m").fault() == Fault::invalid);
  BOOST_TEST(RootError(RootVerdict::denied, "timeout", "m").code() == "timeout");
  BOOST_TEST(name_of(RootVerdict::misconfigured) == "misconfigured");
}

BOOST_AUTO_TEST_SUITE_END()
