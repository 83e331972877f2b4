#include "crypto/aead.h"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

#include "crypto/padding.h"
#include "tests/crypto/fixed_keys.h"
#include "tests/crypto/vectors.h"

using namespace crypto;
using namespace crypto_test;
using boost::test_tools::per_element;

namespace {

const Place here{Kind::folder_block, MailboxId(42), 17, 0, 2};
const Place body{Kind::body, MailboxId(42), 9001};

// Every place that differs from this one in one field.
std::vector<Place> moved(const Place& place) {
  std::vector<Place> others(6, place);
  others[0].kind = Kind::list_block;
  others[1].mailbox = MailboxId(place.mailbox.value + 1);
  others[2].row += 1;
  others[3].part += 1;
  others[4].epoch += 1;
  others[5].row = -place.row;
  return others;
}

Bytes noise(std::size_t size) { return random_bytes(size); }

}  // namespace

BOOST_AUTO_TEST_SUITE(aead)

BOOST_AUTO_TEST_CASE(opens_records_of_the_vectors) {
  for (const auto& vector : vectors("record")) {
    const auto key = fixed_mailbox_key(bytes_in(vector, "key"));
    const auto plain =
        Aead::open_record(key, place_in(vector.at("place")), bytes_in(vector, "sealed"), by_user);
    BOOST_TEST(to_hex(plain) == text_in(vector, "plain"), text_in(vector, "name"));
  }
}

BOOST_AUTO_TEST_CASE(opens_chunks_of_the_vectors) {
  for (const auto& vector : vectors("chunk")) {
    const auto before = crossings(by_user.cause, by_user.actor.kind);
    const auto key = fixed_message_key(bytes_in(vector, "key"));
    const auto plain = Aead::open_chunk(
        key, place_in(vector.at("place")), vector.at("number").to_number<std::uint32_t>(),
        vector.at("last").as_bool(), bytes_in(vector, "sealed"), by_user);
    BOOST_TEST(to_hex(plain) == text_in(vector, "plain"), text_in(vector, "name"));
    const auto opaque =
        crossings(by_user.cause, by_user.actor.kind).opaque_bytes - before.opaque_bytes;
    BOOST_TEST(opaque == (vector.at("opaque").as_bool() ? plain.size() : 0));
  }
}

// Chunks have no random part: what is not compressed is the same octets each time.
BOOST_AUTO_TEST_CASE(seals_chunks_as_the_vectors_say) {
  for (const auto& vector : vectors("chunk")) {
    const auto compressed = {"first of several", "opaque and compressed"};
    if (std::ranges::find(compressed, text_in(vector, "name")) != compressed.end()) continue;
    const auto key = fixed_message_key(bytes_in(vector, "key"));
    const auto sealed = Aead::seal_chunk(
        key, place_in(vector.at("place")), vector.at("number").to_number<std::uint32_t>(),
        vector.at("last").as_bool(), bytes_in(vector, "plain"),
        vector.at("opaque").as_bool() ? Content::opaque : Content::readable);
    BOOST_TEST(to_hex(sealed) == text_in(vector, "sealed"), text_in(vector, "name"));
  }
}

BOOST_AUTO_TEST_CASE(unwraps_keys_of_the_vectors) {
  for (const auto& vector : vectors("wrap")) {
    const auto parent = bytes_in(vector, "parent");
    const auto place = place_in(vector.at("place"));
    const auto seals_as_expected = [&](const auto& key) {
      // What the key is can only be seen by what it opens.
      Bytes associated{0x11}, sealed(25 + 256 + 16);
      std::ranges::copy(here.encoded(), std::back_inserter(associated));
      sealed[0] = 0x11;
      xaes_seal(bytes_in(vector, "key"), std::span(sealed).subspan<1, 24>(), associated,
                std::span(sealed).subspan(25));
      BOOST_TEST(Aead::open_record(key, here, sealed, by_user).empty());
    };
    const auto level = text_in(vector, "level");
    if (level == "mailbox")
      seals_as_expected(Aead::unwrap(WrappedKey<MailboxLevel>{bytes_in(vector, "wrapped")},
                                     fixed_dep_key(parent), place));
    if (level == "message")
      seals_as_expected(Aead::unwrap(WrappedKey<MessageLevel>{bytes_in(vector, "wrapped")},
                                     fixed_mailbox_key(parent), place));
    if (level == "delivery")
      Aead::unwrap(WrappedKey<DeliveryLevel>{bytes_in(vector, "wrapped")},
                   fixed_mailbox_key(parent), place);
  }
}

BOOST_AUTO_TEST_CASE(records_round_trip_at_every_size) {
  const auto key = MailboxKey::generate();
  for (std::size_t size : {0, 1, 246, 247, 248, 249, 1000, 4096, 65536, 300000}) {
    for (const auto& plain : {noise(size), Bytes(size, 'a')}) {
      const auto sealed = Aead::seal_record(key, here, plain);
      BOOST_TEST(Aead::open_record(key, here, sealed, by_user) == plain, per_element());
      BOOST_TEST(sealed.size() <= 25 + padded_size(9 + size) + 16);
    }
  }
}

