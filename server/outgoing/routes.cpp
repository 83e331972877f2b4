#include "server/outgoing/routes.h"

#include <boost/json.hpp>
#include <charconv>

#include "base/iso_time.h"
#include "server/admin/fields.h"
#include "server/admin/people.h"
#include "server/admin/response.h"

namespace server::outgoing {

namespace json = boost::json;

namespace {

using enum policy::Role;
using storage::SpoolEnvelope;
using storage::SpoolOutcome;
using storage::SpoolRecipient;

constexpr std::size_t reason_limit = 320;  // octets

constexpr admin::Access table[] = {
    {"GET", "/v1/queue", {account_admin, auditor}, ""},
    {"GET", "/v1/queue/{}", {account_admin, auditor}, ""},
    {"POST", "/v1/queue/{}/retry", account_admin, "queue retry"},
    {"POST", "/v1/queue-retries", account_admin, "queue retry"},
    {"POST", "/v1/queue/{}/drop", account_admin, "queue drop"},
};

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end)
    throw Error(Fault::invalid, "the id of a message must be a number",
                "`sealpost queue list` shows them");
  return number;
}

std::string_view state_of(const Queued& queued) {
  if (queued.scheduled.busy) return "sending";
  if (queued.state == storage::SpoolState::held) return "held";
  switch (queued.scheduled.waits) {
    case Waits::turn:
      return "waiting";
    case Waits::host:
      return "waiting for the smart host";
    case Waits::key:
      return "held: key denied";
    case Waits::person:
      return "held";
    case Waits::repair:
      return "damaged";
  }
  return "waiting";
}

std::string_view name_of(SpoolOutcome outcome) {
  switch (outcome) {
    case SpoolOutcome::waiting:
      return "waiting";
    case SpoolOutcome::failed:
      return "failed";
    case SpoolOutcome::relayed:
      return "relayed";
  }
  return "waiting";
}

std::string reply_of(const SpoolRecipient& recipient) {
  const auto& said = recipient.reply;
  if (said.status.empty()) return "";
  return (said.code == 0 ? "" : std::to_string(said.code) + ' ') + said.status + ' ' + said.text;
}

json::value text_or_null(std::string text) {
  if (text.empty()) return {};
  return json::value(text);
}

std::string last_reply(const Queued& queued) {
  if (!queued.scheduled.why.empty()) return queued.scheduled.why;
  if (queued.envelope)
    for (const auto& recipient : queued.envelope->recipients)
      if (auto said = reply_of(recipient); !said.empty()) return said;
  return "";
}

std::string account_of(storage::Directory& directory, MailboxId mailbox) {
  try {
    return directory.account(directory.mailbox(mailbox).account).name;
  } catch (const Error& error) {
    if (error.fault() != Fault::not_found) throw;
    return "";
  }
}

json::object described(Outgoing& outgoing, storage::Directory& directory, const Queued& queued) {
  const auto& scheduled = queued.scheduled;
  json::object out{
      {"id", scheduled.id},   {"account", text_or_null(account_of(directory, scheduled.mailbox))},
      {"sender", nullptr},    {"to", nullptr},
      {"size", nullptr},      {"accepted", nullptr},
      {"age", nullptr},       {"tries", nullptr},
      {"uncertain", nullptr}, {"state", state_of(queued)},
      {"nextTry", nullptr},   {"lastReply", text_or_null(last_reply(queued))}};
  const bool timed = scheduled.waits != Waits::person && scheduled.waits != Waits::repair;
  if (timed && scheduled.due != not_looked_at) out["nextTry"] = iso_time(scheduled.due);
  if (!queued.envelope) return out;
  const auto& envelope = *queued.envelope;
  json::array to;
  for (const auto& recipient : envelope.recipients) to.emplace_back(recipient.address);
  out["sender"] = '<' + envelope.sender + '>';
  out["to"] = std::move(to);
  out["size"] = envelope.size;
  out["accepted"] = iso_time(envelope.accepted);
  out["age"] = outgoing.now() - envelope.accepted;
  out["tries"] = envelope.tries;
  out["uncertain"] = envelope.uncertain;
  return out;
}

json::value listed(Outgoing& outgoing, storage::Directory& directory, const crypto::Actor& by) {
  json::array all;
  for (const auto& queued : outgoing.list(by))
    all.push_back(described(outgoing, directory, queued));
  const auto failing = outgoing.host_failure();
  return {{"messages", std::move(all)},
          {"count", outgoing.count()},
          {"smartHost", failing ? text_or_null(failing->text) : json::value()}};
}

json::value shown(Outgoing& outgoing, storage::Directory& directory, std::int64_t id,
                  const crypto::Actor& by) {
  const auto queued = outgoing.show(id, by);
  auto out = described(outgoing, directory, queued);
  json::array recipients;
  if (queued.envelope)
    for (const auto& recipient : queued.envelope->recipients)
      recipients.push_back({{"address", recipient.address},
                            {"state", name_of(recipient.outcome)},
                            {"reply", text_or_null(reply_of(recipient))}});
  out["recipients"] = std::move(recipients);
  return out;
}

json::value dropped(Outgoing& outgoing, std::int64_t id, const std::string& body) {
  admin::Fields fields(body);
  const auto reason = fields.text("reason");
  fields.finish();
  if (reason.empty() || reason.size() > reason_limit ||
      std::ranges::any_of(reason, [](char c) { return c >= 0 && c < ' '; }))
    throw Error(Fault::invalid, "a reason is a line of 1 to 320 octets");
  return {{"id", id}, {"senderTold", outgoing.drop(id, reason)}};
}

// As users are: a denial keeps the admin out, too.
crypto::Actor asker(const http::Request& request) {
  return crypto::Actor::of(admin::admin_of(request.peer), crypto::ActorClass::user);
}

}  // namespace

std::span<const admin::Access> access() { return table; }

std::optional<http::Response> answer(Outgoing& outgoing, storage::Directory& directory,
                                     const http::Request& request, const http::Target& target) {
  const auto& segments = target.segments;
  if (segments[1] == "queue-retries")
    return admin::json_response({{"retried", outgoing.retry_all()}});
  if (segments.size() == 2)
    return admin::json_response(listed(outgoing, directory, asker(request)));
  const auto id = number_of(segments[2]);
  if (segments.size() == 3)
    return admin::json_response(shown(outgoing, directory, id, asker(request)));
  if (segments[3] == "drop") return admin::json_response(dropped(outgoing, id, request.body));
  outgoing.retry(id);
  return admin::json_response({{"id", id}, {"retried", true}});
}

}  // namespace server::outgoing
