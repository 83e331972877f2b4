#include "storage/annotations.h"

#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::uint8_t version = 1;

}  // namespace

Bytes encoded(const Annotations& annotations) {
  Encoder to;
  to.number(version);
  to.number(static_cast<std::uint16_t>(annotations.size()));
  for (const auto& [name, value] : annotations) {
    to.text<std::uint16_t>(name);
    to.text<std::uint32_t>(value);
  }
  return to.take();
}

Annotations decoded_annotations(ByteView bytes) {
  Decoder from(bytes);
  from.version(version);
  Annotations annotations;
  for (auto left = from.number<std::uint16_t>(); left > 0; --left) {
    std::string name(from.text<std::uint16_t>());
    if (!annotations.empty() && name <= annotations.rbegin()->first)
      throw Error(Fault::corrupt, "stored annotations are out of order");
    annotations.emplace_hint(annotations.end(), std::move(name), from.text<std::uint32_t>());
  }
  from.end();
  return annotations;
}

}  // namespace storage
