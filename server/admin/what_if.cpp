#include "server/admin/what_if.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/error.h"
#include "crypto/vault_verdict.h"
#include "policy/account_name.h"
#include "server/admin/effects.h"
#include "server/admin/fields.h"
#include "server/admin/response.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;
using policy::Hypothesis;
using policy::KeyFacts;

namespace {

constexpr Access table[] = {{"POST", "/v1/what-if", policy::any_role, ""}};  // what, of: [name]

// What is asked, with what is so.
struct Question {
  policy::Deps& deps;
  policy::Purges& purges;
  storage::Directory& directory;
  const KeyFacts& facts;
  const std::vector<std::string>& of;
  Hypothesis hypothesis{};
  std::string note{}, refused{};

  // The change itself, rehearsed. What it would refuse is an answer; who is not there is not.
  template <class Preview>
  void rehearse(Preview preview) try {
    preview();
  } catch (const Error& error) {
    if (error.fault() == Fault::not_found) throw;
    refused = error.what();
    note.clear();
    hypothesis = {};
  }
};

bool is_url(const std::string& name) { return name.find("://") != std::string::npos; }

// A vault, a root key or a version of one, in its one spelling.
std::string canonical(const std::string& name) {
  if (name.find("/keys/") != std::string::npos || name.starts_with("managed://"))
    return crypto::RootKeyRef(name).kid();
  return crypto::RootKeyRef(name + (name.ends_with('/') ? "" : "/") + "keys/any").vault();
}

void name_root(Question& question, const std::string& name) {
  const Hypothesis one{.roots = {canonical(name)}};
  const auto has = [&](const policy::VersionFacts& version) {
    return std::ranges::any_of(version.roots,
                               [&](const auto& root) { return one.names(root.key); });
  };
  if (!std::ranges::any_of(question.facts.versions, has))
    throw Error(Fault::not_found, "no DEP has a root " + name, "sealpost dep roots lists them");
  question.hypothesis.roots.push_back(one.roots[0]);
}

// A DEP's name stands for all its roots.
void name_roots(Question& question) {
  for (const auto& name : question.of) {
    if (is_url(name)) {
      name_root(question, name);
      continue;
    }
    const auto dep = question.deps.dep(name);
    for (const auto& keys : question.deps.versions(dep))
      for (const auto& root : keys.roots) question.hypothesis.roots.push_back(root.key.kid());
  }
}

void say(Question& question, const crypto::VaultReply& reply) {
  name_roots(question);
  question.hypothesis.say = crypto::verdict_of(reply);
}

const std::string& the_dep(const Question& question) {
  if (question.of.size() != 1) throw Error(Fault::invalid, "name one DEP, or root keys");
  return question.of[0];
}

bool is_dep(const Question& question) { return std::ranges::none_of(question.of, is_url); }

void revoke(Question& question) {
  say(question, {.status = 403, .code = "Forbidden", .inner = ""});
}

void disable(Question& question) {
  if (!is_dep(question))
    return say(question, {.status = 403, .code = "Forbidden", .inner = "KeyDisabled"});
  const auto& dep = the_dep(question);
  question.note = "a disabled DEP takes no new mailboxes; those it has go on working";
  question.rehearse([&] { question.deps.disable(dep, policy::Run::preview); });
}

void remove(Question& question) {
  if (!is_dep(question)) return say(question, {.status = 404, .code = "KeyNotFound", .inner = ""});
  const auto& dep = the_dep(question);
  question.note = "no mailbox uses it; its availability key would be destroyed";
  question.rehearse([&] { question.deps.remove(dep, policy::Run::preview); });
}

void outage(Question& question) { say(question, {.status = 0, .code = "timeout", .inner = ""}); }

void rotate(Question& question) {
  name_roots(question);
  std::uint64_t mailboxes = 0;
  for (const auto& version : question.facts.versions) {
    const auto named = [&](const auto& root) { return question.hypothesis.names(root.key); };
    if (std::ranges::none_of(version.roots, named)) continue;
    mailboxes += static_cast<std::uint64_t>(std::ranges::count(
        question.facts.mailboxes, version.version, &policy::MailboxFacts::under));
  }
  question.hypothesis.roots.clear();
  question.note = "keep the present versions enabled: " + std::to_string(mailboxes) +
                  " mailboxes need them until `sealpost dep refresh` and the sweep after it are "
                  "done, and `sealpost dep roots` names them no longer";
}

void unassign(Question& question) {
  std::vector<MailboxId> mailboxes;
  for (const auto& name : question.of)
    mailboxes.push_back(question.directory.account(policy::lower_case(name)).mailbox);
  question.rehearse([&] {
    for (const auto& affected : question.deps.unassign(mailboxes, policy::Run::preview)) {
      question.hypothesis.belong[affected.mailbox.id] = affected.to;
      question.note = "they would go to DEP " + question.directory.dep(affected.to.dep).name;
    }
  });
}

// Granted at once, and destroyed once the grace is over.
void purge(Question& question) {
  if (question.of.size() != 1) throw Error(Fault::invalid, "name one DEP, or one account");
  const auto& name = question.of[0];
  const policy::PurgeRequest request{.name = {}, .reason = "what if", .contact = "what if"};
  const auto destroy = [&](const policy::PurgeRecord& purge) {
    for (const auto& mailbox : purge.mailboxes) question.hypothesis.destroyed.insert(mailbox.id);
    question.hypothesis.destroyed_at = question.facts.now + question.purges.grace().count();
    question.note = std::to_string(purge.mailboxes.size()) +
                    " mailboxes would be destroyed, at the earliest when another person has "
                    "approved it and the grace is over";
  };
  question.rehearse([&] {
    using policy::Run;
    if (name.find('@') == std::string::npos)
      destroy(question.purges.request_dep(name, request, Run::preview));
    else
      destroy(question.purges.request_mailbox(
          question.directory.account(policy::lower_case(name)).mailbox, request, Run::preview));
  });
}

struct Change {
  std::string_view name;
  void (*reckon)(Question&);
  std::string_view undo;
};

constexpr Change changes[] = {
    {"revoke", revoke,
     "allow get, wrapKey and unwrapKey again: users are let in within a minute, nothing is lost"},
    {"disable", disable, "enable it again: users are let in within a minute, nothing is lost"},
    {"delete", remove,
     "recover the key while its vault keeps it, or restore it there from a backup; after that, "
     "what "
     "no other root and no availability key opens is lost"},
    {"rotate", rotate, "nothing needs to be undone"},
    {"unassign", unassign, "assign them again, which needs the keys of both DEPs"},
    {"purge", purge,
     "`sealpost purge cancel`, as long as nothing is destroyed; after that nothing brings it back"},
    {"outage", outage, "nothing needs to be undone: access is back when a vault answers"},
};

const Change& change_named(std::string_view name) {
  for (const auto& change : changes)
    if (change.name == name) return change;
  throw Error(Fault::invalid,
              "\"what\" must be revoke, disable, delete, rotate, unassign, purge or outage");
}

void add(json::object& object, std::string_view name, const policy::Course& course) {
  const auto end = course.end();
  json::value by;
  if (end) by = iso_time(end->by);
  object[name] = policy::name_of(course.stages.back().access);
  object[std::string(name) + "By"] = std::move(by);
}

json::object described(const KeyFacts& facts, const policy::Fate& fate) {
  json::object object{{"account", fate.mailbox.account},
                      {"mailbox", fate.mailbox.id.value},
                      {"policyId", policy_id(fate.mailbox.under)}};
  for (const auto& version : facts.versions)
    if (version.version == fate.mailbox.under) object["dep"] = version.dep;
  add(object, "users", fate.users);
  add(object, "system", fate.system);
  return object;
}

json::object described(const KeyFacts& facts, const std::vector<policy::Fate>& worse) {
  std::size_t users = 0, system = 0;
  json::array mailboxes;
  for (const auto& fate : worse) {
    users += fate.users.end() ? 1 : 0;
    system += fate.system.end() ? 1 : 0;
    mailboxes.push_back(described(facts, fate));
  }
  json::object object{{"unreadableForUsers", users},
                      {"unreadableForSystem", system},
                      {"mailboxes", std::move(mailboxes)}};
  if (users > system)
    object["warning"] = "the service itself still opens " + std::to_string(users - system) +
                        " of them by availability keys, and so can whoever has data and service "
                        "keys: this destroys nothing";
  return object;
}

}  // namespace

std::span<const Access> what_if_access() { return table; }

http::Response WhatIf::answer(const http::Request& request) {
  Fields fields(request.body);
  const auto& change = change_named(fields.text("what"));
  const auto of = fields.texts("of");
  fields.finish();
  const auto facts = facts_.gathered();
  Question question{deps_, purges_, directory_, facts, of};
  change.reckon(question);
  auto answer = described(facts, policy::worse(policy::what_if(facts, {}),
                                               policy::what_if(facts, question.hypothesis)));
  answer["what"] = change.name;
  answer["of"] = json::value_from(of);
  answer["refused"] = question.refused;
  answer["undo"] = change.undo;
  answer["note"] = question.note;
  return json_response(answer);
}

}  // namespace server::admin
