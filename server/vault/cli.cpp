#include "server/vault/cli.h"

#include <boost/json.hpp>
#include <boost/program_options.hpp>
#include <iostream>
#include <map>

#include "base/error.h"
#include "server/vault/directory.h"
#include "server/vault/key_commands.h"
#include "server/vault/serve.h"

namespace vault {
namespace {

namespace json = boost::json;
namespace options = boost::program_options;
using Values = options::variables_map;
using Description = options::options_description;

constexpr std::string_view help_text =
    R"(sealvault: a key vault that keeps the root keys of a customer

  sealvault init --dir D          make a vault: directories, TLS certificate, master key
  sealvault token add --dir D     let a client in; prints its token once
  sealvault token list --dir D    the clients and what each may do
  sealvault token remove --dir D  shut a client out, at once
  sealvault key create --dir D    make a root key, or a new version of one
  sealvault key list --dir D      the keys
  sealvault key show --dir D      the versions of a key, and its public part
  sealvault key disable --dir D   revoke: nothing under this key opens until it is enabled
  sealvault key enable --dir D    take that back
  sealvault serve --dir D         answer clients until SIGTERM

The commands of token and key work while the vault runs, and while it does not.
sealvault COMMAND --help has the options of each.

Example:
  sealvault init --dir /var/lib/vault-a --listen 127.0.0.1:8443
  sealvault token add --dir /var/lib/vault-a --name sealpost \
      --allow get,wrapKey,unwrapKey --out vault-a.token
  sealvault key create --dir /var/lib/vault-a --name root
  sealvault serve --dir /var/lib/vault-a
)";

Directory directory_of(const Values& given) { return {given["dir"].as<std::string>()}; }
bool as_json(const Values& given) { return given.contains("json"); }
std::string text(const Values& given, const char* name) { return given[name].as<std::string>(); }

std::optional<Secret> passphrase_of(const Values& given) {
  if (!given.contains("passphrase-file")) return std::nullopt;
  auto content = read_file(text(given, "passphrase-file"));
  while (content.ends_with('\n') || content.ends_with('\r')) content.pop_back();
  if (content.empty()) throw Error(Fault::invalid, "the passphrase file is empty");
  Secret passphrase(content.begin(), content.end());
  OPENSSL_cleanse(content.data(), content.size());
  return passphrase;
}

std::set<Permission> permissions_of(const std::string& list) {
  std::set<Permission> out;
  for (std::size_t at = 0; at <= list.size();) {
    const auto end = std::min(list.find(',', at), list.size());
    out.insert(permission_of(list.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

std::string names_of(const std::set<Permission>& permissions) {
  std::string out;
  for (const auto each : permissions) out += (out.empty() ? "" : ",") + std::string(name_of(each));
  return out;
}

void print(const json::value& value) { std::cout << json::serialize(value) << '\n'; }

void init(const Values& given) {
  const auto directory = directory_of(given);
  NewVault settings{text(given, "listen"), {}, text(given, "resource"), passphrase_of(given)};
  if (given.contains("host")) settings.hosts = given["host"].as<std::vector<std::string>>();
  make_vault(directory, settings);
  if (as_json(given))
    print(json::object{{"dir", directory.root.string()},
                       {"url", "https://" + settings.listen},
                       {"ca", directory.certificate().string()}});
  else
    std::cout << "made a vault in " << directory.root.string() << "\nclients trust "
              << directory.certificate().string() << '\n';
}

void token_add(const Values& given) {
  const auto directory = directory_of(given);
  directory.served_at();  // is it a vault?
  TokenFile tokens(directory.tokens());
  const auto allowed = permissions_of(text(given, "allow"));
  const auto token = tokens.add(text(given, "name"), allowed, SystemClock().now());
  if (given.contains("out")) {
    replace_file(std::filesystem::absolute(text(given, "out")), token);
    if (!as_json(given)) std::cout << "the token is in " << text(given, "out") << '\n';
    if (as_json(given))
      print(json::object{{"name", text(given, "name")}, {"out", text(given, "out")}});
  } else if (as_json(given)) {
    print(json::object{{"name", text(given, "name")}, {"token", text_of(token)}});
  } else {
    std::cout << text_of(token) << '\n';
  }
}

void token_list(const Values& given) {
  const auto directory = directory_of(given);
  directory.served_at();
  json::array all;
  for (const auto& caller : TokenFile(directory.tokens()).list()) {
    if (!as_json(given)) std::cout << caller.name << "  " << names_of(caller.allowed) << '\n';
    all.push_back({{"name", caller.name}, {"allow", names_of(caller.allowed)}});
  }
  if (as_json(given)) print(all);
}

void token_remove(const Values& given) {
  const auto directory = directory_of(given);
  directory.served_at();
  TokenFile(directory.tokens()).remove(text(given, "name"));
  if (as_json(given)) print(json::object{{"removed", text(given, "name")}});
}

// "https://.../keys/root  enabled"
void print_line(const json::value& kid, const json::value& attributes) {
  std::cout << std::string_view(kid.as_string()) << "  "
            << (attributes.at("enabled").as_bool() ? "enabled" : "disabled") << '\n';
}

void print_bundle(const json::value& bundle) {
  print_line(bundle.at("key").at("kid"), bundle.at("attributes"));
}

KeyCommands keys_of(const Values& given) {
  return KeyCommands(directory_of(given), passphrase_of(given));
}

void key_create(const Values& given) {
  const auto bundle = keys_of(given).create(text(given, "name"), given["size"].as<unsigned>());
  if (as_json(given))
    print(bundle);
  else
    print_bundle(bundle);
}

void key_list(const Values& given) {
  const auto keys = keys_of(given).list();
  if (as_json(given)) return print(keys);
  for (const auto& item : keys) print_line(item.at("kid"), item.at("attributes"));
}

void key_show(const Values& given) {
  auto keys = keys_of(given);
  const auto bundle = keys.show(text(given, "name"), text(given, "version"));
  if (as_json(given)) return print(bundle);
  if (!text(given, "version").empty()) return print_bundle(bundle);
  for (const auto& item : keys.versions(text(given, "name")))
    print_line(item.at("kid"), item.at("attributes"));
}

void set_enabled(const Values& given, bool enabled) {
  const auto changed =
      keys_of(given).set_enabled(text(given, "name"), text(given, "version"), enabled);
  if (as_json(given)) return print(changed);
  for (const auto& bundle : changed) print_bundle(bundle);
}

void key_disable(const Values& given) { set_enabled(given, false); }
void key_enable(const Values& given) { set_enabled(given, true); }

void serve_command(const Values& given) {
  const auto directory = directory_of(given);
  const auto stored = directory.served_at();
  const auto listen = given.contains("listen") ? text(given, "listen") : stored;
  serve(directory, listen, passphrase_of(given), [&](const std::string& url) {
    if (as_json(given))
      print(json::object{{"ready", true}, {"url", url}});
    else
      std::cout << "ready " << url << '\n';
    std::cout.flush();
  });
}

auto required() { return options::value<std::string>()->required(); }

void add_passphrase(Description& description) {
  description.add_options()("passphrase-file", options::value<std::string>(),
                            "the passphrase over the master key; without it, a key file");
}

void for_init(Description& description) {
  description.add_options()("listen",
                            options::value<std::string>()->default_value("127.0.0.1:8443"),
                            "address and port to serve at")(
      "host", options::value<std::vector<std::string>>()->composing(),
      "one more name or address for the TLS certificate")(
      "resource", options::value<std::string>()->default_value("https://vault.azure.net"),
      "what the 401 challenge says tokens are for");
  add_passphrase(description);
}

void for_token_add(Description& description) {
  description.add_options()("name", required(), "the client")(
      "allow", required(), "some of get,list,create,update,wrapKey,unwrapKey")(
      "out", options::value<std::string>(), "write the token to this file, mode 0600");
}

void for_name(Description& description) {
  description.add_options()("name", required(), "the client");
}

void for_key_create(Description& description) {
  description.add_options()("name", required(), "the key")(
      "size", options::value<unsigned>()->default_value(3072), "2048, 3072 or 4096 bits");
  add_passphrase(description);
}

void for_key(Description& description) {
  description.add_options()("name", required(), "the key")(
      "version", options::value<std::string>()->default_value(""), "one version; otherwise all");
  add_passphrase(description);
}

void for_serve(Description& description) {
  description.add_options()("listen", options::value<std::string>(),
                            "address and port; otherwise those of init or of the last time");
  add_passphrase(description);
}

void for_nothing(Description&) {}

struct Command {
  std::string_view name;
  void (*describe)(Description&);
  void (*perform)(const Values&);
};

constexpr Command commands[] = {
    {"init", for_init, init},
    {"token add", for_token_add, token_add},
    {"token list", for_nothing, token_list},
    {"token remove", for_name, token_remove},
    {"key create", for_key_create, key_create},
    {"key list", add_passphrase, key_list},
    {"key show", for_key, key_show},
    {"key disable", for_key, key_disable},
    {"key enable", for_key, key_enable},
    {"serve", for_serve, serve_command},
};

void perform(const Command& command, const std::vector<std::string>& arguments) {
  Description description("sealvault " + std::string(command.name));
  description.add_options()("dir", required(), "the vault's directory")(
      "json", "answer in JSON, for programs")("help", "this text");
  command.describe(description);
  Values given;
  options::store(options::command_line_parser(arguments).options(description).run(), given);
  if (given.contains("help")) {
    std::cout << description;
    return;
  }
  options::notify(given);
  command.perform(given);
}

int failed(const std::string& text, const std::string& hint, int code) {
  std::cerr << "error: " << text << '\n';
  if (!hint.empty()) std::cerr << "hint: " << hint << '\n';
  return code;
}

}  // namespace

int run(const std::vector<std::string>& arguments) try {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "help") {
    std::cout << help_text;
    return arguments.empty() ? 2 : 0;
  }
  for (const auto& command : commands) {
    const bool two = command.name.find(' ') != command.name.npos;
    if (two && arguments.size() < 2) continue;
    const auto given = two ? arguments[0] + ' ' + arguments[1] : arguments[0];
    if (given != command.name) continue;
    perform(command, {arguments.begin() + (two ? 2 : 1), arguments.end()});
    return 0;
  }
  return failed("there is no command " + arguments.front(), "sealvault --help lists them", 2);
} catch (const options::error& error) {
  return failed(error.what(), "add --help to see the options of a command", 2);
} catch (const Error& error) {
  return failed(error.what(), error.hint(), 1);
} catch (const std::exception& error) {
  return failed(error.what(), {}, 1);
}

}  // namespace vault