BOOST_AUTO_TEST_CASE(sealing_twice_gives_two_nonces) {
  const auto key = MailboxKey::generate();
  std::set<Bytes> nonces;
  for (int i = 0; i < 1000; ++i) {
    const auto sealed = Aead::seal_record(key, here, {});
    nonces.emplace(sealed.begin() + 1, sealed.begin() + 25);
  }
  BOOST_TEST(nonces.size() == 1000U);
}

BOOST_AUTO_TEST_CASE(a_record_moved_anywhere_does_not_open) {
  const auto key = MailboxKey::generate();
  const auto sealed = Aead::seal_record(key, here, bytes_of("flags"));
  for (const auto& place : moved(here))
    BOOST_CHECK_EXCEPTION(Aead::open_record(key, place, sealed, by_user), Error, is_corrupt);
}

BOOST_AUTO_TEST_CASE(a_record_with_any_bit_flipped_does_not_open) {
  const auto key = MailboxKey::generate();
  auto sealed = Aead::seal_record(key, here, bytes_of("flags"));
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    sealed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    BOOST_CHECK_EXCEPTION(Aead::open_record(key, here, sealed, by_user), Error, is_corrupt);
    sealed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
  BOOST_TEST(text_of(Aead::open_record(key, here, sealed, by_user)) == "flags");
}

BOOST_AUTO_TEST_CASE(a_record_cut_or_lengthened_does_not_open) {
  const auto key = MailboxKey::generate();
  auto sealed = Aead::seal_record(key, here, bytes_of("flags"));
  for (std::size_t size = 0; size < sealed.size(); ++size)
    BOOST_CHECK_EXCEPTION(Aead::open_record(key, here, ByteView(sealed).first(size), by_user),
                          Error, is_corrupt);
  sealed.push_back(0);
  BOOST_CHECK_EXCEPTION(Aead::open_record(key, here, sealed, by_user), Error, is_corrupt);
}

BOOST_AUTO_TEST_CASE(another_key_does_not_open) {
  const auto key = MailboxKey::generate(), other = MailboxKey::generate();
  const auto sealed = Aead::seal_record(key, here, bytes_of("flags"));
  BOOST_CHECK_EXCEPTION(Aead::open_record(other, here, sealed, by_user), Error, is_corrupt);
}

BOOST_AUTO_TEST_CASE(chunks_open_only_where_they_belong) {
  const auto key = MessageKey::generate();
  const auto first = Aead::seal_chunk(key, body, 0, false, noise(chunk_size), Content::readable);
  const auto last = Aead::seal_chunk(key, body, 1, true, noise(100), Content::readable);
  const auto opens = [&](const Place& place, std::uint32_t number, bool is_last, ByteView sealed) {
    return Aead::open_chunk(key, place, number, is_last, sealed, by_user);
  };
  BOOST_TEST(opens(body, 0, false, first).size() == chunk_size);
  BOOST_TEST(opens(body, 1, true, last).size() == 100U);
  // Swapped, cut short after the first, and the first made the last.
  BOOST_CHECK_EXCEPTION(opens(body, 1, true, first), Error, is_corrupt);
  BOOST_CHECK_EXCEPTION(opens(body, 0, false, last), Error, is_corrupt);
  BOOST_CHECK_EXCEPTION(opens(body, 0, true, first), Error, is_corrupt);
  BOOST_CHECK_EXCEPTION(opens(body, 1, false, last), Error, is_corrupt);
  for (const auto& place : moved(body))
    BOOST_CHECK_EXCEPTION(opens(place, 0, false, first), Error, is_corrupt);
}

BOOST_AUTO_TEST_CASE(a_chunk_with_any_bit_flipped_or_cut_does_not_open) {
  const auto key = MessageKey::generate();
  auto sealed = Aead::seal_chunk(key, body, 0, true, bytes_of("hello"), Content::readable);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    sealed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    BOOST_CHECK_EXCEPTION(Aead::open_chunk(key, body, 0, true, sealed, by_user), Error, is_corrupt);
    sealed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
  }
  for (std::size_t size = 0; size < sealed.size(); ++size)
    BOOST_CHECK_EXCEPTION(
        Aead::open_chunk(key, body, 0, true, ByteView(sealed).first(size), by_user), Error,
        is_corrupt);
}

BOOST_AUTO_TEST_CASE(one_form_is_not_taken_for_another) {
  const auto key = MessageKey::generate();
  auto record = Aead::seal_record(key, body, bytes_of("summary"));
  BOOST_CHECK_EXCEPTION(Aead::open_chunk(key, body, 0, true, record, by_user), Error, is_corrupt);
  record[0] = 0x12;
  BOOST_CHECK_EXCEPTION(Aead::open_chunk(key, body, 0, true, record, by_user), Error, is_corrupt);
  // Even with the nonce that a chunk of this place and number would have.
  auto chunk = Aead::seal_chunk(key, body, 0, true, bytes_of("hello"), Content::readable);
  Bytes as_record{0x11};
  const Bytes nonce = from_hex(
      "6d65737361676520626f6479"
      "040100000000000000000000");
  as_record.insert(as_record.end(), nonce.begin(), nonce.end());
  as_record.insert(as_record.end(), chunk.begin() + 1, chunk.end());
  BOOST_CHECK_EXCEPTION(Aead::open_record(key, body, as_record, by_user), Error, is_corrupt);
}

