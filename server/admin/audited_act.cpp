#include "server/admin/audited_act.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/log.h"
#include "policy/account_name.h"

namespace server::admin {

namespace json = boost::json;

namespace {

constexpr std::size_t body_limit = 64 << 20;  // octets of a body or answer that are looked into
constexpr std::size_t mailboxes_size = 8000;  // octets of names in one record
constexpr std::string_view begun = "begun";
constexpr std::string_view success = "success";

bool is_secret(std::string_view name) {
  constexpr std::array<std::string_view, 4> secret{"password", "secret", "token", "passphrase"};
  return std::ranges::any_of(secret,
                             [&](auto word) { return name.find(word) != std::string_view::npos; });
}

std::optional<json::object> object_in(std::string_view body) {
  if (body.size() > body_limit || !body.starts_with('{')) return std::nullopt;
  json::error_code failure;
  auto value = json::parse(body, failure);
  if (failure || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

std::string text_of(const json::value& value) {
  const auto* text = value.if_string();
  return text ? std::string(*text) : json::serialize(value);
}

// Names or numbers of mailboxes, or objects that say whose they are.
std::vector<std::string> mailboxes_in(const json::object& object) {
  std::vector<std::string> names;
  const auto* list = object.if_contains("mailboxes");
  if (!list || !list->is_array()) return names;
  for (const auto& one : list->as_array()) {
    const auto* mailbox = one.if_object();
    if (const auto* account = mailbox ? mailbox->if_contains("account") : nullptr)
      names.push_back(text_of(*account));
    else if (!mailbox)
      names.push_back(text_of(one));
  }
  return names;
}

std::string second_segment(std::string_view path) {
  path.remove_prefix(std::min<std::size_t>(path.find('/', 1) + 1, path.size()));
  return std::string(path.substr(0, path.find('/')));
}

// Each as many as fit into one record.
std::vector<std::string> packed(const std::vector<std::string>& names) {
  std::vector<std::string> rows;
  for (const auto& name : names) {
    if (rows.empty() || rows.back().size() + name.size() > mailboxes_size) rows.emplace_back();
    rows.back() += (rows.back().empty() ? "" : " ") + name;
  }
  return rows;
}

}  // namespace

policy::AuditEvent refused_event(const Caller& caller, std::string_view operation) {
  policy::AuditEvent event;
  event.operation = operation;
  event.actor = caller.name;
  event.request_id = caller.request_id;
  event.result = name_of(Fault::denied);
  return event;
}

AuditedAct::AuditedAct(Parts& parts, const Caller& caller, const Access& access,
                       const std::vector<std::string>& names, std::string_view body)
    : parts_(parts),
      access_(access),
      names_(names),
      event_(refused_event(caller, access.operation)) {
  take_body(body);
  name_objects();
}

void AuditedAct::take_body(std::string_view body) {
  const auto object = object_in(body);
  if (!object) return;
  for (const auto& [name, value] : *object) {
    if (name == "mailboxes" || is_secret(name)) continue;
    if (name == "dry_run") rehearsal_ = value.is_bool() && value.as_bool();
    event_.details.emplace_back(name, text_of(value));
  }
  mailboxes_ = mailboxes_in(*object);
}

// What is not there (yet, or any more) keeps the name it was called by.
void AuditedAct::name_objects() try {
  const auto kind = second_segment(access_.path);
  const auto named = [&]() -> std::string {
    if (!names_.empty()) return names_[0];
    for (const auto& [name, value] : event_.details)
      if (name == "name") return value;
    return {};
  }();
  if (kind == "deps") {
    event_.dep_name = named;
    const auto dep = parts_.directory.dep(named);
    event_.dep = dep.id;
    event_.dep_name = dep.name;
    event_.dep_version = dep.version;
  } else if (kind == "mailboxes" || kind == "accounts" || kind == "transfer") {
    event_.account = policy::lower_case(named);
    const auto mailbox = find_mailbox(parts_, named);
    event_.mailbox = mailbox.id;
    event_.account = parts_.directory.account(mailbox.account).name;
    event_.dep = mailbox.dep;
    event_.dep_version = mailbox.dep_version;
    event_.dep_name = parts_.directory.dep(mailbox.dep).name;
  } else if (kind == "purges") {
    name_purged();
  }
} catch (const Error&) {
}

// Asked for by name, and later by the purge's number.
void AuditedAct::name_purged() {
  if (!names_.empty()) {
    const auto purge = parts_.purges.purge(purge_number(names_[0]));
    event_.dep = purge.dep;
    event_.dep_name = purge.dep_name;
    event_.mailbox = purge.mailbox;
    if (purge.mailbox) event_.account = purge.mailboxes.front().account;
    return;
  }
  for (const auto& [name, value] : event_.details) {
    if (name == "mailbox") {
      const auto mailbox = find_mailbox(parts_, value);
      event_.mailbox = mailbox.id;
      event_.account = parts_.directory.account(mailbox.account).name;
      event_.dep = mailbox.dep;
      event_.dep_name = parts_.directory.dep(mailbox.dep).name;
    } else if (name == "dep") {
      event_.dep_name = value;
      const auto dep = parts_.deps.dep(value);
      event_.dep = dep.id;
      event_.dep_name = dep.name;
    }
  }
}

void AuditedAct::begin() {
  const bool known = event_.dep || event_.mailbox;
  const bool named = known || !event_.dep_name.empty() || !event_.account.empty();
  const bool by_number = second_segment(access_.path) == "purges";  // which no member says
  const std::size_t told = named && !by_number ? 1 : 0;
  for (auto n = std::min(told, names_.size()); n < names_.size(); ++n)
    event_.details.emplace_back("Argument", names_[n]);
  record(begun);
}

void AuditedAct::succeed(std::string_view answer) {
  name_objects();  // again: what was made has an id now, what was rolled another version
  if (const auto object = object_in(answer); object && mailboxes_.empty())
    mailboxes_ = mailboxes_in(*object);
  try {
    record(success);
  } catch (const Error& error) {
    throw Error(error.fault(), std::string("it was done, but not put on record: ") + error.what());
  }
}

void AuditedAct::fail(std::string_view result, const std::string& reason) noexcept try {
  event_.details.emplace_back("Reason", reason);
  record(result);
} catch (const std::exception& error) {
  logging::error("audit_failed", {{"reason", error.what()}});
}

void AuditedAct::record(std::string_view result) {
  event_.result = result;
  std::vector<policy::AuditEvent> events;
  for (const auto& row : packed(mailboxes_)) {
    events.push_back(event_);
    events.back().details.emplace_back("Mailboxes", row);
  }
  if (events.empty()) events.push_back(event_);
  parts_.audit.record(events);
}

}  // namespace server::admin
