#include "crypto/managed_roots.h"

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "crypto/rsa_oaep.h"
#include "crypto/secret_file.h"
#include "tests/crypto/fixed_keys.h"
#include "tests/crypto/temporary_directory.h"
#include "tests/crypto/vectors.h"

using namespace crypto;
using namespace crypto_test;
namespace fs = std::filesystem;

namespace {

const Place place{Kind::dep_key, {}, 3, 1};

// Making an RSA key takes long: one for all tests.
struct Service {
  TemporaryDirectory root;
  ServiceKeys keys{root / "keys", root / "data"};
  ManagedRoots roots{keys};
  RootKeyRef kid = roots.ensure("default-a");

  fs::path file() const { return keys.path() / "managed" / kid.name() / (kid.version() + ".pem"); }
};
Service& service() {
  static Service once;
  return once;
}

Bytes print_of(const DepKey& key) {
  FalseVault vault;
  vault.wrap(some_root, key, place);
  return vault.asked_to_wrap();
}

bool is_misconfigured(const RootError& error) {
  return error.verdict() == RootVerdict::misconfigured;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(managed_roots)

BOOST_AUTO_TEST_CASE(a_root_is_made_once_and_stays) {
  auto& s = service();
  BOOST_TEST(s.roots.ensure("default-a").kid() == s.kid.kid());
  BOOST_TEST(s.kid.vault() == managed_vault);
  BOOST_TEST(s.kid.version().size() == 32U);
  BOOST_TEST(s.kid.version().starts_with("0001"));
  BOOST_CHECK(fs::status(s.file()).permissions() == static_cast<fs::perms>(0600));
  const auto info = s.roots.get(RootKeyRef("managed://default-a"));
  BOOST_TEST(info.key.kid() == s.kid.kid());
  BOOST_TEST(info.type == "RSA");
  BOOST_TEST(info.bits == 3072U);
  BOOST_TEST(info.enabled);
  BOOST_TEST(!info.expires);
}

BOOST_AUTO_TEST_CASE(a_dep_key_comes_back_from_another_process) {
  auto& s = service();
  const auto key = DepKey::generate();
  const auto wrapped = s.roots.wrap(RootKeyRef("managed://default-a"), key, place);
  BOOST_TEST(wrapped.key.kid() == s.kid.kid());
  BOOST_TEST(wrapped.blob.size() == 384U);
  ManagedRoots again(s.keys);
  BOOST_CHECK(print_of(again.unwrap(wrapped, place)) == print_of(key));
}

BOOST_AUTO_TEST_CASE(what_was_altered_or_moved_does_not_open) {
  auto& s = service();
  const auto wrapped = s.roots.wrap(s.kid, DepKey::generate(), place);
  BOOST_CHECK_EXCEPTION(s.roots.unwrap(wrapped, {Kind::dep_key, {}, 4, 1}), Error, is_corrupt);
  for (std::size_t i = 0; i < wrapped.blob.size(); i += 37) {
    auto bad = wrapped;
    bad.blob[i] ^= 1;
    BOOST_CHECK_EXCEPTION(s.roots.unwrap(bad, place), RootError, is_misconfigured);
  }
  for (std::size_t size : {0, 383, 385})
    BOOST_CHECK_EXCEPTION(s.roots.unwrap({s.kid, Bytes(size, 1)}, place), RootError,
                          is_misconfigured);
}

BOOST_AUTO_TEST_CASE(a_root_that_is_not_there_is_misconfigured) {
  auto& s = service();
  for (const auto* kid : {"managed://nobody", "managed://nobody/1",
                          "managed://default-a/00010000000000000000000000000000",
                          "https://vault/keys/default-a/00010000000000000000000000000000"})
    BOOST_CHECK_EXCEPTION(s.roots.get(RootKeyRef(kid)), RootError, is_misconfigured);
  BOOST_CHECK_THROW(s.roots.ensure("../escape"), Error);
  BOOST_CHECK_THROW(s.roots.ensure(""), Error);
}

BOOST_AUTO_TEST_CASE(a_file_that_holds_no_rsa_key_is_corrupt) {
  auto& s = service();
  const auto version = std::string(32, '1');
  const auto path = s.file().parent_path() / (version + ".pem");
  BOOST_REQUIRE(create_secret_file(path, bytes_of("-----BEGIN PRIVATE KEY-----\nAAAA\n")));
  BOOST_CHECK_EXCEPTION(s.roots.get(RootKeyRef("managed://default-a/" + version)), Error,
                        is_corrupt);
  destroy_secret_file(path);
}

BOOST_AUTO_TEST_CASE(oaep_uses_sha_256_for_both_hashes) {
  auto& s = service();
  const auto pem = read_secret_file(s.file());
  BOOST_REQUIRE(pem);
  const auto key = rsa_key_from_pem(*pem);
  // RFC 8017 7.1.1: at most k - 2 hLen - 2 octets.
  BOOST_TEST(oaep_encrypt(key, Bytes(318)).size() == 384U);
  BOOST_CHECK_THROW(oaep_encrypt(key, Bytes(319)), Error);
  BOOST_TEST(oaep_decrypt(key, oaep_encrypt(key, Bytes(64, 5)))->size() == 64U);
}

BOOST_AUTO_TEST_SUITE_END()
