#include <charconv>

#include "base/error.h"
#include "server/admin/routes.h"
#include "server/size_text.h"

namespace server::admin {

namespace json = boost::json;

namespace {

using storage::Allowance;

constexpr std::string_view by_default = "default", unlimited = "unlimited";

std::uint64_t parsed_count(std::string_view text) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || number > INT64_MAX)
    throw Error(Fault::invalid, "\"" + std::string(text) + "\" is no number",
                "a number, \"unlimited\" or \"default\"");
  return number;
}

// Leaves it as it is where the request does not name it.
void change(Allowance& allowance, const std::optional<std::string>& text,
            std::uint64_t (*parse)(std::string_view)) {
  if (!text) return;
  if (*text == by_default)
    allowance = {};
  else if (*text == unlimited)
    allowance = {Allowance::Kind::unlimited, 0};
  else
    allowance = {Allowance::Kind::limited, parse(*text)};
}

json::object described(const Allowance& allowance, const std::optional<std::uint64_t>& limit) {
  json::value most;
  if (limit) most = *limit;
  return {{"limit", std::move(most)},
          {"from", allowance.kind == Allowance::Kind::by_default ? "default" : "set"}};
}

json::object described(Call& call, const storage::MailboxRecord& record) {
  const auto quota = call.parts.directory.quota(record.id);
  const auto limits = quota.limits(call.parts.mailboxes.default_limits());
  return {{"account", call.parts.directory.account(record.account).name},
          {"storage", described(quota.octets, limits.octets)},
          {"messages", described(quota.messages, limits.messages)},
          {"folders", described(quota.folders, limits.folders)}};
}

// Opens the mailbox: a crossing, by the service for whoever asks.
json::object used(Call& call, const storage::MailboxRecord& record) {
  const storage::Reason counting{crypto::Cause::integrity, call.caller.actor()};
  const auto usage =
      call.parts.mailboxes.open(record.id, crypto::ActorClass::system)->usage(counting);
  return {{"storage", usage.octets}, {"messages", usage.messages}, {"folders", usage.folders}};
}

}  // namespace

json::value show_quota(Call& call) {
  const auto record = find_mailbox(call.parts, call.names[0]);
  auto quota = described(call, record);
  if (call.target.value("usage") == "yes") quota["used"] = used(call, record);
  return quota;
}

json::value set_quota(Call& call) {
  const auto octets = call.fields.find_text("storage");
  const auto messages = call.fields.find_text("messages");
  const auto folders = call.fields.find_text("folders");
  call.fields.finish();
  if (!octets && !messages && !folders)
    throw Error(Fault::invalid, "nothing to set", "storage, messages or folders");
  const auto record = find_mailbox(call.parts, call.names[0]);
  auto quota = call.parts.directory.quota(record.id);
  change(quota.octets, octets, parsed_size);
  change(quota.messages, messages, parsed_count);
  change(quota.folders, folders, parsed_count);
  call.parts.mailboxes.set_quota(record.id, quota);
  return described(call, record);
}

}  // namespace server::admin
