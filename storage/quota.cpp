#include "storage/quota.h"

#include "base/error.h"
#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::uint8_t version = 1;

void check(std::optional<std::uint64_t> limit, std::uint64_t used, std::uint64_t more,
           const char* exceeded) {
  if (!limit || more == 0) return;
  if (used > *limit || more > *limit - used)
    throw Error(Fault::over_quota, exceeded,
                "remove what is not needed, or ask for a higher quota");
}

void encode(Encoder& to, const Allowance& allowance) {
  to.number(static_cast<std::uint8_t>(allowance.kind));
  to.number(allowance.most);
}

Allowance decode(Decoder& from) {
  const auto kind = from.number<std::uint8_t>();
  const auto most = from.number<std::uint64_t>();
  if (kind > static_cast<std::uint8_t>(Allowance::Kind::limited))
    throw Error(Fault::corrupt, "a stored quota is of an unknown kind");
  return {static_cast<Allowance::Kind>(kind), most};
}

}  // namespace

void require_room(const QuotaLimits& limits, const Usage& used, const Usage& more) {
  check(limits.octets, used.octets, more.octets, "The quota of storage would be exceeded");
  check(limits.messages, used.messages, more.messages, "The quota of messages would be exceeded");
  check(limits.folders, used.folders, more.folders, "The quota of folders would be exceeded");
}

std::optional<std::uint64_t> Allowance::limit(const std::optional<std::uint64_t>& otherwise) const {
  if (kind == Kind::by_default) return otherwise;
  return kind == Kind::limited ? std::optional(most) : std::nullopt;
}

QuotaLimits Quota::limits(const QuotaLimits& defaults) const {
  return {octets.limit(defaults.octets), messages.limit(defaults.messages),
          folders.limit(defaults.folders)};
}

Bytes encoded(const Quota& quota) {
  Encoder to;
  to.number(version);
  for (const auto& allowance : {quota.octets, quota.messages, quota.folders}) encode(to, allowance);
  return to.take();
}

Quota decoded_quota(ByteView bytes) {
  Decoder from(bytes);
  from.version(version);
  Quota quota;
  for (auto* allowance : {&quota.octets, &quota.messages, &quota.folders})
    *allowance = decode(from);
  from.end();
  return quota;
}

}  // namespace storage
