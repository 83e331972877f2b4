// What a thief or a bad disk may put where sealed data was: nothing opens, and what a holder of the
// keys could seal by mistake is unpacked within its limits.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "crypto/aead.h"
#include "crypto/padding.h"
#include "crypto/root_keys.h"

using namespace crypto;

namespace {

constexpr std::size_t limit = 1 << 20;
const Place place{Kind::body, MailboxId(42), 9001};
const Crossing crossing{Cause::integrity, Actor::service(), MailboxId(42)};

template <class Work>
bool is_refused(Work work) {
  try {
    work();
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt && error.fault() != Fault::invalid) std::abort();
    return true;
  }
  return false;
}

void must(bool fact) {
  if (!fact) std::abort();
}

void opens_nothing_foreign(ByteView input) {
  static const auto mailbox = MailboxKey::generate();
  static const auto message = MessageKey::generate();
  must(is_refused([&] { Aead::open_record(mailbox, place, input, crossing); }));
  must(is_refused([&] { Aead::open_chunk(message, place, 0, true, input, crossing); }));
  must(is_refused([&] { Aead::unwrap(WrappedKey<MessageLevel>{copy_of(input)}, mailbox, place); }));
}

// What passed the tag: here any octets do.
void unpacks_within_limits(ByteView input) {
  is_refused([&] { must(unpacked(copy_of(input), limit).size() <= limit); });
  auto inner = packed(input, {});
  must(unpacked(inner, limit) == copy_of(input));
  if (input.size() < 4) return;
  const auto at = (input[0] << 8 | input[1]) % inner.size();
  inner[at] = static_cast<std::uint8_t>(inner[at] + input[2]);
  is_refused([&] { must(unpacked(inner, limit).size() <= limit); });
}

void reads_kids(ByteView input) {
  is_refused([&] {
    const RootKeyRef ref{std::string(text_of(input))};
    must(!ref.vault().empty() && !ref.name().empty());
    must(RootKeyRef(ref.kid()) == ref);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  opens_nothing_foreign(input);
  unpacks_within_limits(input);
  reads_kids(input);
  return 0;
}
