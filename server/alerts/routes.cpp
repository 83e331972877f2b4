#include "server/alerts/routes.h"

#include <boost/json.hpp>

#include "server/admin/response.h"
#include "server/admin/routes.h"
#include "server/alerts/alert_json.h"

namespace server::alerts {

namespace json = boost::json;

namespace {

constexpr admin::Access table[] = {
    {"GET", "/v1/alerts", policy::any_role, ""},
    {"POST", "/v1/alert-tests", policy::Role::policy_admin, "alert test"},
};

json::value listed(const policy::AlertWatch::Seen& seen) {
  json::array alerts;
  for (const auto& alert : seen.alerts) alerts.push_back(as_json(alert));
  json::object waiting;
  for (const auto& [channel, notices] : seen.waiting) waiting[channel] = notices;
  json::value looked;
  if (seen.time != 0) looked = iso_time(seen.time);
  return {{"looked", std::move(looked)},
          {"alerts", std::move(alerts)},
          {"notTold", std::move(waiting)}};
}

json::value tested(const std::vector<policy::AlertWatch::Told>& all) {
  json::array channels;
  bool taken = true;
  for (const auto& told : all) {
    taken = taken && told.failure.empty();
    channels.push_back(
        {{"channel", told.channel}, {"taken", told.failure.empty()}, {"failure", told.failure}});
  }
  return {{"taken", taken}, {"channels", std::move(channels)}};
}

}  // namespace

std::span<const admin::Access> access() { return table; }

http::Response answer(policy::AlertWatch& watch, const http::Request& request) {
  return admin::json_response(request.method == "GET" ? listed(watch.seen())
                                                      : tested(watch.test()));
}

}  // namespace server::alerts
