#include "server/vault/owner_line.h"

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

Error refused(unsigned status, const json::object& error) {
  const auto* hint = error.if_contains("hint");
  return {fault_of(status), json::value_to<std::string>(error.at("message")),
          hint ? json::value_to<std::string>(*hint) : std::string()};
}

std::unique_ptr<OpenVault> opened_here(const Directory& directory,
                                       const std::optional<Secret>& passphrase) {
  try {
    return std::make_unique<OpenVault>(directory, passphrase, Opening{});
  } catch (const Error& error) {
    if (error.fault() != Fault::exists) throw;
    return nullptr;
  }
}

}  // namespace

std::string key_path(const std::string& name, const std::string& version) {
  return "/keys/" + http::percent_encoded(name) + '/' + http::percent_encoded(version);
}

OwnerLine::OwnerLine(const Directory& directory, const std::optional<Secret>& passphrase)
    : directory_(directory),
      host_(directory.served_at()),
      here_(opened_here(directory, passphrase)) {}

json::value OwnerLine::ask(std::string method, std::string path, std::string body) {
  const char mark = path.find('?') == path.npos ? '?' : '&';
  path += mark + std::string(api_version);
  const http::Request request{std::move(method),
                              std::move(path),
                              {{"Host", host_}, {"Content-Type", "application/json"}},
                              std::move(body),
                              {"local", http::Peer::Process{::geteuid(), ::getegid(), ::getpid()}}};
  const auto response =
      here_ ? here_->api().handle(request) : http::ask_unix(directory_.control(), request);
  if (response.body.empty() && response.status < 400) return nullptr;
  try {
    auto answer = json::parse(response.body);
    if (response.status >= 400) throw refused(response.status, answer.at("error").as_object());
    return answer;
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {  // Boost.JSON throws several kinds
    throw Error(Fault::unavailable, "the vault gave an answer that cannot be read");
  }
}

json::array OwnerLine::all_pages(const std::string& path) {
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

}  // namespace vault
