#include "storage/protection.h"

#include "base/error.h"
#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::uint8_t version = 1, end_to_end = 1;

}  // namespace

Bytes encoded(const Protection& protection) {
  Encoder to;
  to.number(version);
  to.number(end_to_end);
  to.number(static_cast<std::uint8_t>(protection.converted));
  to.number(std::int64_t{protection.since});
  to.text<std::uint16_t>(protection.by);
  to.number(static_cast<std::uint8_t>(protection.certificates.size()));
  for (const auto& der : protection.certificates) to.text<std::uint16_t>(text_of(der));
  return to.take();
}

Protection decoded_protection(ByteView bytes) {
  Decoder from(bytes);
  from.version(version);
  if (from.number<std::uint8_t>() != end_to_end)
    throw Error(Fault::corrupt, "a mailbox is of an unknown protection level");
  Protection protection;
  protection.converted = from.number<std::uint8_t>() != 0;
  protection.since = from.number<std::int64_t>();
  protection.by = from.text<std::uint16_t>();
  const auto count = from.number<std::uint8_t>();
  if (count == 0) throw Error(Fault::corrupt, "a protected mailbox has no certificate");
  for (int n = 0; n < count; ++n)
    protection.certificates.push_back(copy_of(bytes_of(from.text<std::uint16_t>())));
  from.end();
  return protection;
}

}  // namespace storage
