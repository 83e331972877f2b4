#include "server/config.h"

#include <algorithm>
#include <fstream>

#include "server/config_section.h"
#include "server/process.h"
#include "server/size_text.h"

namespace server {
namespace {

constexpr std::size_t file_limit = 1 << 20;  // octets
constexpr std::size_t note_limit = 1024;

logging::Level level_named(Section& section, std::string_view key) {
  const auto name = section.text_or(key, "info");
  if (name == "debug") return logging::Level::debug;
  if (name == "info") return logging::Level::info;
  if (name == "warning") return logging::Level::warning;
  if (name == "error") return logging::Level::error;
  return section.checked(key, [&]() -> logging::Level {
    throw Error(Fault::invalid, "not a level", "allowed: debug, info, warning, error");
  });
}

std::string lower_ascii(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string checked_domain(std::string domain) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  domain = lower_ascii(std::move(domain));
  if (domain.empty() || domain.size() > 255 || domain.front() == '.' || domain.back() == '.' ||
      !std::ranges::all_of(domain, good))
    throw Error(Fault::invalid, "\"" + domain + "\" is no domain name",
                "a domain is \"example.org\"");
  return domain;
}

void read_server(Section& section, Config& config) {
  config.host_name = section.text("host_name");
  config.host_name = section.checked("host_name", [&] { return checked_domain(config.host_name); });
  for (auto& domain : section.texts("domains"))
    config.domains.insert(section.checked("domains", [&] { return checked_domain(domain); }));
  if (config.domains.empty()) section.text("domains");
  config.data = section.directory("data");
  config.service_keys = section.directory("service_keys");
  config.user = section.text_or("user", "");
  if (!config.user.empty()) section.checked("user", [&] { return user_id(config.user); });
  config.log_level = level_named(section, "log_level");
  config.threads = section.number<unsigned>("threads", config.threads, 0, 256);
  const auto front_ends = section.texts("front_ends");
  if (!front_ends.empty())
    config.front_ends = section.checked("front_ends", [&] { return Networks(front_ends); });
}

void read_tls(Section& section, Config& config) {
  config.tls = TlsFiles{section.file("certificate"), section.file("key"), std::nullopt};
  if (section.has("client_ca")) config.tls->client_ca = section.file("client_ca");
}

std::string note(Section& section, std::string_view key) {
  auto text = section.text_or(key, "");
  if (text.size() > note_limit) section.refuse(key, "longer than 1024 octets", "make it shorter");
  return text;
}

void read_imap(Section& section, Config& config) {
  config.imap = {section.addresses("listen"), section.addresses("listen_tls")};
  config.imap_cleartext_on_loopback = section.flag("cleartext_login_on_loopback", false);
  for (auto& each : section.tables("withhold")) {
    imap::Withheld row{each.text_or("client", ""), each.text_or("account", ""),
                       each.texts("capabilities")};
    if (row.capabilities.empty() && each.has("capabilities"))
      each.refuse("capabilities", "names at least one", "such as \"UIDONLY\"");
    if (row.capabilities.empty()) each.text("capabilities");
    each.finish();
    config.imap_withheld.push_back(std::move(row));
  }
  if (section.flag("share_with_anyone", false))
    config.imap_share_with_anyone = policy::Sharing::Anyone::allowed;
  for (auto& name : section.texts("quota_admins"))
    config.imap_quota_admins.insert(lower_ascii(std::move(name)));
  config.imap_notes = {note(section, "admin_contact"), note(section, "comment")};
  const auto& contact = config.imap_notes.admin;
  if (!contact.empty() && contact.find(':') == std::string::npos)
    section.refuse("admin_contact", "not a URI", "\"mailto:postmaster@example.org\"");
}

void read_smtp(Section& section, Config& config) { config.smtp = section.addresses("listen"); }

void read_submission(Section& section, Config& config) {
  config.submission = {section.addresses("listen"), section.addresses("listen_tls")};
  config.submission_cleartext_on_loopback = section.flag("cleartext_login_on_loopback", false);
  using smtp::FromCheck;
  constexpr FromCheck checks[] = {FromCheck::sender, FromCheck::own, FromCheck::any};
  config.submission_from = checks[section.one_of("from", {"sender", "own", "any"})];
}

void read_lmtp(Section& section, Config& config) { config.lmtp = section.addresses("listen"); }

void read_admin(Section& section, Config& config) {
  config.admin_socket = section.path("socket");
  config.admin_users = section.texts("users");
  for (const auto& user : config.admin_users)
    section.checked("users", [&] { return user_id(user); });
}

void read_limits(Section& section, Config& config) {
  auto& limits = config.limits;
  limits.message_size =
      section.number<std::uint64_t>("message_size", limits.message_size, 64 << 10, 1 << 30);
  limits.recipients = section.number<unsigned>("recipients", limits.recipients, 100, 100'000);
  limits.hops = section.number<unsigned>("hops", limits.hops, 10, 1000);
  limits.connections = section.number<unsigned>("connections", limits.connections, 1, 1'000'000);
  limits.connections_per_address = section.number<unsigned>(
      "connections_per_address", limits.connections_per_address, 1, 1'000'000);
  limits.connections_per_user =
      section.number<unsigned>("connections_per_user", limits.connections_per_user, 1, 1'000'000);
}

void read_keys(Section& section, Config& config) {
  config.dep_key_ttl = section.seconds("dep_key_ttl", config.dep_key_ttl, 0, 24 * 3600);
  config.availability_max =
      section.seconds("availability_max", config.availability_max, 0, 365 * 24 * 3600);
  config.active_deps = section.number<std::size_t>("active_deps", config.active_deps, 1, 100'000);
  config.purge_grace = section.seconds("purge_grace", config.purge_grace, 0, 365 * 24 * 3600);
  config.mailbox_linger = section.seconds("mailbox_linger", config.mailbox_linger, 0, 24 * 3600);
}

void read_memory(Section& section, Config& config) {
  auto& memory = config.memory;
  memory.mailboxes = section.number<std::size_t>("mailboxes", memory.mailboxes, 1, 100'000);
  const auto size = section.text_or("plaintext", "");
  if (!size.empty())
    memory.plaintext = section.checked("plaintext", [&] { return parsed_size(size); });
}

void read_storage(Section& section, Config& config) {
  config.databases = section.number<unsigned>("databases", config.databases, 1, 1000);
}

// 0, or no text: no limit.
std::optional<std::uint64_t> limit_of(std::uint64_t number) {
  return number == 0 ? std::nullopt : std::optional(number);
}

void read_quota(Section& section, Config& config) {
  const auto size = section.text_or("storage", "");
  if (!size.empty())
    config.quota.octets = limit_of(section.checked("storage", [&] { return parsed_size(size); }));
  config.quota.messages = limit_of(section.number<std::uint64_t>("messages", 0, 0, INT64_MAX));
  config.quota.folders = limit_of(section.number<std::uint64_t>("folders", 0, 0, 1'000'000));
}

void read_alerts(Section& section, Config& config) {
  auto& alerts = config.alerts;
  alerts.interval = section.seconds("interval", alerts.interval, 1, 24 * 3600);
  alerts.sweep_overdue = section.seconds("sweep_overdue", alerts.sweep_overdue, 1, 365 * 24 * 3600);
  alerts.command = section.texts("command");
  if (!alerts.command.empty() && !alerts.command[0].starts_with('/'))
    section.refuse("command", "the program's path begins with /", "no shell looks for it");
  if (section.has("webhook"))
    alerts.webhook =
        section.checked("webhook", [&] { return alerts::parsed_webhook(section.text("webhook")); });
  if (!section.has("webhook_ca")) return;
  if (!alerts.webhook) section.refuse("webhook_ca", "there is no webhook");
  alerts.webhook->ca = section.file("webhook_ca");
}

struct SectionReader {
  std::string_view name;
  void (*read)(Section&, Config&);
  enum class Presence { needed, optional } presence;
};

constexpr SectionReader sections[] = {
    {"server", read_server, SectionReader::Presence::needed},
    {"tls", read_tls, SectionReader::Presence::optional},
    {"oauth", read_oauth, SectionReader::Presence::optional},
    {"imap", read_imap, SectionReader::Presence::optional},
    {"smtp", read_smtp, SectionReader::Presence::optional},
    {"submission", read_submission, SectionReader::Presence::optional},
    {"lmtp", read_lmtp, SectionReader::Presence::optional},
    {"admin", read_admin, SectionReader::Presence::needed},
    {"limits", read_limits, SectionReader::Presence::optional},
    {"keys", read_keys, SectionReader::Presence::optional},
    {"memory", read_memory, SectionReader::Presence::optional},
    {"storage", read_storage, SectionReader::Presence::optional},
    {"quota", read_quota, SectionReader::Presence::optional},
    {"alerts", read_alerts, SectionReader::Presence::optional},
    {"outgoing", read_outgoing, SectionReader::Presence::optional},
};

class Reader {
 public:
  Reader(const toml::table& root, const std::filesystem::path& file)
      : root_(root), file_(file), top_(root, "", file, config_.paths) {}

  Config read() {
    config_.memory.plaintext = memory_of_machine() / 2;
    for (const auto& section : sections) read_section(section);
    read_vaults();
    top_.finish();
    check_whole();
    return std::move(config_);
  }

 private:
  void read_section(const SectionReader& reader) {
    const auto name = std::string(reader.name);
    if (!top_.has(name)) {
      if (reader.presence == SectionReader::Presence::needed)
        top_.fail(root_, '[' + name + ']', "this section is needed");
      return;
    }
    const auto* table = root_.get(name)->as_table();
    if (!table) top_.fail(*root_.get(name), name, "expected a section: [" + name + ']');
    Section section(*table, '[' + name + "] ", file_, config_.paths);
    reader.read(section, config_);
    section.finish();
  }

  void read_vaults() {
    if (!top_.has("vault")) return;
    const auto* array = root_.get("vault")->as_array();
    if (!array || !array->is_homogeneous<toml::table>())
      top_.fail(*root_.get("vault"), "vault", "expected sections: [[vault]]");
    for (const auto& item : *array) {
      Section section(*item.as_table(), "[[vault]] ", file_, config_.paths);
      read_vault(section, config_);
      section.finish();
    }
  }

  // What no single key can say.
  void check_whole() {
    const auto& imap = config_.imap;
    const auto& submission = config_.submission;
    if ((!imap.tls.empty() || !submission.tls.empty()) && !config_.tls)
      top_.fail(root_, "listen_tls", "needs a [tls] section");
    if (imap.plain.empty() && imap.tls.empty() && config_.smtp.empty() &&
        submission.plain.empty() && submission.tls.empty() && config_.lmtp.empty())
      top_.fail(root_, "listen", "no server listens anywhere");
    check_apart("service_keys", config_.service_keys, "data", config_.data);
    check_apart("data", config_.data, "service_keys", config_.service_keys);
  }

  void check_apart(std::string_view key, const std::filesystem::path& inner,
                   const std::string& other, const std::filesystem::path& outer) {
    const auto inside = inner.lexically_relative(outer);
    if (!inside.empty() && *inside.begin() != "..")
      top_.fail(*root_.get("server"), key, "must not lie inside " + other,
                "service keys open managed mail: keep them on another disk, with other backups");
  }

  const toml::table& root_;
  const std::filesystem::path& file_;
  Config config_;
  Section top_;
};

std::string contents(const std::filesystem::path& file) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  std::ifstream in(file, std::ios::binary);
  if (failure || !in) throw Error(Fault::not_found, file.string() + ": cannot be read");
  if (size > file_limit) throw Error(Fault::too_big, file.string() + ": larger than 1 MiB");
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

Config parse_config(std::string_view text, const std::filesystem::path& file) {
  try {
    const auto root = toml::parse(text, file.string());
    return Reader(root, file).read();
  } catch (const toml::parse_error& error) {
    throw Error(Fault::invalid, fmt::format("{}:{}: {}", file.string(), error.source().begin.line,
                                            error.description()));
  }
}

Config read_config(const std::filesystem::path& file) { return parse_config(contents(file), file); }

}  // namespace server
