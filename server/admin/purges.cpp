#include "policy/purges.h"

#include <charconv>

#include "base/error.h"
#include "policy/purge_certificate.h"
#include "server/admin/effects.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

constexpr std::string_view whole_dep_warning =
    "this is for a whole DEP, not for some of its mailboxes: all that are listed are destroyed, "
    "with their accounts and the DEP, and nothing brings them back; assign what is to stay to "
    "another DEP first, or purge mailboxes one by one";
constexpr std::string_view mailbox_warning =
    "the mailbox is destroyed with its account, and nothing brings it back";

template <class Number>
Number number_of(std::string_view text, std::string_view what) {
  Number number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end)
    throw Error(Fault::invalid, std::string(what) + " must be a number");
  return number;
}

std::int64_t id_of(const Call& call) { return purge_number(call.names[0]); }

json::value time_or_null(UnixTime time) {
  return time != 0 ? json::value(iso_time(time)) : json::value();
}

json::value described(const storage::PurgeStep& step) {
  if (step.time == 0) return {};
  return {{"by", step.name}, {"time", iso_time(step.time)}};
}

json::object described(Call& call, const policy::PurgeRecord& purge) {
  json::object object{{"id", purge.id},
                      {"object", policy::object_of(purge)},
                      {"state", policy::name_of(purge.state)},
                      {"count", purge.mailboxes.size()},
                      {"digest", policy::list_digest(purge)},
                      {"reason", purge.reason},
                      {"contact", purge.contact},
                      {"forced", purge.forced},
                      {"requested", described(purge.request)},
                      {"approved", described(purge.approval)},
                      {"due", time_or_null(purge.due)},
                      {"ended", described(purge.end)},
                      {"blockedBy", json::value_from(purge.blocked_by)},
                      {"waitsFor", call.parts.purges.waits_for(purge.id)}};
  if (purge.counts) object["rows"] = policy::described(*purge.counts);
  if (purge.pending()) object["warning"] = purge.mailbox ? mailbox_warning : whole_dep_warning;
  return object;
}

json::array listed(const policy::PurgeRecord& purge) {
  json::array all;
  for (const auto& mailbox : purge.mailboxes)
    all.push_back({{"id", mailbox.id.value}, {"account", mailbox.account}});
  return all;
}

json::object with_list(Call& call, const policy::PurgeRecord& purge) {
  auto object = described(call, purge);
  object["mailboxes"] = listed(purge);
  return object;
}

}  // namespace

std::int64_t purge_number(std::string_view text) {
  return number_of<std::int64_t>(text, "the id of a purge");
}

json::value request_purge(Call& call) {
  const auto dep = call.fields.find_text("dep");
  const auto mailbox = call.fields.find_text("mailbox");
  policy::PurgeRequest request{.user = call.caller.user,
                               .name = call.caller.name,
                               .reason = call.fields.text("reason"),
                               .contact = call.fields.text("contact")};
  if (call.fields.find_flag("force").value_or(false)) request.force = policy::Force::yes;
  const auto run = run_of(call);
  call.fields.finish();
  if (dep.has_value() == mailbox.has_value())
    throw Error(Fault::invalid, "name a dep or a mailbox");
  auto& purges = call.parts.purges;
  const auto purge =
      dep ? purges.request_dep(*dep, request, run)
          : purges.request_mailbox(find_mailbox(call.parts, *mailbox).id, request, run);
  auto answer = with_list(call, purge);
  answer["dryRun"] = run == policy::Run::preview;
  answer["graceSeconds"] = purges.grace().count();
  return answer;
}

json::value approve_purge(Call& call) {
  const auto& caller = call.caller;
  policy::Approval approval{
      .user = caller.user,
      .name = caller.name,
      .approver_since = call.parts.admins.held_since(caller.user, policy::Role::purge_approver)};
  if (const auto count = call.fields.find_text("count"))
    approval.mailboxes = number_of<std::uint64_t>(*count, "\"count\"");
  approval.digest = call.fields.find_text("digest").value_or("");
  call.fields.finish();
  return described(call, call.parts.purges.approve(id_of(call), approval));
}

json::value cancel_purge(Call& call) {
  call.fields.finish();
  return described(call, call.parts.purges.cancel(id_of(call), call.caller.user, call.caller.name));
}

json::value list_purges(Call& call) {
  json::array all;
  for (const auto& purge : call.parts.purges.list()) all.push_back(described(call, purge));
  return {{"purges", std::move(all)}};
}

json::value show_purge(Call& call) { return with_list(call, call.parts.purges.purge(id_of(call))); }

json::value show_purge_certificate(Call& call) {
  return {{"certificate", call.parts.purges.certificate(id_of(call))}};
}

json::value show_purge_key(Call& call) {
  const auto key = call.parts.purges.public_key();
  return {{"publicKey", to_hex(key)}, {"fingerprint", policy::fingerprint_of(key)}};
}

}  // namespace server::admin
