#pragma once
// The clients of a vault: what each may do, and how it proves who it is. Tokens and secrets are 256
// random bits, shown once; the vault keeps their SHA-256.
//
//   clients.json   {"clients":[{"name":..,"id":uuid,"allow":["get",..],"created":seconds,
//                    "token":hex, "secrets":[{"sha256":hex,"created":seconds}],
//                    "certificates":[PEM,..]}]}
//   tokens.json    what older vaults have instead: {"tokens":[{"name","sha256","allow","created"}]}

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "server/vault/authority.h"
#include "server/vault/files.h"
#include "server/vault/secret.h"

namespace vault {

struct Client {
  std::string name, id;
  Permissions allowed;
  UnixTime created = 0;
  Bytes token;  // hash; empty: it has none
  std::vector<std::pair<Bytes, UnixTime>> secrets;
  std::vector<std::string> certificates;
};

// Any thread, and several processes: the file is read again when it has been replaced.
class Clients {
 public:
  explicit Clients(Path directory) : directory_(std::move(directory)) {}

  // Throw exists, not_found, invalid, unavailable.
  Client add(const std::string& name, const Permissions&, UnixTime now);
  void allow(const std::string& name, const Permissions&);
  void remove(const std::string& name);
  // For a bearer token of its own, that never expires: there is one.
  Secret add_token(const std::string& name);
  // For the token endpoint: there may be several, so that one can be replaced by the next.
  Secret add_secret(const std::string& name, UnixTime now);
  void remove_secrets(const std::string& name);
  // PEM, RSA. Throws invalid.
  void add_certificate(const std::string& name, const std::string& pem);

  std::vector<Client> list();
  std::optional<Client> find(std::string_view id);
  std::optional<Client> find_by_token(std::string_view token);

 private:
  using Stamp = std::tuple<ino_t, off_t, time_t, long>;

  Path file() const { return directory_ / "clients.json"; }
  Path old_file() const { return directory_ / "tokens.json"; }
  void refresh();
  void write(const std::vector<Client>&) const;
  template <class Change>
  void change(const std::string& name, Change);

  const Path directory_;
  std::mutex mutex_;  // guards what follows
  Stamp read_at_{};
  std::vector<Client> clients_;
};

// Is it the text that was hashed?
bool matches(ByteView hash, std::string_view text);

}  // namespace vault
