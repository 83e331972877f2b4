#pragma once
// Who calls, and what they may do. Bearer tokens are 256 random bits, printed once; the vault keeps
// their SHA-256.
//
//   tokens.json   {"tokens":[{"name":..,"sha256":hex,"allow":["get",..],"created":seconds}]}

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "server/http/message.h"
#include "server/vault/files.h"
#include "server/vault/secret.h"

namespace vault {

// Named as Azure's access policies name them.
enum class Permission {
  get,
  list,
  create,
  update,
  import,
  remove,
  recover,
  backup,
  restore,
  purge,
  encrypt,
  decrypt,
  wrap_key,
  unwrap_key,
  sign,
  verify,
  rotate,
  get_rotation_policy,
  set_rotation_policy
};
std::string_view name_of(Permission);
Permission permission_of(std::string_view name);  // throws invalid; its hint lists them

struct Caller {
  std::string name;  // for the audit log
  std::set<Permission> allowed;
};

// Nothing: the caller is unknown, and gets the challenge.
class Authority {
 public:
  virtual ~Authority() = default;
  virtual std::optional<Caller> caller(const http::Request&) = 0;  // any thread
};

// The tokens of a file, read again when it has been replaced.
class TokenFile final : public Authority {
 public:
  explicit TokenFile(Path path) : path_(std::move(path)) {}

  // On the vault's own Unix socket the kernel says who calls: its own user may do everything.
  std::optional<Caller> caller(const http::Request&) override;

  // The token. It cannot be seen again. Throws exists, invalid.
  Secret add(const std::string& name, const std::set<Permission>&, UnixTime now);
  void remove(const std::string& name);  // throws not_found
  std::vector<Caller> list();

 private:
  struct Token {
    Caller caller;
    Bytes hash;
    UnixTime created;
  };
  using Stamp = std::tuple<ino_t, off_t, time_t, long>;

  Stamp stamp() const;
  void refresh();
  void write(const std::vector<Token>&) const;
  FileLock lock() const;

  const Path path_;
  std::mutex mutex_;  // guards what follows
  Stamp read_at_{};
  std::vector<Token> tokens_;
};

}  // namespace vault
