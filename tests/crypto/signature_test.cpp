#include "crypto/signature.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "crypto/digest.h"
#include "crypto/secret_file.h"
#include "crypto/service_keys.h"
#include "tests/crypto/temporary_directory.h"
#include "tests/crypto/vectors.h"

using namespace crypto;
using namespace crypto_test;

namespace {

// Out of the file of such a key, made as FORMAT.md says.
SigningKey fixed_signing_key(ByteView raw) {
  const TemporaryDirectory root;
  ServiceKeys keys(root / "keys", root / "data");
  const auto files = vectors("service_key");
  auto file = bytes_in(
      *std::ranges::find_if(
          files, [](const auto& vector) { return text_in(vector, "name") == "signing.key"; }),
      "file");
  std::ranges::copy(raw, file.begin() + 17);
  std::ranges::copy(sha256(ByteView(file).first(49)), file.begin() + 49);
  BOOST_REQUIRE(create_secret_file(keys.path() / "signing.key", file));
  return keys.signing_key();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(signature)

BOOST_AUTO_TEST_CASE(key_purpose_and_value_all_count) {
  const auto key = SigningKey::generate(), other = SigningKey::generate();
  const auto value = bytes_of("12 records");
  const auto made = Signature::of(key, "audit checkpoint", value);
  BOOST_TEST(made.size() == signature_size);
  const auto open = Signature::public_key(key);
  BOOST_TEST(Signature::holds(open, "audit checkpoint", value, made));
  BOOST_TEST(!Signature::holds(Signature::public_key(other), "audit checkpoint", value, made));
  BOOST_TEST(!Signature::holds(open, "purge", value, made));
  BOOST_TEST(!Signature::holds(open, "audit checkpoint", bytes_of("13 records"), made));
  auto altered = made;
  altered[40] ^= 1;
  BOOST_TEST(!Signature::holds(open, "audit checkpoint", value, altered));
}

BOOST_AUTO_TEST_CASE(vectors_are_signed_alike) {
  for (const auto& vector : vectors("signature")) {
    const auto key = fixed_signing_key(bytes_in(vector, "key"));
    const auto purpose = text_in(vector, "purpose"), value = text_in(vector, "value");
    BOOST_TEST(to_hex(Signature::public_key(key)) == text_in(vector, "public"));
    BOOST_TEST(to_hex(Signature::of(key, purpose, bytes_of(value))) ==
               text_in(vector, "signature"));
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_key_or_no_signature_does_not_hold) {
  const auto key = SigningKey::generate();
  const auto made = Signature::of(key, "p", bytes_of("v"));
  BOOST_TEST(!Signature::holds({}, "p", bytes_of("v"), made));
  BOOST_TEST(!Signature::holds(Signature::public_key(key), "p", bytes_of("v"), {}));
  BOOST_TEST(!Signature::holds(Bytes(32, 0xff), "p", bytes_of("v"), made));
}

BOOST_AUTO_TEST_CASE(a_use_has_a_purpose) {
  const auto key = SigningKey::generate();
  BOOST_CHECK_THROW(Signature::of(key, "", {}), Error);
  BOOST_CHECK_THROW(Signature::of(key, std::string(256, 'x'), {}), Error);
}

BOOST_AUTO_TEST_SUITE_END()
