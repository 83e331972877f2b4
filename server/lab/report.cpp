#include "server/lab/report.h"

#include <algorithm>
#include <map>

#include "server/lab/advice.h"
#include "server/lab/amount.h"
#include "server/lab/elsewhere.h"
#include "server/lab/inventory.h"
#include "server/lab/levels.h"
#include "server/lab/prediction.h"
#include "server/lab/reader.h"

namespace server::lab {

namespace {

namespace json = boost::json;

struct Directories {
  Clear copy, backup;
  bool has_backup = false;

  std::vector<Source> sources() const {
    std::vector<Source> all{{"copy", &copy}};
    if (has_backup) all.push_back({"backup", &backup});
    return all;
  }
  const Clear& of(std::string_view source) const { return source == "backup" ? backup : copy; }
};

std::vector<std::string> arguments(const Assets& assets, const Wanted& wanted) {
  std::vector<std::string> words{assets.copy.string()};
  const auto add = [&](const char* option, const std::optional<std::filesystem::path>& path) {
    if (path) words.insert(words.end(), {option, path->string()});
  };
  add("--service-keys", assets.service_keys);
  add("--vault-a", assets.vault_a);
  add("--vault-b", assets.vault_b);
  add("--memory-dump", assets.memory);
  add("--backup", assets.backup);
  if (assets.password) add("--password", assets.password->file);
  if (assets.admin) words.push_back("--admin");
  words.insert(words.end(), {"--samples", std::to_string(wanted.samples)});
  if (wanted.lattice) words.push_back("--lattice");
  return words;
}

json::array described(const std::set<Way>& ways) {
  json::array all;
  for (const auto& way : ways)
    all.push_back(
        {{"assets", json::value_from(way.assets)}, {"steps", json::value_from(way.steps)}});
  return all;
}

json::object described(const ReadableMailbox& mailbox) {
  auto line = described(mailbox.amount);
  line["ways"] = described(mailbox.ways);
  return line;
}

// ---- what the reader found, in the same words

struct Recovered {
  std::map<std::pair<std::string, std::int64_t>, json::object> mailboxes;  // by source and id
  json::object directory;
  std::map<std::int64_t, std::string> deps;  // by id; empty: their names are closed
};

Recovered recovered_in(const json::value& found) {
  Recovered recovered{{}, found.at("directory").as_object(), {}};
  for (const auto& dep : found.at("deps").as_array())
    recovered.deps[dep.at(0).to_number<std::int64_t>()] = dep.at(1).as_string();
  for (const auto& line : found.at("mailboxes").as_array())
    recovered.mailboxes[{std::string(line.at("source").as_string()),
                         line.at("mailbox").to_number<std::int64_t>()}] = line.as_object();
  return recovered;
}

std::set<Way> ways_of(const json::object& line) {
  std::set<Way> ways;
  for (const auto& way : line.at("ways").as_array())
    ways.insert({json::value_to<std::set<std::string>>(way.at(0)),
                 json::value_to<std::vector<std::string>>(way.at(1))});
  return ways;
}

bool agree(const ReadableMailbox& predicted, const json::object& line) {
  return amount_in(line) == predicted.amount && ways_of(line) == predicted.ways;
}

bool agree(const Prediction& prediction, const Recovered& recovered) {
  return prediction.mailboxes.size() == recovered.mailboxes.size() &&
         json::value_from(prediction.directory) == json::value(recovered.directory) &&
         std::ranges::all_of(prediction.mailboxes, [&](const ReadableMailbox& mailbox) {
           const auto line = recovered.mailboxes.find({mailbox.source, mailbox.mailbox});
           return line != recovered.mailboxes.end() && agree(mailbox, line->second);
         });
}

// ---- one mailbox

json::object as_recovered(json::object line) {
  line["ways"] = described(ways_of(line));
  for (const auto* member : {"source", "mailbox", "account"}) line.erase(member);
  return line;
}

std::string dep_name(const Recovered& recovered, std::int64_t id) {
  const auto found = recovered.deps.find(id);
  return found == recovered.deps.end() ? std::to_string(id) : found->second;
}

std::int64_t holds(const StoredMailbox& mailbox) {
  return static_cast<std::int64_t>(mailbox.message.size()) + mailbox.arrivals + mailbox.spooled;
}

json::object row(const Source& source, const StoredMailbox& mailbox, const Prediction& prediction,
                 const Recovered& recovered) {
  json::object line{{"source", source.name},
                    {"mailbox", mailbox.id},
                    {"account", nullptr},
                    {"dep", dep_name(recovered, mailbox.dep)},
                    {"level", level_of(*source.clear, mailbox)},
                    {"stored", !mailbox.missing},
                    {"holds", holds(mailbox)},
                    {"predicted", nullptr},
                    {"recovered", nullptr}};
  const auto found = std::ranges::find_if(prediction.mailboxes, [&](const ReadableMailbox& one) {
    return one.source == source.name && one.mailbox == mailbox.id;
  });
  const auto read = recovered.mailboxes.find({source.name, mailbox.id});
  const bool predicted = found != prediction.mailboxes.end();
  const bool opened = read != recovered.mailboxes.end();
  if (predicted) line["predicted"] = described(*found);
  if (opened) {
    line["account"] = read->second.at("account");
    line["recovered"] = as_recovered(read->second);
  }
  line["equal"] = predicted == opened && (!opened || agree(*found, read->second));
  line["stopped_by"] = json::value_from(predicted ? stops(found->ways, mailbox.end_to_end)
                                                  : std::vector<std::string>{});
  line["would_open"] =
      json::value_from(predicted || mailbox.missing ? std::vector<std::string>{}
                                                    : would_open(*source.clear, mailbox));
  return line;
}

json::array rows(const Directories& directories, const Prediction& prediction,
                 const Recovered& recovered) {
  json::array all;
  for (const auto& source : directories.sources())
    for (const auto& mailbox : source.clear->mailboxes)
      all.push_back(row(source, mailbox, prediction, recovered));
  return all;
}

// ---- what lies in clear

json::object in_clear(const Clear& clear) {
  json::array deps, mailboxes;
  for (const auto& dep : clear.deps) {
    json::array kids;
    for (const auto& wrap : clear.wraps)
      if (wrap.dep == dep.id && wrap.slot < 2) kids.push_back(json::value(wrap.kid));
    deps.push_back({{"dep", dep.id}, {"managed", dep.managed}, {"roots", std::move(kids)}});
  }
  for (const auto& mailbox : clear.mailboxes)
    mailboxes.push_back({{"mailbox", mailbox.id},
                         {"dep", mailbox.dep},
                         {"folders", mailbox.folders},
                         {"messages", mailbox.message.size()},
                         {"padded_octets", mailbox.octets},
                         {"arrivals", mailbox.arrivals},
                         {"spooled", mailbox.spooled}});
  return {{"deps", std::move(deps)},
          {"mailboxes", std::move(mailboxes)},
          {"sealed_rows", json::value_from(clear.sealed_rows)}};
}

json::array warnings(const Assets& assets, const Holdings& holdings) {
  json::array all;
  if (is_live(assets.copy))
    all.emplace_back("a server has " + assets.copy.string() +
                     " open: this is no copy. It is read all the same, of a moment that may not be "
                     "whole; nothing in it is changed");
  for (const auto& asset : assets.names())
    if (const auto why = holdings.closed(asset))
      all.emplace_back(asset + " gives no keys: " + *why);
  return all;
}

// ---- every subset

// What opens in a row of the lattice, without how.
json::array brief(const json::array& mailboxes) {
  json::array all;
  for (const auto& each : mailboxes) {
    const auto& mailbox = each.as_object();
    if (mailbox.at("predicted").is_null() && mailbox.at("recovered").is_null()) continue;
    json::object line;
    for (const auto* member : {"source", "mailbox", "level"}) line[member] = mailbox.at(member);
    for (const auto* member : {"predicted", "recovered"}) {
      const auto* amount = mailbox.at(member).if_object();
      line[member] = amount ? json::value(described(amount_in(*amount))) : json::value();
    }
    all.push_back(std::move(line));
  }
  return all;
}

json::object total(const json::array& levels, const char* member) {
  Amount all;
  for (const auto& level : levels) all += amount_in(level.at(member).as_object());
  return described(all);
}

json::object lattice_row(const json::value& found, const Directories& directories,
                         const Holdings& holdings, const Inventory& inventory) {
  const auto names = json::value_to<std::set<std::string>>(found.at("assets"));
  const auto recovered = recovered_in(found);
  const auto prediction = predict(directories.sources(), names, holdings, inventory);
  const auto mailboxes = rows(directories, prediction, recovered);
  auto levels = levels_of(mailboxes);
  json::array readable;
  for (const auto& [at, line] : recovered.mailboxes)
    if (at.first == "copy") readable.push_back(at.second);
  return {{"assets", found.at("assets")},
          {"mailboxes", std::move(readable)},
          {"opened", brief(mailboxes)},
          {"predicted", total(levels, "predicted")},
          {"recovered", total(levels, "recovered")},
          {"levels", std::move(levels)},
          {"directory", !recovered.directory.empty()},
          {"equal", agree(prediction, recovered)}};
}

json::array passed_over(const Directories& directories) {
  json::array all;
  for (const auto& source : directories.sources())
    for (const auto& text : source.clear->passed_over)
      all.push_back(json::value(source.name == "copy" ? text : "in the backup, " + text));
  return all;
}

}  // namespace

std::int64_t read_in(const json::object& counts) {
  const auto amount = amount_in(counts);
  return amount.pieces() - amount.opaque;
}

State state_of(const json::object& mailbox) {
  if (!mailbox.at("stored").as_bool()) return State::missing;
  const auto* read = mailbox.at("recovered").if_object();
  if (!read) return State::sealed;
  if (amount_in(*read).pieces() == 0) return State::empty;
  return read_in(*read) == 0 ? State::sealed_inside : State::read;
}

bool is_news(const json::object& mailbox) {
  const auto* read = mailbox.at("recovered").if_object();
  return mailbox.at("source") == "copy" || !mailbox.at("equal").as_bool() ||
         (read && amount_in(*read).messages > 0);
}

json::object report_on(const Assets& assets, const Wanted& wanted) {
  Directories directories{read_clear(assets.copy), {}, assets.backup.has_value()};
  if (assets.backup) directories.backup = read_clear(*assets.backup);
  const auto answer = read_by("reader/lab.py", arguments(assets, wanted));
  const Holdings holdings(assets, answer.at("memory").as_object());
  const Inventory inventory(answer.at("inventory").as_array());
  const auto& found = answer.at("found").as_array();
  const auto recovered = recovered_in(found.back());  // with all that was given
  const auto names = assets.names();
  const auto prediction =
      predict(directories.sources(), {names.begin(), names.end()}, holdings, inventory);
  bool equal = agree(prediction, recovered);
  json::array lattice;
  for (const auto& each : found) {
    if (!wanted.lattice) break;
    lattice.push_back(lattice_row(each, directories, holdings, inventory));
    equal = equal && lattice.back().at("equal").as_bool();
  }
  auto mailboxes = rows(directories, prediction, recovered);
  return {
      {"copy", assets.copy.string()},
      {"assets", json::value_from(names)},
      {"warnings", warnings(assets, holdings)},
      {"clear", in_clear(directories.copy)},
      {"directory",
       {{"predicted", json::value_from(prediction.directory)}, {"recovered", recovered.directory}}},
      {"levels", levels_of(mailboxes)},
      {"mailboxes", std::move(mailboxes)},
      {"elsewhere", elsewhere(assets, directories.copy)},
      {"lattice", std::move(lattice)},
      {"passed_over", passed_over(directories)},
      {"equal", equal}};
}

}  // namespace server::lab
