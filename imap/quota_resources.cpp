#include "imap/quota_resources.h"

#include <limits>

#include "base/error.h"

#include "imap/mime/wire.h"

namespace imap {

namespace {

constexpr std::uint64_t unit = 1024;  // octets of STORAGE

std::uint64_t rounded_up(std::uint64_t octets) { return octets / unit + (octets % unit ? 1 : 0); }

storage::Allowance limited(std::uint64_t most) { return {storage::Allowance::Kind::limited, most}; }

void read_resource(Request& request, storage::Quota& quota) {
  const auto name = upper_ascii(request.atom());
  request.space();
  const auto limit = request.number64();
  if (name == "STORAGE") {
    if (limit > std::numeric_limits<std::uint64_t>::max() / unit)
      throw Error(Fault::invalid, "That is more than can be counted");
    quota.octets = limited(limit * unit);
  } else if (name == "MESSAGE") {
    quota.messages = limited(limit);
  } else if (name == "MAILBOX") {
    quota.folders = limited(limit);
  } else {
    throw Error(Fault::invalid, "Resources are STORAGE, MESSAGE and MAILBOX");
  }
}

void add_resource(std::string& list, std::string_view name, std::uint64_t used,
                  const std::optional<std::uint64_t>& limit) {
  if (!limit) return;
  if (!list.empty()) list += ' ';
  list += name;
  list += ' ' + std::to_string(used) + ' ' + std::to_string(*limit);
}

}  // namespace

storage::Quota read_quota(Request& request) {
  const storage::Allowance unlimited{storage::Allowance::Kind::unlimited, 0};
  storage::Quota quota{unlimited, unlimited, unlimited};
  request.expect('(');
  request.try_space();
  while (!request.try_char(')')) {
    read_resource(request, quota);
    if (!request.try_space() && request.peek() != ')')
      throw BadSyntax("resources are separated by spaces");
  }
  request.end();
  return quota;
}

std::string quota_line(std::string_view root, const storage::QuotaLimits& limits,
                       const storage::Usage& used) {
  std::string list;
  const auto octets = limits.octets ? std::optional(*limits.octets / unit) : std::nullopt;
  add_resource(list, "STORAGE", rounded_up(used.octets), octets);
  add_resource(list, "MESSAGE", used.messages, limits.messages);
  add_resource(list, "MAILBOX", used.folders, limits.folders);
  std::string line = "QUOTA ";
  mime::add_astring(line, root);
  return line + " (" + list + ')';
}

}  // namespace imap
