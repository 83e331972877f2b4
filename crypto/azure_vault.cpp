#include "crypto/azure_vault.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "crypto/secret_file.h"
#include "crypto/vault_verdict.h"

namespace crypto {
namespace {

namespace json = boost::json;

constexpr std::string_view https = "https://";
constexpr unsigned short standard_port = 443;
constexpr std::size_t token_limit = 16 * 1024;

// As RootKeyRef spells the vault's part of a kid.
std::string canonical(const std::string& url) {
  const auto bare = url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
  try {
    const RootKeyRef probe(bare + "/keys/x");
    if (bare.find('/', https.size()) == bare.npos) return probe.vault();
  } catch (const Error&) {
    // Said below, of the URL.
  }
  throw Error(Fault::invalid, "not the URL of a vault: " + url, "write it as https://HOST:PORT");
}

HttpsSettings https_settings(const std::string& url, const AzureVaultSettings& from) {
  auto host = url.substr(https.size());
  unsigned short port = standard_port;
  if (const auto colon = host.rfind(':'); colon != host.npos && !host.ends_with(']')) {
    std::from_chars(host.data() + colon + 1, host.data() + host.size(), port);
    host.resize(colon);
  }
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return {host, port, from.ca, from.connect, from.whole};
}

SecretText head_with(const SecretText& token) {
  const auto visible = [](unsigned char c) { return c > ' ' && c < 127; };
  if (token.empty() || token.size() > token_limit || !std::ranges::all_of(token, visible))
    throw Error(Fault::invalid, "the vault token is empty or not one line of text");
  SecretText head = "Accept: application/json\r\nContent-Type: application/json\r\n";
  head.append("User-Agent: sealpost\r\nAuthorization: Bearer ").append(token).append("\r\n");
  return head;
}

// A body with the octets, built without a copy left behind.
SecretText operation_body(ByteView octets) {
  auto coded = to_base64url(octets);
  SecretText body = R"({"alg":"RSA-OAEP-256","value":")";
  body.append(coded).append("\"}");
  wipe(coded.data(), coded.size());
  return body;
}

[[noreturn]] void refuse_answer(const std::string& what) {
  throw RootError(RootVerdict::transient, "200 unreadable", "the vault's answer " + what);
}

// A parsed answer in memory that is wiped. What cannot be read is a proxy's word, not the vault's.
class Answer {
 public:
  explicit Answer(const SecretText& text)
      : memory_(text.size() * 4 + 4096), arena_(memory_.data(), memory_.size()) {
    json::error_code failure;
    json::parse_options options;
    options.max_depth = 16;
    value_ = json::parse({text.data(), text.size()}, failure, &arena_, options);
    if (failure || !value_.is_object()) refuse_answer("is no JSON object");
  }
  const json::object& root() const { return value_.as_object(); }

 private:
  SecretBytes memory_;
  json::monotonic_resource arena_;
  json::value value_;
};

const json::value& member(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  if (found == nullptr) refuse_answer("lacks " + std::string(name));
  return *found;
}

std::string_view text_in(const json::object& object, std::string_view name) {
  const auto& value = member(object, name);
  if (!value.is_string()) refuse_answer("has no text in " + std::string(name));
  return value.as_string();
}

const json::object& object_in(const json::object& object, std::string_view name) {
  const auto& value = member(object, name);
  if (!value.is_object()) refuse_answer("has no object in " + std::string(name));
  return value.as_object();
}

std::optional<UnixTime> time_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->as_int64();
}

Bytes octets_in(const json::object& object, std::string_view name) {
  try {
    return from_base64url(text_in(object, name));
  } catch (const RootError&) {
    throw;
  } catch (const Error&) {
    refuse_answer("is not base64url in " + std::string(name));
  }
}

std::vector<std::string> operations_in(const json::object& key) {
  std::vector<std::string> out;
  const auto* list = key.if_contains("key_ops");
  if (list == nullptr || !list->is_array()) return out;
  for (const auto& each : list->as_array())
    if (each.is_string()) out.emplace_back(each.as_string());
  return out;
}

