#pragma once
// The directory of a vault: what is in it, and how it is made and opened.
//
//   vault.json         {"version":1, "tenant":uuid, "resource":url, "recoverable_days":90,
//                      "purge_protection":true}; where a token holds the keys also
//                      "pkcs11":{"module":path, "token":label, "pin_file":path, "marker":hex}
//   address            "127.0.0.1:8443": where it is served, or was last
//   master.key         master_key.h          keys/          key_files.h
//   clients.json       clients.h             audit.log, audit.checkpoint   audit.h
//   tls/cert.pem       what clients trust    tls/key.pem    its private key
//   lock               held by whoever has the keys open
//   control.sock       while it is served: for commands of its own user

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/vault/api.h"
#include "server/vault/clients.h"
#include "server/vault/faults.h"
#include "server/vault/housekeeping.h"
#include "server/vault/pkcs11_session.h"

namespace vault {

struct Directory {
  Path root;

  Path settings() const { return root / "vault.json"; }
  Path address() const { return root / "address"; }
  Path master() const { return root / "master.key"; }
  Path keys() const { return root / "keys"; }
  AuditFiles audit() const { return {root / "audit.log", root / "audit.checkpoint"}; }
  Path tls() const { return root / "tls"; }
  Path certificate() const { return tls() / "cert.pem"; }
  Path tls_key() const { return tls() / "key.pem"; }
  Path lock() const { return root / "lock"; }
  Path control() const { return root / "control.sock"; }

  // "127.0.0.1:8443". Throws not_found with a hint when this is no vault.
  std::string served_at() const;
};

struct NewVault {
  std::string listen;              // host:port
  std::vector<std::string> hosts;  // for the certificate, besides 127.0.0.1 and localhost
  std::string resource;
  std::optional<Secret> passphrase;
  Recovery recovery = {};
  std::optional<Path> master = {};          // of another vault, whose backups are to open here
  std::optional<TokenSettings> token = {};  // holds the keys; its marker is made here
};
// Throws exists, invalid, unavailable (the token).
void make_vault(const Directory&, NewVault);

// Deleted keys are purged at their date and not before, for good: it cannot be turned off. Not
// while the vault runs: throws exists.
void protect_from_purge(const Directory&);

// How a vault is opened, besides its passphrase.
struct Opening {
  ApiLimits limits = {};
  bool allow_faults = false;
  std::function<void(bool bad)> show_certificate = [](bool) {};
};

// A vault with its keys in memory, of which there is one at a time. Throws exists while another
// process has it, not_found, denied (passphrase), corrupt. A token need not be there.
class OpenVault {
 public:
  OpenVault(const Directory&, const std::optional<Secret>& passphrase, const Opening&);

  Api& api() { return api_; }
  AuditLog& audit() { return audit_; }
  const Clock& clock() const { return clock_; }
  Housekeeping& housekeeping() { return housekeeping_; }

 private:
  const FileLock lock_;  // first
  const Challenge challenge_;
  const MasterKey master_;
  SystemClock clock_;
  const std::unique_ptr<KeyBackend> backend_;
  Store store_;
  Clients clients_;
  AccessTokens tokens_;
  ClientAuthority authority_;
  AuditLog audit_;
  Faults faults_;
  Api api_;
  Housekeeping housekeeping_;
};

}  // namespace vault
