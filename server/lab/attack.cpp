#include "server/lab/attack.h"

#include <fmt/format.h>

#include <ostream>

#include "server/admin/output.h"
#include "server/lab/assets.h"
#include "server/lab/reader.h"

namespace server::lab {

namespace {

namespace json = boost::json;

// Those that the examiner checks and reads itself.
constexpr std::string_view passed_on[] = {"--service-keys", "--vault-a", "--vault-b",
                                          "--backup",       "--canary",  "--rounds",
                                          "--seed",         "--pid",     "--memory-dump"};

}  // namespace

json::object attacks_on(const admin::Invocation& call) {
  std::vector<std::string> words{assets_of(call).copy.string()};
  for (const auto option : passed_on)
    if (const auto value = call.find(option)) words.push_back(std::string(option) + "=" + *value);
  return read_by("examiner/attack.py", words).as_object();
}

void print_attacks(std::ostream& out, const json::object& result) {
  for (const auto& each : result.at("attacks").as_array()) {
    const auto text = [&](const char* member) {
      return admin::printable(each.at(member).as_string());
    };
    out << fmt::format("{:<14}{:<11}{}\n", text("attack"), text("verdict"), text("seen"));
  }
  out << (result.at("held").as_bool() ? "nothing broke\n" : "SOMETHING BROKE\n");
}

}  // namespace server::lab
