#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "base/error.h"
#include "policy/purge_certificate.h"
#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::admin {

namespace json = boost::json;

namespace {

constexpr std::uintmax_t file_limit = 64 << 20;  // octets of a certificate
constexpr std::size_t public_key_size = 32;

std::string path_of(const Invocation& call, std::string_view action = "") {
  return "/v1/purges/" + http::percent_encoded(call.arguments[0]) + std::string(action);
}

int request(const Invocation& call, std::string_view what) {
  json::object body{{what, call.arguments[0]},
                    {"reason", call.needed("--reason")},
                    {"contact", call.needed("--contact")}};
  if (call.has("--force")) body["force"] = true;
  if (call.has("--dry-run")) body["dry_run"] = true;
  print(call, ask(call.socket, "POST", "/v1/purges", body));
  return 0;
}

int request_dep(const Invocation& call) { return request(call, "dep"); }
int request_mailbox(const Invocation& call) { return request(call, "mailbox"); }

int approve(const Invocation& call) {
  json::object body;
  if (const auto count = call.find("--mailboxes")) body["count"] = *count;
  if (const auto digest = call.find("--digest")) body["digest"] = *digest;
  print(call, ask(call.socket, "POST", path_of(call, "/approval"), body));
  return 0;
}

int cancel(const Invocation& call) {
  print(call, ask(call.socket, "POST", path_of(call, "/cancellation"), {}));
  return 0;
}

int list(const Invocation& call) {
  print_list(call, ask(call.socket, "GET", "/v1/purges"), "purges",
             {"id", "object", "state", "count", "due", "waitsFor"});
  return 0;
}

int show(const Invocation& call) {
  print(call, ask(call.socket, "GET", path_of(call)));
  return 0;
}

int certificate(const Invocation& call) {
  const auto answer = ask(call.socket, "GET", path_of(call, "/certificate"));
  const std::string text(answer.at("certificate").as_string());
  const auto file = call.find("--out");
  if (!file) {
    call.streams.out << text;
    return 0;
  }
  std::ofstream out(*file, std::ios::binary);
  out << text;
  out.close();
  if (!out)
    throw Error(Fault::unavailable, "cannot write " + *file,
                "is there room, and may you write there?");
  return 0;
}

int public_key(const Invocation& call) {
  print(call, ask(call.socket, "GET", "/v1/purge-key"));
  return 0;
}

std::string contents(const std::string& file) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);  // of regular files alone
  std::ifstream in(file, std::ios::binary);
  if (failure || !in)
    throw Error(Fault::not_found, file + " cannot be read",
                "name the file that `sealpost purge certificate` wrote");
  if (size > file_limit)
    throw Error(Fault::too_big, file + " is no certificate: too large",
                "name the file that `sealpost purge certificate` wrote");
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::string_view name_of(policy::CertificateVerdict::Result result) {
  using enum policy::CertificateVerdict::Result;
  switch (result) {
    case valid:
      return "valid";
    case altered:
      return "altered";
    case another_key:
      return "signed by another key";
  }
  return "altered";
}

std::optional<Bytes> expected_key(const Invocation& call) {
  const auto text = call.find("--public-key");
  if (!text) return std::nullopt;
  auto key = from_hex(*text);
  if (key.size() != public_key_size)
    throw Error(Fault::invalid, "--public-key wants an Ed25519 key: 64 hexadecimal digits",
                "`sealpost purge public-key` prints it at its server");
  return key;
}

// Of the file alone; no server is asked.
int verify(const Invocation& call) {
  const auto expected = expected_key(call);
  const auto verdict = policy::verified_certificate(contents(call.arguments[0]), expected);
  json::object answer{{"verdict", name_of(verdict.result)},
                      {"publicKey", to_hex(verdict.public_key)},
                      {"fingerprint", policy::fingerprint_of(verdict.public_key)}};
  if (!expected)
    answer["compare"] = "the fingerprint with that of `sealpost purge public-key` at its server";
  if (!verdict.payload.empty()) answer["certificate"] = json::parse(verdict.payload);
  print(call, answer);
  return verdict.result == policy::CertificateVerdict::Result::valid ? 0 : 1;
}

constexpr Option reason = {"--reason", "TEXT", "why, for those who look at it in years"};
constexpr Option contact = {"--contact", "TEXT", "who answers for it"};
constexpr Option dry_run = {"--dry-run", "",
                            "print the mailboxes it means, how much mail that is, and what stands "
                            "in the way; change nothing"};

constexpr Option dep_options[] = {
    reason,
    contact,
    {"--force", "", "a vault is gone: root keys need not deny, only not unwrap"},
    dry_run};
constexpr Option mailbox_options[] = {reason, contact, dry_run};
constexpr Option approve_options[] = {
    {"--mailboxes", "NUMBER", "how many mailboxes you approve to be destroyed"},
    {"--digest", "HEX", "or the digest of their list, as `purge show` prints it"}};
constexpr Option certificate_options[] = {
    {"--out", "FILE", "where to write it; else it is printed"}};
constexpr Option verify_options[] = {
    {"--public-key", "HEX",
     "the key that it must be signed with, as `purge public-key` printed it"}};

// clang-format off
constexpr Command table[] = {
    {"purge", "request dep", "NAME", 1, 1,
     "ask that a DEP, all its mailboxes and their accounts be destroyed for ever; its root keys must deny",
     "purge request dep contoso --reason 'contract ended' --contact ada@example.org --dry-run", dep_options, request_dep},
    {"purge", "request mailbox", "ACCOUNT", 1, 1,
     "ask that a mailbox and its account be destroyed for ever; the account must be disabled",
     "purge request mailbox eve@example.org --reason 'right to erasure' --contact ada@example.org",
     mailbox_options, request_mailbox},
    {"purge", "approve", "ID", 1, 1,
     "grant what another person asked for: it is destroyed once the grace is over",
     "purge approve 1 --mailboxes 120", approve_options, approve},
    {"purge", "cancel", "ID", 1, 1, "end it, as long as nothing is destroyed", "purge cancel 1", {}, cancel},
    {"purge", "list", "", 0, 0, "all purges, pending and over", "purge list", {}, list},
    {"purge", "show", "ID", 1, 1, "one purge, and the mailboxes that it means", "purge show 1 --json", {}, show},
    {"purge", "certificate", "ID", 1, 1, "the signed proof that it is done",
     "purge certificate 1 --out purge-1.json", certificate_options, certificate},
    {"purge", "verify", "FILE", 1, 1, "is a certificate as it was signed, and by whom? Asks no server",
     "purge verify purge-1.json", verify_options, verify},
    {"purge", "public-key", "", 0, 0, "the key that this server signs certificates with, to compare",
     "purge public-key", {}, public_key},
};
// clang-format on

}  // namespace

std::span<const Command> purge_commands() { return table; }

}  // namespace server::admin
