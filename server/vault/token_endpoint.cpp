#include "server/vault/token_endpoint.h"

#include <algorithm>

#include "base/error.h"
#include "server/vault/key_operations.h"
#include "server/vault/uuid.h"
#include "server/vault/wire.h"

namespace vault {

// An error as RFC 6749 section 5.2 has it, with Microsoft's number.
struct Denial {
  unsigned status;
  const char* error;
  int number;
  const char* text;
};
namespace {

namespace json = boost::json;

constexpr std::string_view assertion_type =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::size_t form_limit = 32 * 1024;
constexpr std::size_t id_limit = 128;

constexpr Denial wrong_proof{401, "invalid_client", 7000215, "Invalid client secret provided."};
constexpr Denial wrong_assertion{401, "invalid_client", 700027, "The assertion is not accepted."};
constexpr Denial wrong_time{401, "invalid_client", 700024,
                            "The assertion is not within its valid time range."};
constexpr Denial unknown_tenant{400, "invalid_request", 90002, "The tenant was not found."};
constexpr Denial unknown_client{400, "unauthorized_client", 700016,
                                "The application was not found in the directory."};
constexpr Denial wrong_grant{400, "unsupported_grant_type", 70003,
                             "The grant type is not client_credentials."};
constexpr Denial wrong_scope{400, "invalid_scope", 70011,
                             "The scope is not this vault's resource and /.default."};
constexpr Denial malformed{400, "invalid_request", 900144, "The request body is malformed."};

http::Response denied(const Denial& denial, AuditEntry& entry) {
  entry.code = denial.error;
  const auto text = "AADSTS" + std::to_string(denial.number) + ": " + denial.text;
  auto response = json_response(json::object{{"error", denial.error},
                                             {"error_description", text},
                                             {"error_codes", json::array{denial.number}},
                                             {"trace_id", entry.request},
                                             {"correlation_id", random_uuid()}});
  response.status = denial.status;
  return response;
}

// application/x-www-form-urlencoded, as the query of a target. Its values are wiped at the end.
class Form {
 public:
  explicit Form(const std::string& body) {
    auto query = "/?" + body;
    for (std::size_t at = 0; (at = query.find('+', at)) != query.npos;) query.replace(at, 1, "%20");
    target_ = http::parse_target(query);
    OPENSSL_cleanse(query.data(), query.size());
  }
  ~Form() {
    for (auto& [name, value] : target_.query) OPENSSL_cleanse(value.data(), value.size());
  }
  Form(const Form&) = delete;
  Form& operator=(const Form&) = delete;
  const http::Target& target() const { return target_; }
  std::string text(std::string_view name) const {
    return std::string(target_.value(name).value_or(""));
  }

 private:
  http::Target target_;
};

bool is_path(const http::Target& target, std::initializer_list<std::string_view> tail) {
  const auto& parts = target.segments;
  return parts.size() == tail.size() + 1 && std::equal(tail.begin(), tail.end(), parts.begin() + 1);
}

http::Response other_tenant(AuditEntry& entry) {
  entry.operation = "token";
  entry.caller = "unknown";
  return denied(unknown_tenant, entry);
}

}  // namespace

std::optional<http::Response> TokenEndpoint::answer(const http::Request& request,
                                                    const http::Target& target, AuditEntry& entry) {
  const bool asks_token = request.method == "POST" && is_path(target, {"oauth2", "v2.0", "token"});
  if (target.segments.front() != challenge_.tenant)
    return asks_token ? std::optional(other_tenant(entry)) : std::nullopt;
  if (request.method == "GET" && is_path(target, {"v2.0", ".well-known", "openid-configuration"}))
    return configuration(request);
  if (request.method == "GET" && is_path(target, {"discovery", "v2.0", "keys"}))
    return json_response(json::object{{"keys", json::array{}}});  // its tokens are for itself alone
  if (asks_token) return token(request, entry);
  return std::nullopt;
}

http::Response TokenEndpoint::configuration(const http::Request& request) const {
  const auto base = origin_of(request) + '/' + challenge_.tenant;
  return json_response(json::object{
      {"issuer", base + "/v2.0"},
      {"token_endpoint", base + "/oauth2/v2.0/token"},
      {"authorization_endpoint", base + "/oauth2/v2.0/authorize"},
      {"jwks_uri", base + "/discovery/v2.0/keys"},
      {"token_endpoint_auth_methods_supported", {"client_secret_post", "private_key_jwt"}},
      {"response_types_supported", json::array{"token"}},
      {"subject_types_supported", json::array{"pairwise"}},
      {"id_token_signing_alg_values_supported", json::array{"RS256"}}});
}

http::Response TokenEndpoint::token(const http::Request& request, AuditEntry& entry) try {
  entry.operation = "token";
  entry.caller = "unknown";
  if (request.body.size() > form_limit) return denied(malformed, entry);
  const Form form(request.body);
  auto id = form.text("client_id");
  if (id.empty()) id = subject_of(form.text("client_assertion"));
  const auto client = clients_.find(id.substr(0, id_limit));
  if (client) entry.caller = client->name;
  if (form.text("grant_type") != "client_credentials") return denied(wrong_grant, entry);
  if (form.text("scope") != challenge_.resource + "/.default") return denied(wrong_scope, entry);
  if (!client) return denied(unknown_client, entry);
  if (const auto* objection = objection_to(request, form.target(), *client))
    return denied(*objection, entry);
  return json_response(json::object{{"token_type", "Bearer"},
                                    {"expires_in", access_token_life - 1},
                                    {"ext_expires_in", access_token_life - 1},
                                    {"access_token", tokens_.issue(client->id)}});
} catch (const Error& error) {
  if (error.fault() != Fault::invalid) throw;
  return denied(malformed, entry);
}

const Denial* TokenEndpoint::objection_to(const http::Request& request, const http::Target& form,
                                          const Client& client) {
  if (const auto assertion = form.value("client_assertion")) {
    const auto base = origin_of(request) + '/' + challenge_.tenant;
    if (form.value("client_assertion_type") != assertion_type) return &wrong_assertion;
    const auto answer = assertions_.accept(*assertion, client.id, client.certificates,
                                           {base + "/oauth2/v2.0/token", base + "/v2.0"});
    if (answer == Assertions::Answer::out_of_time) return &wrong_time;
    return answer == Assertions::Answer::accepted ? nullptr : &wrong_assertion;
  }
  const auto secret = form.value("client_secret").value_or("");
  bool proven = false;
  for (const auto& [hash, created] : client.secrets)
    if (matches(hash, secret)) proven = true;
  return proven ? nullptr : &wrong_proof;
}

}  // namespace vault
