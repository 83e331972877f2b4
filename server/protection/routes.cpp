#include "server/protection/routes.h"

#include <boost/json.hpp>

#include "base/error.h"
#include "base/iso_time.h"
#include "policy/account_name.h"
#include "server/admin/fields.h"
#include "server/admin/people.h"
#include "server/admin/response.h"
#include "server/protection/preview.h"

namespace server::protection {

namespace json = boost::json;

namespace {

using enum policy::Role;
using storage::Protection;

constexpr admin::Access table[] = {
    {"GET", "/v1/mailboxes/{}/protection", policy::any_role, ""},
    {"PUT", "/v1/mailboxes/{}/protection", assigner, "mailbox protect"},
};

json::array described(const std::optional<Protection>& protection, UnixTime now) {
  json::array all;
  if (!protection) return all;
  for (const auto& each : policy::certificates_of(*protection))
    all.push_back({{"subject", each.subject},
                   {"addresses", json::value_from(each.addresses)},
                   {"key", each.key},
                   {"fingerprint", each.fingerprint},
                   {"expires", iso_time(each.not_after)},
                   {"expired", each.expired(now)}});
  return all;
}

json::value described(const std::optional<Conversion::Progress>& progress) {
  if (!progress) return nullptr;
  return {{"looked", progress->done},
          {"of", progress->total},
          {"encrypted", progress->encrypted},
          {"waitsFor", progress->waits_for}};
}

// What no key lets us count is told by nothing.
std::optional<Survey> surveyed(policy::Mailboxes& mailboxes, MailboxId id, crypto::AdminId admin) {
  constexpr auto system = crypto::ActorClass::system;
  try {
    return survey(*mailboxes.open(id, system), crypto::Actor::of(admin, system));
  } catch (const Error& error) {
    if (error.fault() != Fault::denied && error.fault() != Fault::unavailable) throw;
    return std::nullopt;
  }
}

std::string asking(const http::Request& request) {
  const auto& process = request.peer.process;
  return process ? admin::described_user(process->user) : request.peer.address;
}

struct Wanted {
  std::optional<Protection> protection;
  bool is_rehearsal = false;
};

Wanted wanted(const http::Request& request, UnixTime now) {
  admin::Fields fields(request.body);
  Wanted found;
  const auto level = fields.text("level");
  if (level == name_of(policy::Level::end_to_end))
    found.protection = policy::new_protection(fields.texts("certificates"), now, asking(request));
  else if (level != "off")
    throw Error(Fault::invalid, "there is no protection level " + level + " to be set",
                "end-to-end or off; the other levels follow from the DEP: sealpost dep assign");
  found.is_rehearsal = fields.find_flag("dry_run").value_or(false);
  fields.finish();
  return found;
}

}  // namespace

std::span<const admin::Access> access() { return table; }

std::optional<http::Response> Routes::answer(const http::Request& request,
                                             const http::Target& target) {
  const auto account = directory_.account(policy::lower_case(target.segments.at(2)));
  const auto id = account.mailbox;
  const auto now = clock_.now();
  const auto dep = directory_.dep(directory_.mailbox(id).dep);
  const auto before = directory_.protection(id);
  json::object answer{{"account", account.name}, {"mailbox", id.value}};
  if (request.method == "GET") {
    answer["level"] = name_of(policy::level_of(dep, before));
    answer["certificates"] = described(before, now);
    answer["since"] = before ? json::value(iso_time(before->since)) : json::value(nullptr);
    answer["by"] = before ? json::value(before->by) : json::value(nullptr);
    answer["converting"] = described(conversion_.progress(id));
    return admin::json_response(answer);
  }
  const auto after = wanted(request, now);
  const auto counts = surveyed(mailboxes_, id, admin::admin_of(request.peer));
  const auto effects = effects_of(before, after.protection, counts);
  if (!after.is_rehearsal) conversion_.set(id, after.protection);
  answer["dryRun"] = after.is_rehearsal;
  answer["levelBefore"] = name_of(policy::level_of(dep, before));
  answer["level"] = name_of(policy::level_of(dep, after.protection));
  answer["certificates"] = described(after.protection, now);
  answer["messages"] = counts ? json::value(counts->messages) : json::value(nullptr);
  answer["encryptedAlready"] = counts ? json::value(counts->encrypted) : json::value(nullptr);
  answer["gained"] = json::value_from(effects.gained);
  answer["lost"] = json::value_from(effects.lost);
  answer["undo"] = effects.undo;
  return admin::json_response(answer);
}

}  // namespace server::protection