RootVerdict verdict_of_fault(HttpsFault fault) {
  const bool network = fault == HttpsFault::unreachable || fault == HttpsFault::timeout;
  return network ? RootVerdict::transient : RootVerdict::misconfigured;
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

SecretText read_token(const std::filesystem::path& path) {
  const auto content = read_secret_file(path);
  if (!content) throw Error(Fault::not_found, "there is no token file " + path.string());
  SecretText token(content->begin(), content->end());
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r')) token.pop_back();
  return token;
}

AzureVault::AzureVault(AzureVaultSettings settings)
    : url_(canonical(settings.url)),
      api_version_(settings.api_version),
      head_(head_with(settings.token)),
      client_(std::make_unique<HttpsClient>(https_settings(url_, settings))) {}

AzureVault::~AzureVault() = default;

SecretText AzureVault::ask(std::string_view method, const RootKeyRef& root,
                           std::string_view operation, std::string_view body) {
  if (root.vault() != url_)
    throw RootError(RootVerdict::misconfigured, "another vault",
                    root.kid() + " is not a key of " + url_);
  auto target = "/keys/" + root.name();
  if (!root.version().empty()) target += '/' + root.version();
  target += std::string(operation) + "?api-version=" + api_version_;
  try {
    auto answer = client_->ask(method, target, {head_.data(), head_.size()}, body);
    const auto reply = reply_of(answer.status, {answer.body.data(), answer.body.size()});
    const auto verdict = verdict_of(reply);
    if (verdict == RootVerdict::ok) return std::move(answer.body);
    throw RootError(verdict, code_of(reply), "the vault " + url_ + " answers " + code_of(reply));
  } catch (const HttpsError& error) {
    throw RootError(verdict_of_fault(error.kind()), std::string(name_of(error.kind())),
                    error.what());
  }
}

// The kid of an answer: a version of the key that was asked for, or we are being fooled.
RootKeyRef AzureVault::checked(const std::string& kid, const RootKeyRef& asked) const {
  try {
    RootKeyRef found(kid);
    const bool same = found.vault() == url_ && same_name(found.name(), asked.name()) &&
                      !found.version().empty() &&
                      (asked.version().empty() || found.version() == asked.version());
    if (same) return found;
  } catch (const RootError&) {
    throw;
  } catch (const Error&) {
    // No kid at all.
  }
  throw RootError(RootVerdict::misconfigured, "another key",
                  "the vault " + url_ + " answered for another key than " + asked.kid());
}

RootKeyInfo AzureVault::get(const RootKeyRef& root) {
  const Answer answer(ask("GET", root, "", ""));
  const auto& key = object_in(answer.root(), "key");
  const auto& attributes = object_in(answer.root(), "attributes");
  RootKeyInfo info{.key = checked(std::string(text_in(key, "kid")), root),
                   .type = std::string(text_in(key, "kty")),
                   .bits = 0,
                   .enabled = false,
                   .not_before = time_in(attributes, "nbf"),
                   .expires = time_in(attributes, "exp"),
                   .operations = operations_in(key),
                   .recovery_level = {}};
  if (info.type.starts_with("RSA"))
    info.bits = static_cast<unsigned>(octets_in(key, "n").size() * 8);
  const auto* enabled = attributes.if_contains("enabled");
  info.enabled = enabled == nullptr || !enabled->is_bool() || enabled->as_bool();
  if (attributes.contains("recoveryLevel"))
    info.recovery_level = text_in(attributes, "recoveryLevel");
  return info;
}

WrappedByRoot AzureVault::wrap_octets(const RootKeyRef& root, ByteView octets) {
  const Answer answer(ask("POST", root, "/wrapkey", operation_body(octets)));
  auto key = checked(std::string(text_in(answer.root(), "kid")), root);
  return {std::move(key), octets_in(answer.root(), "value")};
}

SecretBytes AzureVault::unwrap_octets(const WrappedByRoot& wrapped) {
  const Answer answer(ask("POST", wrapped.key, "/unwrapkey", operation_body(wrapped.blob)));
  checked(std::string(text_in(answer.root(), "kid")), wrapped.key);
  auto octets = octets_in(answer.root(), "value");
  SecretBytes out(octets.begin(), octets.end());
  wipe(octets.data(), octets.size());
  return out;
}

}  // namespace crypto
