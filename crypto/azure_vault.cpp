#include "crypto/azure_vault.h"

#include <algorithm>
#include <array>
#include <thread>

#include "crypto/json_answer.h"
#include "crypto/retry_after.h"
#include "crypto/vault_verdict.h"

namespace crypto {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Between the tries of Patience::alone.
constexpr std::array<milliseconds, 2> pauses{milliseconds(200), milliseconds(400)};

// As RootKeyRef spells the vault's part of a kid.
std::string canonical(const std::string& url) {
  try {
    const auto parsed = parse_url(url);
    const RootKeyRef probe(parsed.origin() + "/keys/x");
    if (parsed.tls && parsed.path.empty()) return probe.vault();
  } catch (const Error&) {
    // Said below, of the URL.
  }
  throw Error(Fault::invalid, "not the URL of a vault: " + url, "write it as https://HOST:PORT");
}

// A body with the octets, built without a copy left behind.
SecretText operation_body(ByteView octets) {
  auto coded = to_base64url(octets);
  SecretText body = R"({"alg":"RSA-OAEP-256","value":")";
  body.append(coded).append("\"}");
  wipe(coded.data(), coded.size());
  return body;
}

std::vector<std::string> operations_in(const json::object& key) {
  std::vector<std::string> out;
  const auto* list = key.if_contains("key_ops");
  if (list == nullptr || !list->is_array()) return out;
  for (const auto& each : list->as_array())
    if (each.is_string()) out.emplace_back(each.as_string());
  return out;
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// 75 % to 125 % of it, so that those who failed together do not come back together.
milliseconds jittered(milliseconds pause) {
  std::array<std::uint8_t, 1> octet{};
  random_bytes(octet);
  return pause * (192 + octet[0] / 2) / 256;
}

}  // namespace

AzureVault::AzureVault(AzureVaultSettings settings, const Clock& clock)
    : settings_(std::move(settings)),
      clock_(clock),
      url_(canonical(settings_.url)),
      client_({parse_url(url_), settings_.ca, settings_.connect}),
      login_(token_source(settings_.login, clock), parse_url(url_).host, settings_.resource,
             settings_.now),
      breaker_(settings_.now) {}

AzureVault::~AzureVault() = default;

HttpsAnswer AzureVault::sent(const Question& question, const SecretText* token, Deadline end) {
  auto target = "/keys/" + question.root.name();
  if (!question.root.version().empty()) target += '/' + question.root.version();
  // Without a token it is only the challenge that is wanted.
  if (token != nullptr) target += question.operation;
  target += "?api-version=" + settings_.api_version;
  SecretText head = "Accept: application/json\r\nUser-Agent: sealpost\r\n";
  if (token == nullptr) return client_.ask("GET", target, head, "", end);
  head.append("Authorization: Bearer ").append(*token).append("\r\n");
  if (question.body.empty()) return client_.ask("GET", target, head, "", end);
  head.append("Content-Type: application/json\r\n");
  return client_.ask("POST", target, head, question.body, end);
}

// With a token; once more with a fresh one, or for the first, if the vault says so.
HttpsAnswer AzureVault::exchanged(const Question& question, Deadline end) {
  for (bool renewed = false;; renewed = true) {
    const auto token = login_.bearer(end);
    auto answer = sent(question, token.get(), end);
    const bool may_renew = answer.status == 401 && !(token && renewed);
    if (may_renew && login_.challenged(answer.challenge, token)) continue;
    if (!token && answer.status == 200)
      throw failure_of({200, "no challenge", ""}, url_ + " asks for no token: it is no key vault");
    return answer;
  }
}

void AzureVault::ask_once(const Question& question, Deadline end, const Read& read) {
  HttpsAnswer answer;
  try {
    answer = exchanged(question, end);
  } catch (const HttpsError& error) {
    throw failure_of({0, std::string(name_of(error.kind())), ""}, error.what());
  }
  const auto reply =
      reply_of(answer.status, {answer.body.data(), answer.body.size()}, Speaker::vault);
  const auto verdict = verdict_of(reply);
  if (verdict == RootVerdict::ok) return read(answer.body);
  const bool outage = reply.inner == "ForbiddenByFirewall" && !settings_.firewall_denies;
  throw RootError(outage ? RootVerdict::transient : verdict, code_of(reply),
                  "the vault " + url_ + " answers " + code_of(reply),
                  retry_after(answer.retry_after, clock_.now()));
}

