#include "server/lab/levels.h"

#include <map>
#include <string>
#include <utility>

#include "server/lab/amount.h"

namespace server::lab {

namespace {

namespace json = boost::json;

struct Sum {
  std::int64_t mailboxes = 0, opened = 0, holds = 0;
  Amount predicted, recovered;
};

void add(const json::object& mailbox, Sum& sum) {
  ++sum.mailboxes;
  sum.holds += mailbox.at("holds").to_number<std::int64_t>();
  if (const auto* line = mailbox.at("predicted").if_object()) sum.predicted += amount_in(*line);
  if (const auto* line = mailbox.at("recovered").if_object()) {
    ++sum.opened;
    sum.recovered += amount_in(*line);
  }
}

}  // namespace

std::string_view level_of(const Clear& clear, const StoredMailbox& mailbox) {
  if (mailbox.end_to_end) return "end-to-end";
  const auto* dep = clear.dep(mailbox.dep);
  return dep && dep->managed ? "managed" : "customer key";
}

json::array levels_of(const json::array& mailboxes) {
  std::map<std::pair<std::string, std::string>, Sum> sums;
  for (const auto& each : mailboxes) {
    const auto& mailbox = each.as_object();
    add(mailbox, sums[{std::string(mailbox.at("source").as_string()),
                       std::string(mailbox.at("level").as_string())}]);
  }
  json::array all;
  for (const std::string source : {"copy", "backup"})
    for (const std::string level : {"managed", "customer key", "end-to-end"}) {
      const auto& sum = sums[{source, level}];
      if (source == "copy" || sum.recovered.pieces() + sum.predicted.pieces() > 0)
        all.push_back({{"source", source},
                       {"level", level},
                       {"mailboxes", sum.mailboxes},
                       {"opened", sum.opened},
                       {"holds", sum.holds},
                       {"predicted", described(sum.predicted)},
                       {"recovered", described(sum.recovered)}});
    }
  return all;
}

}  // namespace server::lab