BOOST_AUTO_TEST_CASE(wrapped_keys_open_only_where_they_belong) {
  const auto mailbox_key = MailboxKey::generate(), other = MailboxKey::generate();
  const Place place{Kind::message_key, MailboxId(42), 9001, 0, 3};
  const auto key = MessageKey::generate();
  auto wrapped = Aead::wrap(key, mailbox_key, place);
  BOOST_TEST(wrapped.blob.size() == wrapped_key_size);

  const auto sealed = Aead::seal_record(key, body, bytes_of("mail"));
  const auto again = Aead::unwrap(wrapped, mailbox_key, place);
  BOOST_TEST(text_of(Aead::open_record(again, body, sealed, by_user)) == "mail");

  BOOST_CHECK_EXCEPTION(Aead::unwrap(wrapped, other, place), Error, is_corrupt);
  for (const auto& elsewhere : moved(place))
    BOOST_CHECK_EXCEPTION(Aead::unwrap(wrapped, mailbox_key, elsewhere), Error, is_corrupt);
  for (std::size_t bit = 0; bit < wrapped.blob.size() * 8; ++bit) {
    auto bad = wrapped;
    bad.blob[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    BOOST_CHECK_EXCEPTION(Aead::unwrap(bad, mailbox_key, place), Error, is_corrupt);
  }
  for (std::size_t size = 0; size < wrapped_key_size; ++size) {
    const WrappedKey<MessageLevel> cut{{wrapped.blob.begin(), wrapped.blob.begin() + size}};
    BOOST_CHECK_EXCEPTION(Aead::unwrap(cut, mailbox_key, place), Error, is_corrupt);
  }
}

BOOST_AUTO_TEST_CASE(too_much_for_one_piece_is_refused) {
  const auto too_big = [](const Error& error) { return error.fault() == Fault::too_big; };
  BOOST_CHECK_EXCEPTION(Aead::seal_chunk(MessageKey::generate(), body, 0, true,
                                         Bytes(chunk_size + 1), Content::readable),
                        Error, too_big);
  BOOST_CHECK_EXCEPTION(Aead::seal_record(MailboxKey::generate(), here, Bytes(record_limit + 1)),
                        Error, too_big);
}

// A thief of keys is past saving, but a bomb would take the server down for everyone.
BOOST_AUTO_TEST_CASE(a_chunk_that_claims_more_than_a_chunk_does_not_open) {
  const Bytes raw(32, 7);
  const auto key = fixed_message_key(raw);
  const auto inner = packed(Bytes(chunk_size + 1, 'a'), {1, tag_size});
  auto sealed = inner;
  sealed[0] = 0x12;
  Bytes associated{0x12};
  std::ranges::copy(body.encoded(), std::back_inserter(associated));
  const auto nonce = from_hex(
      "6d65737361676520626f6479"
      "040100000000000000000000");
  xaes_seal(raw, std::span(nonce).first<24>(), associated, std::span(sealed).subspan(1));
  BOOST_CHECK_EXCEPTION(Aead::open_chunk(key, body, 0, true, sealed, by_user), Error, is_corrupt);
}

BOOST_AUTO_TEST_CASE(every_opening_is_counted_once) {
  const auto key = MailboxKey::generate();
  const auto sealed = Aead::seal_record(key, here, bytes_of("twelve bytes"));
  const Crossing crossing{Cause::integrity, Actor::service(), MailboxId(42)};
  const auto before = crossings(Cause::integrity, ActorClass::system);
  Aead::open_record(key, here, sealed, crossing);
  BOOST_CHECK_THROW(Aead::open_record(key, body, sealed, crossing), Error);
  const auto after = crossings(Cause::integrity, ActorClass::system);
  BOOST_TEST(after.operations == before.operations + 1);
  BOOST_TEST(after.bytes == before.bytes + 12);

  const auto message_key = MessageKey::generate();
  Aead::open_chunk(message_key, body, 0, true,
                   Aead::seal_chunk(message_key, body, 0, true, bytes_of("abc"), Content::readable),
                   crossing);
  BOOST_TEST(crossings(Cause::integrity, ActorClass::system).operations == before.operations + 2);
  BOOST_TEST(crossings(Cause::integrity, ActorClass::user).operations == 0U);
}

BOOST_AUTO_TEST_CASE(names_of_accounts_are_no_crossing) {
  const auto key = DirectoryKey::generate();
  const Place place{Kind::account, {}, 7};
  const auto sealed = Aead::seal_record(key, place, bytes_of("ada"));
  BOOST_TEST(text_of(Aead::open_record(key, place, sealed)) == "ada");
  BOOST_CHECK_EXCEPTION(Aead::open_record(key, {Kind::account, {}, 8}, sealed), Error, is_corrupt);
}

BOOST_AUTO_TEST_SUITE_END()
