#include "crypto/delivery_key.h"

#include <boost/test/unit_test.hpp>

#include "crypto/aead.h"
#include "tests/crypto/fixed_keys.h"
#include "tests/crypto/vectors.h"

using namespace crypto;
using namespace crypto_test;

namespace {

const Place here{.kind = Kind::arrival, .mailbox = MailboxId(42), .row = 7};

DeliveryPublic public_in(const boost::json::value& vector, const char* member) {
  DeliveryPublic key;
  std::ranges::copy(bytes_in(vector, member), key.octets.begin());
  return key;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(delivery_key)

// The vectors come from code of their own, which is checked against those of RFC 9180.
BOOST_AUTO_TEST_CASE(opens_and_seals_as_the_vectors_say) {
  for (const auto& vector : vectors("arrival")) {
    const auto place = place_in(vector.at("place"));
    const auto number = vector.at("number").to_number<std::uint32_t>();
    const auto last = vector.at("last").as_bool();
    const auto key = fixed_delivery_key(bytes_in(vector, "private"));
    const auto to = public_in(vector, "public");
    BOOST_CHECK(DeliveryAgreement::public_of(key) == to);
    const ArrivalOpen open(key, public_in(vector, "ephemeral"), place);
    const auto plain = open.chunk(number, last, bytes_in(vector, "sealed"), by_user);
    BOOST_TEST(to_hex(plain) == text_in(vector, "plain"), text_in(vector, "name"));

    const ArrivalSeal seal(to, place, fixed_delivery_key(bytes_in(vector, "ephemeral_private")));
    BOOST_CHECK(seal.ephemeral() == public_in(vector, "ephemeral"));
    const auto again = seal.chunk(number, last, plain);
    BOOST_CHECK(open.chunk(number, last, again, by_user) == plain);
    if (text_in(vector, "name") != "first of several")  // compressed: not the same for all zstd
      BOOST_TEST(to_hex(again) == text_in(vector, "sealed"));
  }
}

BOOST_AUTO_TEST_CASE(altered_moved_or_cut_it_does_not_open) {
  const auto key = DeliveryKey::generate();
  const ArrivalSeal seal(DeliveryAgreement::public_of(key), here);
  const auto sealed = seal.chunk(1, true, bytes_of("mail"));
  const ArrivalOpen open(key, seal.ephemeral(), here);
  BOOST_TEST(text_of(open.chunk(1, true, sealed, by_user)) == "mail");

  const auto refused = [&](const ArrivalOpen& with, std::uint32_t number, bool last,
                           ByteView what) {
    BOOST_CHECK_EXCEPTION(with.chunk(number, last, what, by_user), Error, is_corrupt);
  };
  refused(open, 0, true, sealed);
  refused(open, 1, false, sealed);
  for (std::size_t at = 0; at < sealed.size(); at += 7) {
    auto altered = sealed;
    altered[at] ^= 1;
    refused(open, 1, true, altered);
  }
  refused(open, 1, true, ByteView(sealed).first(sealed.size() - 1));
  refused(open, 1, true, {});
  auto other_row = here, other_mailbox = here;
  other_row.row += 1;
  other_mailbox.mailbox = MailboxId(43);
  for (const auto& elsewhere : {other_row, other_mailbox})
    refused(ArrivalOpen(key, seal.ephemeral(), elsewhere), 1, true, sealed);
  refused(ArrivalOpen(DeliveryKey::generate(), seal.ephemeral(), here), 1, true, sealed);
  auto other_ephemeral = seal.ephemeral();
  other_ephemeral.octets[3] ^= 1;
  refused(ArrivalOpen(key, other_ephemeral, here), 1, true, sealed);
}

BOOST_AUTO_TEST_CASE(each_arrival_has_keys_of_its_own) {
  const auto key = DeliveryKey::generate();
  const auto to = DeliveryAgreement::public_of(key);
  const ArrivalSeal one(to, here), other(to, here);
  BOOST_CHECK(one.ephemeral() != other.ephemeral());
  BOOST_CHECK(one.chunk(0, true, bytes_of("same")) != other.chunk(0, true, bytes_of("same")));
}

BOOST_AUTO_TEST_CASE(a_public_key_that_is_none_is_refused) {
  BOOST_CHECK_EXCEPTION(ArrivalSeal(DeliveryPublic{}, here), Error,
                        [](const Error& error) { return error.fault() == Fault::invalid; });
}

BOOST_AUTO_TEST_CASE(opening_is_a_crossing) {
  const auto key = DeliveryKey::generate();
  const ArrivalSeal seal(DeliveryAgreement::public_of(key), here);
  const auto sealed = seal.chunk(0, true, bytes_of("mail"));
  const Crossing filing{Cause::deliver, Actor::service(), MailboxId(42)};
  const auto before = crossings(Cause::deliver, ActorClass::system);
  ArrivalOpen(key, seal.ephemeral(), here).chunk(0, true, sealed, filing);
  const auto after = crossings(Cause::deliver, ActorClass::system);
  BOOST_TEST(after.operations == before.operations + 1);
  BOOST_TEST(after.bytes == before.bytes + 4);
}

BOOST_AUTO_TEST_SUITE_END()
