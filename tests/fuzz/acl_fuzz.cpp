// Rights and quotas of any client: read, or refused; what is kept comes back the same.
#include <cstdlib>

#include "base/error.h"
#include "imap/other_users.h"
#include "imap/quota_resources.h"
#include "storage/acl.h"

namespace {

void rights(std::string_view text) {
  const auto rights = storage::Rights::parsed(text);
  if (!rights) return;
  auto told = rights->text();
  std::erase_if(told, [](char letter) { return letter == 'c' || letter == 'd'; });  // virtual ones
  if (storage::Rights::parsed(told) != rights) std::abort();
  if (storage::Rights::of_bits(rights->bits()) != *rights) std::abort();
}

void quota(const std::string& text) try {
  imap::Request request("a SETQUOTA " + text);
  request.space();
  const auto quota = imap::read_quota(request);
  if (storage::decoded_quota(storage::encoded(quota)) != quota) std::abort();
  imap::quota_line(text, quota.limits({}), {});
} catch (const imap::BadSyntax&) {
} catch (const Error&) {
}

void name(const std::string& text) {
  const auto other = imap::other_name(text);
  if (!other || other->name.empty()) return;
  if (imap::shown_name(other->owner, other->name) != text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  rights(text);
  quota(text);
  name(text);
  name("Other Users/" + text);
  return 0;
}
