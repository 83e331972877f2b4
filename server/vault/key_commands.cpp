#include "server/vault/key_commands.h"

#include <unistd.h>

#include "base/error.h"
#include "server/http/client.h"

namespace vault {
namespace {

namespace json = boost::json;

constexpr std::string_view api_version = "api-version=7.4";

Fault fault_of(unsigned status) {
  switch (status) {
    case 400:
      return Fault::invalid;
    case 401:
    case 403:
      return Fault::denied;
    case 404:
      return Fault::not_found;
    case 409:
      return Fault::exists;
    default:
      return Fault::unavailable;
  }
}

std::unique_ptr<OpenVault> opened_here(const Directory& directory,
                                       const std::optional<Secret>& passphrase) {
  try {
    return std::make_unique<OpenVault>(directory, passphrase);
  } catch (const Error& error) {
    if (error.fault() != Fault::exists) throw;
    return nullptr;
  }
}

std::string version_of(const json::value& item) {
  const auto kid = json::value_to<std::string>(item.at("kid"));
  return kid.substr(kid.rfind('/') + 1);
}

std::string path_of(const std::string& name, const std::string& version) {
  return "/keys/" + http::percent_encoded(name) + '/' + http::percent_encoded(version);
}

}  // namespace

KeyCommands::KeyCommands(const Directory& directory, const std::optional<Secret>& passphrase)
    : directory_(directory),
      host_(directory.served_at()),
      here_(opened_here(directory, passphrase)) {}

json::value KeyCommands::ask(std::string method, std::string path, std::string body) {
  const char mark = path.find('?') == path.npos ? '?' : '&';
  path += mark + std::string(api_version);
  const http::Request request{std::move(method),
                              std::move(path),
                              {{"Host", host_}, {"Content-Type", "application/json"}},
                              std::move(body),
                              {"local", http::Peer::Process{::geteuid(), ::getegid(), ::getpid()}}};
  const auto response =
      here_ ? here_->api().handle(request) : http::ask_unix(directory_.control(), request);
  try {
    auto answer = json::parse(response.body);
    if (response.status >= 400)
      throw Error(fault_of(response.status),
                  json::value_to<std::string>(answer.at("error").at("message")));
    return answer;
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {  // Boost.JSON throws several kinds
    throw Error(Fault::unavailable, "the vault gave an answer that cannot be read");
  }
}

json::array KeyCommands::all_pages(const std::string& path) {
  json::array items;
  for (std::string next = path; !next.empty();) {
    auto page = ask("GET", next, {});
    for (auto& item : page.at("value").as_array()) items.push_back(item);
    const auto& link = page.at("nextLink");
    next.clear();
    if (link.is_null()) continue;
    const auto text = json::value_to<std::string>(link);
    next = path + "?$skiptoken=" + text.substr(text.rfind('=') + 1);
  }
  return items;
}

json::value KeyCommands::create(const std::string& name, unsigned bits) {
  return ask("POST", "/keys/" + http::percent_encoded(name) + "/create",
             json::serialize(json::object{{"kty", "RSA"}, {"key_size", bits}}));
}

json::array KeyCommands::list() { return all_pages("/keys"); }

json::array KeyCommands::versions(const std::string& name) {
  return all_pages("/keys/" + http::percent_encoded(name) + "/versions");
}

json::value KeyCommands::show(const std::string& name, const std::string& version) {
  return ask("GET", path_of(name, version), {});
}

json::array KeyCommands::set_enabled(const std::string& name, const std::string& version,
                                     bool enabled) {
  std::vector<std::string> chosen{version};
  if (version.empty()) {
    chosen.clear();
    for (const auto& item : versions(name)) chosen.push_back(version_of(item));
  }
  const auto body = json::serialize(json::object{{"attributes", {{"enabled", enabled}}}});
  json::array changed;
  for (const auto& each : chosen) changed.push_back(ask("PATCH", path_of(name, each), body));
  return changed;
}

}  // namespace vault
