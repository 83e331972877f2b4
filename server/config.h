#pragma once
// The configuration: one TOML file, every key documented in server/sealpost.sample.toml. An unknown
// key, a wrong type or a value out of range is refused with file and line, and what is allowed.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "crypto/token_source.h"
#include "crypto/url.h"
#include "imap/notes.h"
#include "imap/quirks.h"
#include "policy/access_tokens.h"
#include "policy/memory_budget.h"
#include "policy/sharing.h"
#include "server/alerts/webhook_channel.h"
#include "server/listen_address.h"
#include "server/networks.h"
#include "server/outgoing/settings.h"
#include "server/smtp/from_check.h"
#include "storage/quota.h"

namespace server {

// Where IMAP, submission listen: `plain` offers STARTTLS, `tls` begins with the handshake.
struct Ports {
  std::vector<ListenAddress> plain, tls;
};

struct TlsFiles {
  std::filesystem::path certificate, key;          // PEM
  std::optional<std::filesystem::path> client_ca;  // PEM: whose certificates clients may show
};

// Whose access tokens are taken, and where the keys that sign them are: a file, or an https URL.
struct OAuthConfig {
  policy::TokenSettings tokens;
  std::optional<std::filesystem::path> keys_file;
  std::optional<crypto::Url> keys_url;
  std::optional<std::filesystem::path> keys_ca;  // PEM, for keys_url; none: the system's
};

struct VaultConfig {
  std::string url;  // "https://host:port"
  std::filesystem::path ca;
  crypto::LoginSettings login;  // token_file, client_secret_file, client_certificate or
                                // managed_identity, with what belongs to it
  std::string resource;         // pinned; empty: a parent domain of the vault's host
  bool firewall_denies = true;  // firewall
};

struct LimitsConfig {
  std::uint64_t message_size = 64u << 20;  // octets: SMTP SIZE and IMAP APPEND
  unsigned recipients = 1000;              // a transaction
  unsigned hops = 100;                     // Received fields of a message
  unsigned connections = 20'000;           // of all
  unsigned connections_per_address = 500;  // loopback and local sockets are not counted
  unsigned connections_per_user = 50;
};

// A path of the configuration, and where it stands there: "FILE:LINE: [tls] key".
struct NeededPath {
  enum class Kind { file, directory } kind;
  std::filesystem::path path;
  std::string place;
};

struct AlertsConfig {
  std::chrono::seconds interval{60};
  std::chrono::seconds sweep_overdue{3600};
  std::vector<std::string> command;  // program and arguments; empty: none
  std::optional<alerts::Webhook> webhook;
};

struct Config {
  std::vector<NeededPath> paths;  // for check_paths

  // [server]
  std::string host_name;
  std::set<std::string> domains;  // lower case
  std::filesystem::path data, service_keys;
  std::string user;  // to run as, once ports are bound; empty: unchanged
  logging::Level log_level = logging::Level::info;
  unsigned threads = 0;  // 0: one a core

  Networks front_ends;  // [server] front_ends: whose XCLIENT is believed
  smtp::FromCheck submission_from = smtp::FromCheck::sender;  // [submission] from

  std::optional<TlsFiles> tls;                    // [tls]
  std::optional<OAuthConfig> oauth;               // [oauth]
  Ports imap;                                     // [imap]
  bool imap_cleartext_on_loopback = false;        // cleartext_login_on_loopback
  std::vector<imap::Withheld> imap_withheld;      // [[imap.withhold]]
  imap::Notes imap_notes;                         // admin_contact, comment
  std::vector<ListenAddress> smtp;                // [smtp]
  Ports submission;                               // [submission]
  bool submission_cleartext_on_loopback = false;  // cleartext_login_on_loopback
  std::vector<ListenAddress> lmtp;                // [lmtp]
  std::filesystem::path admin_socket;             // [admin] socket
  std::vector<std::string> admin_users;   // users: who may ask, besides root and the own user
  LimitsConfig limits;                    // [limits]
  std::vector<VaultConfig> vaults;        // [[vault]]
  std::chrono::seconds dep_key_ttl{900};  // [keys]
  std::chrono::seconds availability_max{72 * 3600};
  std::chrono::seconds mailbox_linger{60};
  policy::MemoryBudget memory;  // [memory]
  std::size_t active_deps = 50;
  std::chrono::seconds purge_grace{72 * 3600};
  storage::QuotaLimits quota;  // [quota]
  // [imap] share_with_anyone
  policy::Sharing::Anyone imap_share_with_anyone = policy::Sharing::Anyone::refused;
  std::set<std::string> imap_quota_admins;  // [imap] quota_admins; lower case
  unsigned databases = 4;                   // [storage]
  AlertsConfig alerts;                      // [alerts]
  outgoing::Settings outgoing;              // [outgoing]
};

// Paths that are not absolute are taken from the directory of the file. Throws invalid with
// "FILE:LINE: what is wrong" and, as hint, what is allowed; not_found when there is no such file.
Config read_config(const std::filesystem::path& file);

// Are the files of the configuration there and readable, can the directories be made, and do
// certificate and key belong together? Throws invalid with the place in the configuration.
// Blocking.
void check_paths(const Config&);

// The same as read_config, from text; `file` names it in errors.
Config parse_config(std::string_view text, const std::filesystem::path& file);

}  // namespace server
