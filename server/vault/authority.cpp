#include "server/vault/authority.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/error.h"
#include "server/vault/master_key.h"

namespace vault {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 19> permission_names{"get",
                                                            "list",
                                                            "create",
                                                            "update",
                                                            "import",
                                                            "delete",
                                                            "recover",
                                                            "backup",
                                                            "restore",
                                                            "purge",
                                                            "encrypt",
                                                            "decrypt",
                                                            "wrapKey",
                                                            "unwrapKey",
                                                            "sign",
                                                            "verify",
                                                            "rotate",
                                                            "getrotationpolicy",
                                                            "setrotationpolicy"};
constexpr std::size_t token_octets = 32;
constexpr std::size_t token_text_limit = 512;
constexpr std::size_t name_limit = 64;

Bytes hash_of(std::string_view token) {
  Bytes out(SHA256_DIGEST_LENGTH);
  SHA256(bytes_of(token).data(), token.size(), out.data());
  return out;
}

std::set<Permission> all_permissions() {
  std::set<Permission> all;
  for (const auto name : permission_names) all.insert(permission_of(name));
  return all;
}

// RFC 6750 section 2.1; the scheme's letters do not count.
std::optional<std::string_view> bearer_token(const http::Request& request) {
  constexpr std::string_view scheme = "bearer ";
  const auto value = request.header("authorization");
  if (!value || value->size() <= scheme.size() || value->size() > token_text_limit)
    return std::nullopt;
  const auto given = value->substr(0, scheme.size());
  const auto same = [](char a, char b) { return a == b || (b != ' ' && a == (b ^ 0x20)); };
  if (!std::ranges::equal(given, scheme, same)) return std::nullopt;
  return value->substr(scheme.size());
}

void check_name(const std::string& name) {
  const auto fine = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; };
  if (name.empty() || name.size() > name_limit || !std::ranges::all_of(name, fine))
    throw Error(Fault::invalid, "not a name for a token: \"" + name + '"',
                "use letters, digits, - and _, 64 at most");
}

}  // namespace

std::string_view name_of(Permission permission) {
  return permission_names.at(static_cast<std::size_t>(permission));
}

Permission permission_of(std::string_view name) {
  const auto found = std::ranges::find(permission_names, name);
  if (found != permission_names.end())
    return static_cast<Permission>(found - permission_names.begin());
  std::string all;
  for (const auto each : permission_names) all += (all.empty() ? "" : ",") + std::string(each);
  throw Error(Fault::invalid, "no such operation to allow: " + std::string(name),
              "give some of " + all);
}

std::optional<Caller> TokenFile::caller(const http::Request& request) {
  if (request.peer.process) {
    if (request.peer.process->user != ::geteuid()) return std::nullopt;
    return Caller{"local:" + std::to_string(request.peer.process->user), all_permissions()};
  }
  const auto token = bearer_token(request);
  if (!token) return std::nullopt;
  const auto hash = hash_of(*token);
  const std::lock_guard guard(mutex_);
  refresh();
  std::optional<Caller> found;
  for (const auto& known : tokens_)
    if (CRYPTO_memcmp(known.hash.data(), hash.data(), hash.size()) == 0) found = known.caller;
  return found;
}

Secret TokenFile::add(const std::string& name, const std::set<Permission>& allowed, UnixTime now) {
  check_name(name);
  const auto held = lock();
  const std::lock_guard guard(mutex_);
  refresh();
  const auto same = [&](const Token& token) { return token.caller.name == name; };
  if (std::ranges::any_of(tokens_, same))
    throw Error(Fault::exists, "there is a token of this name already: " + name,
                "remove it first: sealvault token remove --name " + name);
  const auto text = to_base64url(random_octets(token_octets));
  auto tokens = tokens_;
  tokens.push_back({{name, allowed}, hash_of(text), now});
  write(tokens);
  return {text.begin(), text.end()};
}

void TokenFile::remove(const std::string& name) {
  const auto held = lock();
  const std::lock_guard guard(mutex_);
  refresh();
  auto tokens = tokens_;
  if (std::erase_if(tokens, [&](const Token& token) { return token.caller.name == name; }) == 0)
    throw Error(Fault::not_found, "there is no token of this name: " + name);
  write(tokens);
}

std::vector<Caller> TokenFile::list() {
  const std::lock_guard guard(mutex_);
  refresh();
  std::vector<Caller> out;
  for (const auto& token : tokens_) out.push_back(token.caller);
  return out;
}

TokenFile::Stamp TokenFile::stamp() const {
  struct stat found {};
  if (::stat(path_.c_str(), &found) != 0) return {};
  return {found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

void TokenFile::refresh() {
  const auto now = stamp();
  if (now == read_at_) return;
  std::vector<Token> fresh;
  if (now != Stamp{}) {
    try {
      const auto file = json::parse(read_file(path_));
      for (const auto& each : file.at("tokens").as_array()) {
        Token token{{json::value_to<std::string>(each.at("name")), {}},
                    from_hex(json::value_to<std::string>(each.at("sha256"))),
                    each.at("created").to_number<UnixTime>()};
        if (token.hash.size() != SHA256_DIGEST_LENGTH)
          throw Error(Fault::corrupt, path_.string() + " holds a hash of a wrong length");
        for (const auto& name : each.at("allow").as_array())
          token.caller.allowed.insert(permission_of(json::value_to<std::string>(name)));
        fresh.push_back(std::move(token));
      }
    } catch (const Error&) {
      throw;
    } catch (const std::exception&) {  // Boost.JSON throws several kinds
      throw Error(Fault::corrupt, path_.string() + " is not a token file");
    }
  }
  tokens_ = std::move(fresh);
  read_at_ = now;
}

void TokenFile::write(const std::vector<Token>& tokens) const {
  json::array list;
  for (const auto& token : tokens) {
    json::array allow;
    for (const auto permission : token.caller.allowed)
      allow.push_back(json::value(name_of(permission)));
    list.push_back({{"name", token.caller.name},
                    {"sha256", to_hex(token.hash)},
                    {"allow", std::move(allow)},
                    {"created", token.created}});
  }
  replace_file(path_, bytes_of(json::serialize(json::object{{"tokens", std::move(list)}}) + '\n'));
}

FileLock TokenFile::lock() const {
  auto path = path_;
  path += ".lock";
  return FileLock(path);
}

}  // namespace vault
