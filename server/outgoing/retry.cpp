#include "server/outgoing/retry.h"

#include <algorithm>

#include "crypto/locked_memory.h"

namespace server::outgoing {
namespace {

constexpr std::uint32_t most_doublings = 30;

}  // namespace

std::chrono::seconds wait_after(const Retry& retry, std::uint32_t tries, std::uint16_t chance) {
  const auto doublings = std::min(tries > 0 ? tries - 1 : 0, most_doublings);
  const auto wait = std::min(retry.first * (std::int64_t{1} << doublings), retry.longest);
  return wait + wait * chance / (4 * 65536);
}

std::chrono::seconds wait_after(const Retry& retry, std::uint32_t tries) {
  const auto octets = crypto::random_bytes(2);
  return wait_after(retry, tries, static_cast<std::uint16_t>(octets[0] << 8 | octets[1]));
}

}  // namespace server::outgoing
