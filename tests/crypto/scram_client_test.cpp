#include "crypto/scram_client.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"

BOOST_AUTO_TEST_SUITE(scram_client)

namespace {

using crypto::ScramBinding;
using crypto::ScramClient;

const std::string server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

ScramClient client(ScramBinding binding = ScramBinding::none, Bytes channel = {}) {
  return {"user", crypto::SecretText("pencil"), "rOprNGfwEbeRWgbNEkqO", binding,
          std::move(channel)};
}

bool denied(const Error& error) { return error.fault() == Fault::denied; }

}  // namespace

// RFC 7677 section 3
BOOST_AUTO_TEST_CASE(as_the_rfc_has_it) {
  auto one = client();
  BOOST_TEST(one.first() == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  BOOST_TEST(one.final(server_first) ==
             "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
             "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  one.check("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  BOOST_CHECK_EXCEPTION(one.check("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5="), Error, denied);
  BOOST_CHECK_EXCEPTION(one.check("e=other-error"), Error, denied);
}

BOOST_AUTO_TEST_CASE(the_channel_is_bound_and_names_are_coded) {
  auto bound = client(ScramBinding::exporter, Bytes{1, 2, 3});
  BOOST_TEST(bound.first().starts_with("p=tls-exporter,,n=user,"));
  BOOST_TEST(bound.final(server_first).starts_with("c=cD10bHMtZXhwb3J0ZXIsLAECAw==,r="));
  BOOST_TEST(client(ScramBinding::not_offered).first().starts_with("y,,n=user,"));
  const ScramClient odd("a,b=c", crypto::SecretText("x"), "n", ScramBinding::none, {});
  BOOST_TEST(odd.first() == "n,,n=a=2Cb=3Dc,r=n");
}

BOOST_AUTO_TEST_CASE(what_no_server_may_say_ends_it) {
  for (const std::string said :
       {"", "r=rOprNGfwEbeRWgbNEkqO,s=W22Z,i=4096", "r=another,s=W22Z,i=4096",
        "m=x,r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=?,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=1000", "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=2000000",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=x", "e=unsupported-channel-binding-type"})
    BOOST_CHECK_EXCEPTION(client().final(said), Error, denied);
  BOOST_CHECK_EXCEPTION(client().check("v="), Error, denied);
}

BOOST_AUTO_TEST_SUITE_END()
