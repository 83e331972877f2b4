#include "server/vault/command.h"

#include <iostream>

#include "base/error.h"

namespace vault {

namespace json = boost::json;
namespace options = boost::program_options;

Directory directory_of(const Values& given) { return {given["dir"].as<std::string>()}; }
bool as_json(const Values& given) { return given.contains("json"); }
std::string text(const Values& given, const char* name) { return given[name].as<std::string>(); }

std::optional<std::string> maybe_text(const Values& given, const char* name) {
  return given.contains(name) ? std::optional(text(given, name)) : std::nullopt;
}

std::optional<Secret> passphrase_of(const Values& given) {
  const auto file = maybe_text(given, "passphrase-file");
  if (!file) return std::nullopt;
  auto content = read_file(*file);
  while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
  if (content.empty()) throw Error(Fault::invalid, "the passphrase file is empty");
  Secret passphrase(content.begin(), content.end());
  OPENSSL_cleanse(content.data(), content.size());
  return passphrase;
}

void print(const json::value& value) { std::cout << json::serialize(value) << '\n'; }

void hand_out(const Values& given, const std::string& what, const std::string& secret) {
  const auto out = maybe_text(given, "out");
  if (out) replace_file(std::filesystem::absolute(*out), bytes_of(secret));
  if (as_json(given))
    print(out ? json::object{{"out", *out}} : json::object{{what, secret}});
  else if (out)
    std::cout << "the " << what << " is in " << *out << '\n';
  else
    std::cout << secret << '\n';
}

options::typed_value<std::string>* required() { return options::value<std::string>()->required(); }
options::typed_value<std::string>* optional_text() { return options::value<std::string>(); }

void add_passphrase(Description& description) {
  description.add_options()("passphrase-file", optional_text(),
                            "the passphrase over the master key; without it, a key file");
}

void for_nothing(Description&) {}

}  // namespace vault
