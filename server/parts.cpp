#include "server/parts.h"

#include <unistd.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <thread>

#include "crypto/azure_vault.h"
#include "crypto/managed_roots.h"
#include "crypto/peer_certificate.h"
#include "imap/mime/brief.h"
#include "imap/mime/protected.h"
#include "server/admin/people.h"
#include "server/alerts/command_channel.h"
#include "server/alerts/state_file.h"
#include "server/alerts/webhook_channel.h"

namespace server {
namespace {

constexpr std::chrono::seconds sweep_interval{60};  // for what could not be moved before
constexpr std::chrono::seconds index_interval{5};
constexpr std::chrono::seconds purge_interval{5};
constexpr std::chrono::seconds anchors_interval{2};
constexpr std::chrono::seconds longest_command{10}, longest_webhook{10};

// A new key would open nothing of what is there, and what it seals would be lost with it.
void require_keys_of(const std::filesystem::path& data, const std::filesystem::path& keys) {
  constexpr std::pair<const char*, const char*> needed[] = {{"directory.db", "directory.key"},
                                                            {"audit.db", "signing.key"}};
  for (const auto& [file, key] : needed)
    if (std::filesystem::exists(data / file) && !std::filesystem::exists(keys / key))
      throw Error(Fault::corrupt,
                  (data / file).string() + " is there, but not its key " + (keys / key).string(),
                  "is `service_keys` the directory that belongs to this data, and mounted? Nothing "
                  "was made or changed; restore it from its backup");
}

crypto::ServiceKeys service_keys_of(const Config& config) {
  require_keys_of(config.data, config.service_keys);
  return {config.service_keys, config.data};
}

std::unique_ptr<crypto::RootKeys> opened(const VaultConfig& config, const Clock& clock) {
  crypto::AzureVaultSettings settings;
  settings.url = config.url;
  settings.ca = config.ca;
  settings.login = config.login;
  settings.resource = config.resource;
  settings.firewall_denies = config.firewall_denies;
  return std::make_unique<crypto::AzureVault>(std::move(settings), clock);
}

// Those configured, and those that are there from a time when more were configured.
std::set<unsigned> database_numbers(const std::filesystem::path& mail, unsigned configured) {
  std::set<unsigned> out;
  for (unsigned number = 1; number <= configured; ++number) out.insert(number);
  if (!std::filesystem::exists(mail)) return out;
  for (const auto& entry : std::filesystem::directory_iterator(mail)) {
    const auto name = entry.path().filename().string();
    unsigned number = 0;
    const auto* end = name.data() + name.size();
    if (std::from_chars(name.data(), end, number).ptr == end && number > 0) out.insert(number);
  }
  return out;
}

policy::Mailboxes::Databases opened_databases(const std::filesystem::path& data, unsigned count) {
  policy::Mailboxes::Databases out;
  for (const auto number : database_numbers(data / "mail", count)) {
    const DatabaseId id(number);
    out[id] = std::make_unique<storage::MailDatabase>(id, data / "mail" / std::to_string(number));
  }
  return out;
}

std::unique_ptr<policy::AccessTokens> access_tokens(const Config& config, const Clock& wall,
                                                    const Clock& steady) {
  if (!config.oauth) return nullptr;
  const auto& oauth = *config.oauth;
  auto source = oauth.keys_file ? policy::keys_in_file(*oauth.keys_file)
                                : policy::keys_at_url(oauth.keys_url.value(), oauth.keys_ca);
  return std::make_unique<policy::AccessTokens>(
      oauth.tokens, std::make_unique<policy::TokenKeys>(std::move(source), steady), wall);
}

policy::AlertWatch::Channels channels(const Config& config) {
  policy::AlertWatch::Channels all;
  if (!config.alerts.command.empty())
    all.push_back(std::make_unique<alerts::CommandChannel>(config.alerts.command, config.host_name,
                                                           longest_command));
  if (config.alerts.webhook)
    all.push_back(std::make_unique<alerts::WebhookChannel>(*config.alerts.webhook, config.host_name,
                                                           longest_webhook));
  return all;
}

// A file that is no certificate is refused where it is to be served.
std::optional<UnixTime> certificate_expiry_of(const Config& config) try {
  if (!config.tls) return std::nullopt;
  std::ifstream in(config.tls->certificate);
  return crypto::certificate_expiry({std::istreambuf_iterator<char>(in), {}});
} catch (const Error& error) {
  if (error.fault() != Fault::invalid) throw;
  return std::nullopt;
}

}  // namespace

Parts::Parts(const Config& config, const std::set<uid_t>& users)
    : tls_certificate_expires(certificate_expiry_of(config)),
      service_keys(service_keys_of(config)),
      anchors(config.service_keys),
      directory(config.data, service_keys.directory_key(), anchors),
      ledger_rows(config.data, service_keys, anchors),
      ledger(ledger_rows, directory, clock),
      owner_ledger(ledger, [](crypto::AdminId id) { return admin::described_user(id.value); }),
      audit(config.data, service_keys, clock, config.host_name),
      admins(directory, audit, clock, geteuid(), users),
      ring(directory, roots, service_keys, audit, leases,
           {config.dep_key_ttl, config.availability_max}),
      databases(opened_databases(config.data, config.databases)),
      spool(config.data, service_keys, anchors),
      roll_backs(directory, anchors, databases, spool, ledger_rows),
      mailboxes(directory, ring, databases, leases, config.mailbox_linger),
      quota_admins(directory, mailboxes, audit, config.imap_quota_admins),
      sharing(directory, audit, config.imap_share_with_anyone),
      url_access(directory, mailboxes, clock, config.host_name),
      sweep(directory, ring, audit, clock),
      deps(directory, roots, service_keys, sweep, clock, config.active_deps),
      rotation(directory, roots, service_keys, deps, sweep, clock),
      mailbox_rotation(directory, ring, mailboxes, audit),
      indexing(mailboxes, databases, leases, imap::mime::briefs_of),
      conversion(directory, mailboxes, audit),
      purges({directory,
              service_keys,
              ring,
              mailboxes,
              databases,
              spool,
              audit,
              clock,
              {config.host_name}},
             roots, deps, config.purge_grace, policy::log_purge_step),
      tokens(access_tokens(config, clock, leases)),
      login(
          directory, leases,
          [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }, tokens.get()),
      recipients(directory, config.domains),
      delivery(recipients, mailboxes, clock, config.host_name),
      outgoing(spool, directory, mailboxes, delivery, clock, config.outgoing),
      ledger_notices(ledger, owner_ledger, delivery),
      key_facts(directory, roots, service_keys, rotation, leases,
                {config.dep_key_ttl, config.availability_max}),
      alert_facts(
          directory, roots, rotation, sweep, ring, clock, [this] { return audit.broken(); },
          [this] { return roll_backs.summary(); }, config.alerts.sweep_overdue,
          tls_certificate_expires),
      alerts([this](const std::stop_token& stop) { return alert_facts.gathered(stop); },
             std::make_unique<alerts::StateFile>(config.service_keys), channels(config), clock) {
  mailboxes.set_default_limits(config.quota);
  mailboxes.set_budget(config.memory);
  mailboxes.hold_back(roll_backs.not_restored());
  mailboxes.encrypt_with(imap::mime::protect);
  auto managed = std::make_unique<crypto::ManagedRoots>(service_keys);
  const auto root_a = managed->ensure("a");
  const auto root_b = managed->ensure("b");
  roots.add(std::string(crypto::managed_vault), std::move(managed));
  for (const auto& vault : config.vaults) roots.add(vault.url, opened(vault, clock));
  deps.ensure_managed(root_a, root_b);
  rotation.destroy_former_availability_keys();
  roll_backs.start(anchors_interval);
  sweep.start(sweep_interval);
  mailbox_rotation.start(sweep_interval);
  indexing.start(index_interval);
  conversion.start(sweep_interval);
  purges.start(purge_interval);
  alerts.start(config.alerts.interval);
  outgoing.start();
  ledger.start();
  ledger_notices.start();
}

}  // namespace server
