// sealvault client ..., and token ... for clients with a token of their own that does not expire.

#include <iostream>

#include "base/error.h"
#include "server/http/target.h"
#include "server/vault/command.h"
#include "server/vault/owner_line.h"

namespace vault {
namespace {

namespace json = boost::json;

OwnerLine line_of(const Values& given) {
  return OwnerLine(directory_of(given), passphrase_of(given));
}

std::string path_of(const Values& given, const std::string& what) {
  return "/clients/" + http::percent_encoded(text(given, "name")) + what;
}

json::value added(OwnerLine& line, const Values& given) {
  return line.ask("POST", "/clients",
                  json::serialize(json::object{{"name", text(given, "name")},
                                               {"allow", text(given, "allow")}}));
}

void add_certificate_of(OwnerLine& line, const Values& given) {
  const auto pem = read_file(text(given, "certificate"));
  line.ask("POST", path_of(given, "/certificates"), json::serialize(json::object{{"pem", pem}}));
}

// With a certificate there is no secret to hand out.
void client_add(const Values& given) {
  auto line = line_of(given);
  const auto client = added(line, given);
  const auto id = json::value_to<std::string>(client.at("id"));
  if (given.contains("certificate")) {
    add_certificate_of(line, given);
    if (as_json(given)) return print(json::object{{"client_id", id}});
    std::cout << "client id " << id << '\n';
    return;
  }
  const auto answer = line.ask("POST", path_of(given, "/secrets"));
  const auto secret = json::value_to<std::string>(answer.at("secret"));
  if (as_json(given) && !given.contains("out"))
    return print(json::object{{"client_id", id}, {"secret", secret}});
  if (as_json(given)) {
    replace_file(std::filesystem::absolute(text(given, "out")), bytes_of(secret));
    return print(json::object{{"client_id", id}, {"out", text(given, "out")}});
  }
  std::cout << "client id " << id << '\n';
  hand_out(given, "secret", secret);
}

void client_list(const Values& given) {
  const auto all = line_of(given).ask("GET", "/clients");
  if (as_json(given)) return print(all);
  for (const auto& client : all.as_array())
    std::cout << std::string_view(client.at("name").as_string()) << "  "
              << std::string_view(client.at("id").as_string()) << "  "
              << std::string_view(client.at("allow").as_string()) << '\n';
}

void client_allow(const Values& given) {
  line_of(given).ask("PATCH", path_of(given, ""),
                     json::serialize(json::object{{"allow", text(given, "allow")}}));
  if (as_json(given))
    print(json::object{{"name", text(given, "name")}, {"allow", text(given, "allow")}});
}

void client_remove(const Values& given) {
  line_of(given).ask("DELETE", path_of(given, ""));
  if (as_json(given)) print(json::object{{"removed", text(given, "name")}});
}

void client_renew(const Values& given) {
  auto line = line_of(given);
  if (given.contains("only")) line.ask("DELETE", path_of(given, "/secrets"));
  if (given.contains("certificate")) {
    add_certificate_of(line, given);
    if (as_json(given)) print(json::object{{"name", text(given, "name")}});
    return;
  }
  const auto answer = line.ask("POST", path_of(given, "/secrets"));
  hand_out(given, "secret", json::value_to<std::string>(answer.at("secret")));
}

void token_add(const Values& given) {
  auto line = line_of(given);
  added(line, given);
  const auto answer = line.ask("POST", path_of(given, "/token"));
  hand_out(given, "token", json::value_to<std::string>(answer.at("token")));
}

void for_name(Description& description) {
  description.add_options()("name", required(), "the client");
  add_passphrase(description);
}

void for_allow(Description& description) {
  for_name(description);
  description.add_options()("allow", required(),
                            "what it may do: some of get,list,create,update,import,delete,recover,"
                            "backup,restore,purge,encrypt,decrypt,wrapKey,unwrapKey,sign,verify,"
                            "rotate,getrotationpolicy,setrotationpolicy, or all");
}

void for_token_add(Description& description) {
  for_allow(description);
  description.add_options()("out", optional_text(), "write the token to this file, mode 0600");
}

void add_proofs(Description& description) {
  description.add_options()("out", optional_text(), "write the secret to this file, mode 0600")(
      "certificate", optional_text(),
      "a PEM certificate the client signs with, instead of a secret");
}

void for_client_add(Description& description) {
  for_allow(description);
  add_proofs(description);
}

void for_renew(Description& description) {
  for_name(description);
  add_proofs(description);
  description.add_options()("only", "what it proved itself with before is no longer taken");
}

constexpr Command of_clients[] = {
    {"client add", "let a client in by id and secret, or certificate",
     "--name backup --allow get,backup --out backup.secret", for_client_add, client_add},
    {"client list", "the clients and what each may do", "", add_passphrase, client_list},
    {"client allow", "change what a client may do, at once",
     "--name sealpost --allow get,wrapKey,unwrapKey", for_allow, client_allow},
    {"client renew", "one more secret or certificate for a client",
     "--name backup --only --out backup.secret", for_renew, client_renew},
    {"client remove", "shut a client out, at once", "--name backup", for_name, client_remove},
};
constexpr Command of_tokens[] = {
    {"token add", "let a client in by a token that does not expire; printed once",
     "--name sealpost --allow get,wrapKey,unwrapKey --out vault-a.token", for_token_add, token_add},
    {"token list", "as client list", "", add_passphrase, client_list},
    {"token remove", "as client remove", "--name sealpost", for_name, client_remove},
};

}  // namespace

std::span<const Command> client_commands() { return of_clients; }
std::span<const Command> token_commands() { return of_tokens; }

}  // namespace vault
