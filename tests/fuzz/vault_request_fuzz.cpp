// A request of any octets to a real vault: first line the method and target, then the body. The
// caller may not create or change keys (that takes long); those bodies are parsed by themselves.

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>

#include "server/http/target.h"
#include "server/vault/body.h"
#include "server/vault/directory.h"
#include "server/vault/requests.h"
#include "server/vault/software_keys.h"

namespace {

using vault::Permission;

class Everybody final : public vault::Authority {
 public:
  std::optional<vault::Caller> caller(const http::Request& request) override {
    if (request.target.starts_with("/tenant")) return std::nullopt;  // to the token endpoint
    return vault::Caller{
        "fuzz",
        {Permission::get, Permission::list, Permission::backup, Permission::encrypt,
         Permission::decrypt, Permission::wrap_key, Permission::unwrap_key, Permission::sign,
         Permission::verify, Permission::get_rotation_policy},
        false};
  }
};

// Removed at exit.
class Place {
 public:
  Place() {
    auto pattern = (std::filesystem::temp_directory_path() / "vault-fuzz-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Place() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Vault {
  Place place;
  ManualClock clock{1'000'000};
  vault::SoftwareKeys backend;
  vault::Store store{place.path() / "keys",
                     vault::MasterKey::create(place.path() / "master.key", std::nullopt),
                     backend,
                     clock,
                     {}};
  Everybody everybody;
  vault::Clients clients{place.path()};
  const vault::Challenge challenge{"tenant", "https://vault.azure.net"};
  const vault::AccessTokens tokens{vault::Secret(32), challenge, clock};
  vault::AuditLog audit{
      {place.path() / "log", place.path() / "checkpoint"}, vault::Secret(32), clock};
  vault::Faults faults{false, [](bool) {}};
  vault::Api api{
      {store, everybody, clients, tokens, audit, faults, clock}, challenge, {1'000'000'000}};

  Vault() { store.create("root", 2048, {true, {}, {}, {"wrapKey", "unwrapKey"}, {}}); }
};

template <class Parse>
void parsed(Parse parse, std::string_view body) {
  try {
    parse(body);
  } catch (const vault::Refusal& refusal) {
    if (refusal.status != 400) std::abort();
  }
}

// Every answer is JSON, and every error has the contract's form.
void check(const http::Response& response) {
  const auto body = boost::json::parse(response.body);
  if (response.status >= 500) std::abort();
  if (response.status < 400) return;
  const auto& error = body.at("error");  // of the token endpoint, a text
  if (!error.is_string() && !error.at("code").is_string()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Vault vault;
  const auto input = text_of({data, size});
  const auto line = input.substr(0, input.find('\n'));
  const auto blank = line.find(' ');
  const auto body = input.substr(std::min(line.size() + 1, input.size()));
  if (blank == line.npos) return 0;
  const http::Request request{std::string(line.substr(0, blank)),
                              std::string(line.substr(blank + 1)),
                              {{"Host", "127.0.0.1:1"}},
                              std::string(body),
                              {}};
  check(vault.api.handle(request));
  parsed(vault::parse_create, body);
  parsed(vault::parse_change, body);
  parsed(vault::parse_operation, body);
  parsed(vault::parse_import, body);
  parsed(vault::parse_sign, body);
  parsed(vault::parse_verify, body);
  parsed(vault::parse_restore, body);
  parsed([](std::string_view text) { vault::disturbance_of(vault::Body(text).root()); }, body);
  parsed([](std::string_view text) { vault::parse_rotation(text, 1'000'000); }, body);
  return 0;
}
