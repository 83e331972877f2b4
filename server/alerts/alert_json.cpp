#include "server/alerts/alert_json.h"

#include "base/error.h"
#include "base/iso_time.h"

namespace server::alerts {

namespace json = boost::json;
using policy::Alert;
using policy::Notice;

namespace {

constexpr std::int64_t state_version = 1;

json::object kept(const Alert& alert) {
  return {{"code", name_of(alert.code)},
          {"object", alert.object},
          {"text", alert.text},
          {"action", alert.action},
          {"since", alert.since}};
}

json::object kept(const Notice& notice) {
  return {{"event", name_of(notice.event)}, {"alert", kept(notice.alert)}, {"time", notice.time}};
}

std::string text_in(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

Alert alert_in(const json::value& value) {
  const auto& object = value.as_object();
  return {.code = policy::alert_code_named(text_in(object, "code")),
          .object = text_in(object, "object"),
          .text = text_in(object, "text"),
          .action = text_in(object, "action"),
          .since = object.at("since").to_number<UnixTime>()};
}

Notice notice_in(const json::value& value) {
  const auto& object = value.as_object();
  const auto began = text_in(object, "event") == name_of(Notice::Event::began);
  return {.event = began ? Notice::Event::began : Notice::Event::ended,
          .alert = alert_in(object.at("alert")),
          .time = object.at("time").to_number<UnixTime>()};
}

policy::AlertState state_in(const json::value& value) {
  const auto& object = value.as_object();
  if (object.at("version").to_number<std::int64_t>() != state_version)
    throw Error(Fault::corrupt, "it is of another version");
  policy::AlertState state;
  for (const auto& alert : object.at("inForce").as_array())
    state.in_force.push_back(alert_in(alert));
  state.moving_since = object.at("movingSince").to_number<UnixTime>();
  for (const auto& [channel, notices] : object.at("notTold").as_object())
    for (const auto& notice : notices.as_array())
      state.not_told[std::string(channel)].push_back(notice_in(notice));
  return state;
}

}  // namespace

json::object as_json(const Alert& alert) {
  return {{"code", name_of(alert.code)}, {"severity", severity_of(alert.code)},
          {"object", alert.object},      {"since", iso_time(alert.since)},
          {"text", alert.text},          {"action", alert.action}};
}

std::string told_as(const Notice& notice, const std::string& host_name) {
  json::object object{
      {"event", name_of(notice.event)}, {"server", host_name}, {"time", iso_time(notice.time)}};
  for (const auto& [name, value] : as_json(notice.alert)) object[name] = value;
  if (notice.event == Notice::Event::test) object["code"] = "test";
  return json::serialize(object) + "\n";
}

std::string stored(const policy::AlertState& state) {
  json::array in_force;
  for (const auto& alert : state.in_force) in_force.push_back(kept(alert));
  json::object not_told;
  for (const auto& [channel, notices] : state.not_told) {
    json::array all;
    for (const auto& notice : notices) all.push_back(kept(notice));
    not_told[channel] = std::move(all);
  }
  return json::serialize(json::object{{"version", state_version},
                                      {"inForce", std::move(in_force)},
                                      {"movingSince", state.moving_since},
                                      {"notTold", std::move(not_told)}}) +
         "\n";
}

policy::AlertState restored(std::string_view text) try {
  return state_in(json::parse(text));
} catch (const std::exception& error) {
  throw Error(Fault::corrupt, std::string("the alerts of before cannot be read: ") + error.what());
}

}  // namespace server::alerts
