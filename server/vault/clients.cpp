#include "server/vault/clients.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/error.h"
#include "server/vault/assertion.h"
#include "server/vault/master_key.h"
#include "server/vault/uuid.h"

namespace vault {
namespace {

namespace json = boost::json;

constexpr std::size_t secret_octets = 32;
constexpr std::size_t name_limit = 64;
constexpr std::size_t proof_limit = 10;  // secrets, certificates

Bytes hash_of(std::string_view text) {
  Bytes out(SHA256_DIGEST_LENGTH);
  SHA256(bytes_of(text).data(), text.size(), out.data());
  return out;
}

void check_name(const std::string& name) {
  const auto fine = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; };
  if (name.empty() || name.size() > name_limit || !std::ranges::all_of(name, fine))
    throw Error(Fault::invalid, "not a name for a client: \"" + name + '"',
                "use letters, digits, - and _, 64 at most");
}

std::string text_at(const json::object& from, std::string_view member) {
  return json::value_to<std::string>(from.at(member));
}

Bytes hash_at(const json::object& from, std::string_view member) {
  auto hash = from_hex(text_at(from, member));
  if (hash.size() != SHA256_DIGEST_LENGTH)
    throw Error(Fault::corrupt, "the file of clients holds a hash of a wrong length");
  return hash;
}

Client client_of(const json::object& from) {
  Client client{
      text_at(from, "name"), {}, {}, from.at("created").to_number<UnixTime>(), {}, {}, {}};
  for (const auto& name : from.at("allow").as_array())
    client.allowed.insert(permission_of(json::value_to<std::string>(name)));
  if (from.contains("sha256")) {  // of tokens.json, which had nothing else
    client.token = hash_at(from, "sha256");
    return client;
  }
  client.id = text_at(from, "id");
  if (from.contains("token")) client.token = hash_at(from, "token");
  for (const auto& secret : from.at("secrets").as_array())
    client.secrets.emplace_back(hash_at(secret.as_object(), "sha256"),
                                secret.at("created").to_number<UnixTime>());
  client.certificates = json::value_to<std::vector<std::string>>(from.at("certificates"));
  return client;
}

json::object to_json(const Client& client) {
  json::array allow, secrets;
  for (const auto permission : client.allowed) allow.push_back(json::value(name_of(permission)));
  for (const auto& [hash, created] : client.secrets)
    secrets.push_back({{"sha256", to_hex(hash)}, {"created", created}});
  json::object out{
      {"name", client.name},           {"id", client.id},
      {"allow", std::move(allow)},     {"created", client.created},
      {"secrets", std::move(secrets)}, {"certificates", json::value_from(client.certificates)}};
  if (!client.token.empty()) out["token"] = to_hex(client.token);
  return out;
}

Secret fresh_secret() {
  const auto text = to_base64url(random_octets(secret_octets));
  return {text.begin(), text.end()};
}

}  // namespace

bool matches(ByteView hash, std::string_view text) {
  const auto other = hash_of(text);
  return hash.size() == other.size() && CRYPTO_memcmp(hash.data(), other.data(), hash.size()) == 0;
}

Client Clients::add(const std::string& name, const Permissions& allowed, UnixTime now) {
  check_name(name);
  const std::lock_guard guard(mutex_);
  const FileLock held(directory_ / "clients.lock");
  refresh();
  if (std::ranges::find(clients_, name, &Client::name) != clients_.end())
    throw Error(Fault::exists, "there is a client of this name already: " + name,
                "remove it first: sealvault client remove --name " + name);
  auto clients = clients_;
  clients.push_back({name, random_uuid(), allowed, now, {}, {}, {}});
  write(clients);
  return clients.back();
}

template <class Change>
void Clients::change(const std::string& name, Change change) {
  const std::lock_guard guard(mutex_);
  const FileLock held(directory_ / "clients.lock");
  refresh();
  auto clients = clients_;
  const auto found = std::ranges::find(clients, name, &Client::name);
  if (found == clients.end())
    throw Error(Fault::not_found, "there is no client of this name: " + name);
  if (found->id.empty()) found->id = random_uuid();
  change(*found);
  if (found->secrets.size() > proof_limit || found->certificates.size() > proof_limit)
    throw Error(Fault::limit, "a client has at most 10 secrets and 10 certificates");
  std::erase_if(clients, [](const Client& client) { return client.name.empty(); });
  write(clients);
}

void Clients::allow(const std::string& name, const Permissions& allowed) {
  change(name, [&](Client& client) { client.allowed = allowed; });
}

void Clients::remove(const std::string& name) {
  change(name, [](Client& client) { client.name.clear(); });
}

Secret Clients::add_token(const std::string& name) {
  auto token = fresh_secret();
  change(name, [&](Client& client) { client.token = hash_of(text_of(token)); });
  return token;
}

Secret Clients::add_secret(const std::string& name, UnixTime now) {
  auto secret = fresh_secret();
  change(name, [&](Client& client) { client.secrets.emplace_back(hash_of(text_of(secret)), now); });
  return secret;
}

void Clients::remove_secrets(const std::string& name) {
  change(name, [](Client& client) {
    client.secrets.clear();
    client.certificates.clear();
  });
}

void Clients::add_certificate(const std::string& name, const std::string& pem) {
  check_certificate(pem);
  change(name, [&](Client& client) { client.certificates.push_back(pem); });
}

std::vector<Client> Clients::list() {
  const std::lock_guard guard(mutex_);
  refresh();
  return clients_;
}

std::optional<Client> Clients::find(std::string_view id) {
  const std::lock_guard guard(mutex_);
  refresh();
  const auto found = std::ranges::find_if(
      clients_, [&](const Client& client) { return !id.empty() && client.id == id; });
  return found == clients_.end() ? std::nullopt : std::optional(*found);
}

std::optional<Client> Clients::find_by_token(std::string_view token) {
  const std::lock_guard guard(mutex_);
  refresh();
  std::optional<Client> found;
  for (const auto& client : clients_)
    if (matches(client.token, token)) found = client;
  return found;
}

void Clients::refresh() {
  auto path = file();
  struct stat found {};
  bool there = ::stat(path.c_str(), &found) == 0;
  if (!there) {
    path = old_file();
    there = ::stat(path.c_str(), &found) == 0;
  }
  const auto now =
      there ? Stamp{found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec}
            : Stamp{};
  if (now == read_at_) return;
  std::vector<Client> fresh;
  try {
    if (there) {
      const auto content = json::parse(read_file(path));
      const auto* member = path == file() ? "clients" : "tokens";
      for (const auto& each : content.at(member).as_array())
        fresh.push_back(client_of(each.as_object()));
    }
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {  // Boost.JSON throws several kinds
    throw Error(Fault::corrupt, path.string() + " is not a file of clients");
  }
  clients_ = std::move(fresh);
  read_at_ = now;
}

void Clients::write(const std::vector<Client>& clients) const {
  json::array list;
  for (const auto& client : clients) list.push_back(to_json(client));
  const auto text = json::serialize(json::object{{"clients", std::move(list)}}) + '\n';
  replace_file(file(), bytes_of(text));
}

}  // namespace vault
