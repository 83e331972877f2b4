#include "server/lab/attack.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <ostream>

#include "base/error.h"
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

void check_number(const admin::Invocation& call, std::string_view option, std::int64_t least) {
  const auto text = call.find(option);
  if (!text) return;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  constexpr std::int64_t most = 1'000'000'000;
  if (error != std::errc() || end != text->data() + text->size() || number < least || number > most)
    throw Error(Fault::invalid,
                fmt::format("{} is a number from {} to {}, not '{}'", option, least, most, *text));
}

void check_process(const admin::Invocation& call) {
  check_number(call, "--pid", 1);
  const auto pid = call.find("--pid");
  if (pid && !std::filesystem::exists("/proc/" + *pid))
    throw Error(Fault::not_found, "there is no process " + *pid,
                "`pidof sealpost` says which it is");
  if (pid && ::access(("/proc/" + *pid + "/mem").c_str(), R_OK) != 0)
    throw Error(Fault::denied, "the memory of process " + *pid + " is not yours to read",
                "--pid wants root");
}

void check(const admin::Invocation& call) {
  check_number(call, "--rounds", 1);
  check_number(call, "--seed", 0);
  check_process(call);
  if (call.find("--canary") == "")
    throw Error(Fault::invalid, "--canary is empty",
                "it wants a text that was sent, of which there is no other");
}

}  // namespace

json::object attacks_on(const admin::Invocation& call) {
  check(call);
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
  for (const auto& why : result.at("not_attacked").as_array())
    out << "not attacked: " << admin::printable(why.as_string()) << "\n";
  out << (result.at("held").as_bool() ? "nothing broke\n" : "SOMETHING BROKE\n");
}

}  // namespace server::lab
