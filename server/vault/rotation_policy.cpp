#include "server/vault/rotation_policy.h"

#include <algorithm>

#include "server/vault/key.h"
#include "server/vault/refusal.h"

namespace vault {
namespace {

namespace json = boost::json;
using Type = LifetimeAction::Type;

constexpr int least_expiry_days = 28, least_rotation_days = 7;

Refusal malformed() { return bad_parameter("The rotation policy is malformed."); }

const json::object& object_in(const json::value& value) {
  if (!value.is_object()) throw malformed();
  return value.as_object();
}

const json::value* present(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Period period_in(const json::value& value) {
  const auto period = value.is_string() ? parse_period(value.as_string()) : std::nullopt;
  if (!period) throw bad_parameter("A duration is not in years, months and days, as P90D.");
  return *period;
}

Type type_in(const json::object& action) {
  const auto* type = present(action, "type");
  const auto name = type && type->is_string() ? lower_case(type->as_string()) : std::string();
  if (name == "rotate") return Type::rotate;
  if (name == "notify") return Type::notify;
  throw bad_parameter("The type of an action is not Rotate or Notify.");
}

LifetimeAction action_in(const json::value& value) {
  const auto& from = object_in(value);
  const auto *trigger = present(from, "trigger"), *action = present(from, "action");
  if (trigger == nullptr || action == nullptr) throw malformed();
  const auto* created = present(object_in(*trigger), "timeAfterCreate");
  const auto* expiry = present(object_in(*trigger), "timeBeforeExpiry");
  if ((created == nullptr) == (expiry == nullptr))
    throw bad_parameter("A trigger has one of timeAfterCreate and timeBeforeExpiry.");
  const auto type = type_in(object_in(*action));
  const auto period = period_in(created ? *created : *expiry);
  if (type == Type::rotate && period.about_days() < least_rotation_days)
    throw bad_parameter("A rotation is at least 7 days after creation or before expiry.");
  return {type, period, expiry != nullptr};
}

RotationPolicy policy_in(const json::object& from) {
  RotationPolicy policy;
  if (const auto* attributes = present(from, "attributes"))
    if (const auto* expiry = present(object_in(*attributes), "expiryTime"))
      policy.expiry = period_in(*expiry);
  if (policy.expiry && policy.expiry->about_days() < least_expiry_days)
    throw bad_parameter("expiryTime is less than 28 days.");
  const auto* actions = present(from, "lifetimeActions");
  if (actions == nullptr) return policy;
  if (!actions->is_array() || actions->as_array().size() > 2) throw malformed();
  for (const auto& each : actions->as_array()) policy.actions.push_back(action_in(each));
  if (policy.actions.size() == 2 && policy.actions[0].type == policy.actions[1].type)
    throw bad_parameter("A rotation policy has one action of each type.");
  return policy;
}

}  // namespace

std::optional<UnixTime> RotationPolicy::due(Type type, UnixTime made,
                                            std::optional<UnixTime> expires) const {
  const auto action = std::ranges::find(actions, type, &LifetimeAction::type);
  if (action == actions.end()) return std::nullopt;
  if (!action->before_expiry) return action->period.after(made);
  if (!expires) return std::nullopt;
  return action->period.before(*expires);
}

RotationPolicy default_rotation_policy() {
  return {{{Type::notify, {0, 0, 30}, true}}, std::nullopt, 0, 0};
}

json::object to_json(const RotationPolicy& policy) {
  json::array actions;
  for (const auto& each : policy.actions)
    actions.push_back(
        {{"trigger",
          {{each.before_expiry ? "timeBeforeExpiry" : "timeAfterCreate", each.period.text()}}},
         {"action", {{"type", each.type == Type::rotate ? "Rotate" : "Notify"}}}});
  json::object attributes{{"created", policy.created}, {"updated", policy.updated}};
  if (policy.expiry) attributes["expiryTime"] = policy.expiry->text();
  return {{"lifetimeActions", std::move(actions)}, {"attributes", std::move(attributes)}};
}

RotationPolicy parse_rotation_policy(const json::value& value, UnixTime now) {
  auto policy = policy_in(object_in(value));
  policy.created = policy.updated = now;
  return policy;
}

RotationPolicy rotation_policy_from(const json::value& value) {
  auto policy = policy_in(value.as_object());
  const auto& attributes = value.at("attributes");
  policy.created = attributes.at("created").to_number<UnixTime>();
  policy.updated = attributes.at("updated").to_number<UnixTime>();
  return policy;
}

}  // namespace vault