RootError AzureVault::spared() const {
  const std::lock_guard lock(mutex_);
  return failure_of({0, "not asked", ""},
                    "the vault " + url_ + " is spared for some seconds, after " + last_failure_);
}

void AzureVault::note_failure(const RootError& error) {
  const std::lock_guard lock(mutex_);
  last_failure_ = error.code();
  breaker_.failed(error.retry_after());
}

void AzureVault::ask(const Question& question, Patience patience, const Read& read) {
  if (question.root.vault() != url_)
    throw failure_of({0, "another vault", ""}, question.root.kid() + " is not a key of " + url_);
  const Deadline end =
      steady_clock::now() + (patience == Patience::user ? settings_.user : settings_.system);
  std::optional<RootError> last;
  for (std::size_t tried = 0;; ++tried) {
    if (!breaker_.admits()) throw last ? *last : spared();
    milliseconds pause{};
    try {
      ask_once(question, end, read);
      return breaker_.answered();
    } catch (const RootError& error) {
      if (error.verdict() != RootVerdict::transient) {
        breaker_.answered();
        throw;
      }
      note_failure(error);
      if (patience != Patience::alone || tried == pauses.size()) throw;
      pause = error.retry_after() ? milliseconds(*error.retry_after()) : jittered(pauses.at(tried));
      if (steady_clock::now() + pause >= end) throw;
      last = error;
    }
    std::this_thread::sleep_for(pause);
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
  } catch (const Error&) {
    // No kid at all.
  }
  throw failure_of({200, "another key", ""},
                   "the vault " + url_ + " answered for another key than " + asked.kid());
}

RootKeyInfo AzureVault::info_in(const SecretText& body, const RootKeyRef& root) const {
  const JsonAnswer answer(body, Speaker::vault, url_);
  const auto& key = answer.object("key");
  const auto& attributes = answer.object("attributes");
  RootKeyInfo info{.key = checked(std::string(answer.text(key, "kid")), root),
                   .type = std::string(answer.text(key, "kty")),
                   .bits = 0,
                   .enabled = false,
                   .not_before = number_in(attributes, "nbf"),
                   .expires = number_in(attributes, "exp"),
                   .operations = operations_in(key),
                   .recovery_level = {}};
  if (info.type.starts_with("RSA"))
    info.bits = static_cast<unsigned>(answer.octets(key, "n").size() * 8);
  const auto* enabled = attributes.if_contains("enabled");
  info.enabled = enabled == nullptr || !enabled->is_bool() || enabled->as_bool();
  if (attributes.contains("recoveryLevel"))
    info.recovery_level = answer.text(attributes, "recoveryLevel");
  return info;
}

RootKeyInfo AzureVault::get(const RootKeyRef& root) {
  std::optional<RootKeyInfo> info;
  ask({root, "", ""}, Patience::alone, [&](const SecretText& body) { info = info_in(body, root); });
  return std::move(*info);
}

WrappedByRoot AzureVault::wrap_octets(const RootKeyRef& root, ByteView octets) {
  std::optional<WrappedByRoot> out;
  ask({root, "/wrapkey", operation_body(octets)}, Patience::alone, [&](const SecretText& body) {
    const JsonAnswer answer(body, Speaker::vault, url_);
    auto key = checked(std::string(answer.text(answer.root(), "kid")), root);
    out = WrappedByRoot{std::move(key), answer.octets(answer.root(), "value")};
  });
  return std::move(*out);
}

SecretBytes AzureVault::unwrap_octets(const WrappedByRoot& wrapped, Patience patience) {
  SecretBytes out;
  ask({wrapped.key, "/unwrapkey", operation_body(wrapped.blob)}, patience,
      [&](const SecretText& body) {
        const JsonAnswer answer(body, Speaker::vault, url_);
        checked(std::string(answer.text(answer.root(), "kid")), wrapped.key);
        auto octets = answer.octets(answer.root(), "value");
        out.assign(octets.begin(), octets.end());
        wipe(octets.data(), octets.size());
      });
  return out;
}

}  // namespace crypto
