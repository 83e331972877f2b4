#include "crypto/keys.h"

#include <boost/test/unit_test.hpp>
#include <concepts>
#include <ostream>
#include <vector>

#include "base/error.h"
#include "crypto/aead.h"
#include "crypto/keyed_hash.h"

using namespace crypto;

namespace {

// What must not compile is tested by the compiler.
template <class Child, class Parent>
concept Wraps = requires(const Child& key, const Parent& by, const Place& place) {
  Aead::wrap(key, by, place);
};
template <class Child, class Parent>
concept Unwraps = requires(const WrappedKey<Child>& key, const Key<Parent>& by,
                           const Place& place) { Aead::unwrap(key, by, place); };
template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
template <class SomeKey>
concept SealsChunks = requires(const SomeKey& key, const Place& place, ByteView plain) {
  Aead::seal_chunk(key, place, 0, true, plain, Content::readable);
};
template <class SomeKey>
concept OpensRecords =
    requires(const SomeKey& key, const Place& place, ByteView sealed, const Crossing& crossing) {
      Aead::open_record(key, place, sealed, crossing);
    };
template <class SomeKey>
concept OpensWithoutCause = requires(const SomeKey& key, const Place& place, ByteView sealed) {
  Aead::open_record(key, place, sealed);
};
template <class SomeKey>
concept ShowsItsBytes = requires(const SomeKey& key) { key.raw({}); };
template <class SomeKey>
concept Hashes = requires(const SomeKey& key) { KeyedHash::of(key, "", ""); };

template <class SomeKey>
constexpr bool is_a_secret =
    !std::copyable<SomeKey> && !std::is_copy_constructible_v<SomeKey> &&
    !std::equality_comparable<SomeKey> && !Printable<SomeKey> && std::movable<SomeKey> &&
    !std::default_initializable<SomeKey> && !std::constructible_from<SomeKey, Bytes> &&
    !std::constructible_from<SomeKey, ByteView> && !ShowsItsBytes<SomeKey> &&
    !std::convertible_to<SomeKey, ByteView>;
static_assert(is_a_secret<AvailabilityKey> && is_a_secret<DirectoryKey> && is_a_secret<DepKey> &&
              is_a_secret<MailboxKey> && is_a_secret<MessageKey>);
static_assert(!std::constructible_from<RawKeyAccess>, "only its friends can make one");
static_assert(!std::copyable<LockedKey> && !std::equality_comparable<LockedKey> &&
              !Printable<LockedKey>);

static_assert(!std::constructible_from<MailboxKey, MessageKey>, "no level becomes another");
static_assert(!std::constructible_from<DepKey, AvailabilityKey>);
static_assert(!std::convertible_to<WrappedKey<MailboxLevel>, WrappedKey<MessageLevel>>);

static_assert(Wraps<DepKey, AvailabilityKey> && Wraps<MailboxKey, DepKey> &&
              Wraps<MessageKey, MailboxKey>);
static_assert(!Wraps<MessageKey, DepKey> && !Wraps<MailboxKey, AvailabilityKey>,
              "no level is skipped");
static_assert(!Wraps<DepKey, MailboxKey> && !Wraps<MailboxKey, MessageKey>,
              "nor turned upside down");
static_assert(!Wraps<MailboxKey, MailboxKey> && !Wraps<DepKey, DepKey>, "nor wraps itself");
static_assert(!Wraps<MailboxKey, DirectoryKey> && !Wraps<DirectoryKey, AvailabilityKey>,
              "the directory key stands apart");
static_assert(Unwraps<MailboxLevel, DepLevel> && !Unwraps<MessageLevel, DepLevel> &&
              !Unwraps<DepLevel, MailboxLevel>);

static_assert(SealsChunks<MessageKey>);
static_assert(!SealsChunks<MailboxKey> && !SealsChunks<DirectoryKey> && !SealsChunks<DepKey>,
              "counter nonces only under a key that is used for one message");
static_assert(OpensRecords<MailboxKey> && OpensRecords<MessageKey>);
static_assert(!OpensRecords<DepKey> && !OpensRecords<AvailabilityKey>);
static_assert(!OpensWithoutCause<MailboxKey> && !OpensWithoutCause<MessageKey>,
              "mail without a cause does not open");
static_assert(OpensWithoutCause<DirectoryKey>, "names of accounts are not mail");
static_assert(Hashes<DirectoryKey> && !Hashes<MailboxKey>);

const Place place{Kind::message_key, MailboxId(1), 2, 0, 3};

}  // namespace

BOOST_AUTO_TEST_SUITE(keys)

BOOST_AUTO_TEST_CASE(a_key_that_was_moved_away_seals_nothing) {
  auto key = MessageKey::generate();
  const auto moved = std::move(key);
  BOOST_CHECK_THROW(Aead::seal_record(key, place, bytes_of("x")), Error);
  BOOST_CHECK_THROW(Aead::wrap(key, MailboxKey::generate(), place), Error);
  BOOST_CHECK_NO_THROW(Aead::seal_record(moved, place, bytes_of("x")));
}

BOOST_AUTO_TEST_CASE(keys_are_given_back) {
  const auto before = locked_keys_alive();
  {
    std::vector<MessageKey> keys;
    for (int i = 0; i < 100; ++i) keys.push_back(MessageKey::generate());
    BOOST_TEST(locked_keys_alive() == before + 100);
    keys[0] = std::move(keys[1]);
  }
  BOOST_TEST(locked_keys_alive() == before);
}

BOOST_AUTO_TEST_CASE(a_key_has_32_octets) {
  BOOST_CHECK_THROW(LockedKey::copy_of(Bytes(31)), Error);
  BOOST_CHECK_THROW(LockedKey::copy_of(Bytes(33)), Error);
  BOOST_CHECK_THROW(LockedKey::copy_of({}), Error);
  BOOST_TEST(LockedKey::copy_of(Bytes(32, 7)).view().size() == 32U);
}

BOOST_AUTO_TEST_SUITE_END()
