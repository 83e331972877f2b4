#include "tests/support/vault_client.h"

#include <cstdlib>

#include "base/bytes.h"
#include "server/vault/jwk.h"

namespace vault_test {

namespace json = boost::json;

const std::string everything =
    "get,list,create,update,import,delete,recover,backup,restore,purge,encrypt,decrypt,wrapKey,"
    "unwrapKey,sign,verify,rotate,getrotationpolicy,setrotationpolicy";
const std::string version = "?api%2Dversion=2025-07-01";
const std::string octets = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

std::string Answer::inner() const {
  const auto* found = body.at("error").as_object().if_contains("innererror");
  return found ? json::value_to<std::string>(found->at("code")) : "";
}

std::string Answer::text(const char* member) const {
  return json::value_to<std::string>(body.at("error").at(member));
}

Asker::Asker(const RunningVault& vault, std::string token)
    : vault_(vault), token_(std::move(token)), context_(crypto::client_context(vault.ca())) {}

Answer Asker::ask(const std::string& method, const std::string& target, const std::string& body,
                  const std::string& host) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  crypto::TlsConnection connection(context_.get(), "127.0.0.1", vault_.port(), end);
  auto request = method + ' ' + target + " HTTP/1.1\r\nHost: " + host +
                 "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n";
  if (!token_.empty()) request += "Authorization: Bearer " + token_ + "\r\n";
  connection.write(request + "\r\n" + body, end);
  std::string answer;
  char piece[4096];
  while (const auto size = connection.read_some(piece, end)) answer.append(piece, size);
  const auto split = answer.find("\r\n\r\n");
  const auto rest = answer.substr(split + 4);
  return {static_cast<unsigned>(std::stoi(answer.substr(9, 3))), answer.substr(0, split),
          rest.empty() ? json::value() : json::parse(rest)};
}

json::value Asker::create(const std::string& name, const std::string& body) const {
  const auto answer = ask("POST", "/keys/" + name + "/create" + version, body);
  BOOST_REQUIRE(answer.status == 200);
  return answer.body;
}

Answer Asker::operate(const std::string& key, const std::string& operation,
                      const std::string& algorithm, const std::string& value) const {
  return ask("POST", "/keys/" + key + '/' + operation + version,
             json::serialize(json::object{{"alg", algorithm}, {"value", value}}));
}

ForeignKey made_elsewhere(const std::filesystem::path& directory) {
  const auto pem = (directory / "elsewhere.pem").string();
  const auto command =
      "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out " + pem + " 2>/dev/null";
  BOOST_REQUIRE(std::system(command.c_str()) == 0);
  const auto body = vault::import_body_of(pem);
  const auto jwk = json::parse(text_of(body)).at("key").as_object();
  return {vault::pkcs8_of_jwk(jwk), std::string(text_of(body))};
}

std::string text(const json::value& value) { return json::value_to<std::string>(value); }
std::string kid_in(const json::value& bundle) { return text(bundle.at("key").at("kid")); }
std::string version_of(const json::value& bundle) {
  const auto kid = kid_in(bundle);
  return kid.substr(kid.rfind('/') + 1);
}

}  // namespace vault_test
