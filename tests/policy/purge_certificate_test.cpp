#include "policy/purge_certificate.h"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

#include "base/error.h"
#include "crypto/signature.h"

BOOST_AUTO_TEST_SUITE(purge_certificate)

namespace {

namespace json = boost::json;
using policy::verified_certificate;
using Result = policy::CertificateVerdict::Result;

storage::PurgeRecord done() {
  storage::PurgeRecord purge{.id = 7,
                             .dep = DepId(3),
                             .state = storage::PurgeState::destroyed,
                             .dep_name = "contoso",
                             .reason = "contract \"ended\"",
                             .contact = "Ada, ada@example.org"};
  purge.request = {1001, "eve (uid 1001)", 1'800'000'000};
  purge.approval = {1002, "bob (uid 1002)", 1'800'000'060};
  purge.due = 1'800'259'260;
  purge.end = {0, "system", 1'800'259'300};
  purge.mailboxes = {{MailboxId(4), DatabaseId(1), 1, "ada@example.org"},
                     {MailboxId(5), DatabaseId(2), 2, "grüße@example.org"}};
  purge.versions = {{1, {"https://a/keys/x/1", "https://b/keys/y/1"}, 2}};
  purge.counts = storage::PurgeCounts{.folders = 12, .messages = 345, .arrivals = 1, .queued = 6};
  return purge;
}

std::string vector_text() {
  std::ifstream in(std::string(TEST_DATA) + "/crypto/vectors/purge_certificate.json");
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_certificate_says_what_was_destroyed_and_is_valid) {
  const auto key = crypto::SigningKey::generate();
  const auto text = policy::purge_certificate(done(), {"mail.example.org"}, key);
  const auto verdict = verified_certificate(text, std::nullopt);
  BOOST_CHECK(verdict.result == Result::valid);
  BOOST_TEST(verdict.public_key == crypto::Signature::public_key(key));
  const auto said = json::parse(verdict.payload).as_object();
  BOOST_TEST(said.at("object").as_string() == "DEP contoso");
  BOOST_TEST(said.at("dep").at("id").as_int64() == 3);
  BOOST_TEST(said.at("mailboxes").as_array().size() == 2u);
  BOOST_TEST(said.at("mailboxes").as_array()[1].at("account").as_string() == "grüße@example.org");
  BOOST_TEST(said.at("versions").as_array()[0].at("availabilityKeyGeneration").as_int64() == 2);
  BOOST_TEST(said.at("approved").at("by").as_string() == "bob (uid 1002)");
  BOOST_TEST(said.at("destroyed").as_string() == "2027-01-18T08:01:40Z");
  BOOST_TEST(said.at("rows").at("messages").as_int64() == 345);
  BOOST_TEST(said.at("rows").at("queued").as_int64() == 6);
  BOOST_TEST(said.at("outside").as_array().size() == 4u);
}

BOOST_AUTO_TEST_CASE(every_altered_octet_is_noticed) {
  const auto key = crypto::SigningKey::generate();
  const auto text = policy::purge_certificate(done(), {"mail.example.org"}, key);
  for (std::size_t at = 0; at < text.size(); at += 3) {
    auto altered = text;
    altered[at] = altered[at] == '7' ? '8' : '7';
    try {
      const auto verdict = verified_certificate(altered, crypto::Signature::public_key(key));
      BOOST_TEST((verdict.result != Result::valid), "octet " << at);
    } catch (const Error& error) {
      BOOST_TEST((error.fault() == Fault::invalid), error.what());
    }
  }
}

BOOST_AUTO_TEST_CASE(another_key_is_told_from_an_alteration) {
  const auto key = crypto::SigningKey::generate(), other = crypto::SigningKey::generate();
  const auto text = policy::purge_certificate(done(), {"mail.example.org"}, key);
  BOOST_CHECK(verified_certificate(text, crypto::Signature::public_key(key)).result ==
              Result::valid);
  BOOST_CHECK(verified_certificate(text, crypto::Signature::public_key(other)).result ==
              Result::another_key);
  for (const auto* bad : {"", "{}", "[]", "{\"kind\":\"something else\"}",
                          "{\"kind\":\"sealpost purge certificate 1\",\"payload\":1}"})
    BOOST_CHECK_THROW(verified_certificate(bad, std::nullopt), Error);
}

// FORMAT.md section 11: made without any code of the product.
BOOST_AUTO_TEST_CASE(the_vector_is_valid) {
  const auto verdict = verified_certificate(vector_text(), std::nullopt);
  BOOST_CHECK(verdict.result == Result::valid);
  BOOST_TEST(to_hex(verdict.public_key) ==
             "481ede772da15785c9e59a086201b8c3f9c307129e3fc6d7f34aa4dfed5814e5");
  BOOST_TEST(policy::fingerprint_of(verdict.public_key) ==
             "SHA256:68e406588623047d198c81d70f389bc6cc03e2c181d8090b84185bb3ab7a64c1");
  BOOST_TEST(json::parse(verdict.payload).at("purge").as_int64() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
