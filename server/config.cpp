#include "server/config.h"

#include <fmt/format.h>

#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>
#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "crypto/root_keys.h"
#include "crypto/url.h"
#include "server/process.h"

namespace server {
namespace {

constexpr std::size_t file_limit = 1 << 20;  // octets

// One table of the file. Every key must be asked for by name; finish() refuses the others.
class Section {
 public:
  Section(const toml::table& table, std::string name, const std::filesystem::path& file)
      : table_(table), name_(std::move(name)), file_(file) {}

  bool has(std::string_view key) { return find(key) != nullptr; }

  template <class Value>
  std::optional<Value> value(std::string_view key, const char* type) {
    const auto* node = find(key);
    if (!node) return {};
    auto out = node->value_exact<Value>();
    if (!out) fail(*node, key, "expected " + std::string(type));
    return out;
  }

  std::string text(std::string_view key) {
    const auto out = value<std::string>(key, "a string");
    if (!out || out->empty()) fail(out ? *find(key) : table_, key, "this key is needed");
    return *out;
  }
  std::string text_or(std::string_view key, std::string otherwise) {
    return value<std::string>(key, "a string").value_or(std::move(otherwise));
  }
  bool flag(std::string_view key, bool otherwise) {
    return value<bool>(key, "true or false").value_or(otherwise);
  }
  std::filesystem::path path(std::string_view key) {
    return (std::filesystem::absolute(file_).parent_path() / text(key)).lexically_normal();
  }

  template <class Number>
  Number number(std::string_view key, Number otherwise, std::int64_t least, std::int64_t most) {
    const auto out = value<std::int64_t>(key, "a whole number");
    if (!out) return otherwise;
    if (*out < least || *out > most)
      fail(*find(key), key, fmt::format("must be from {} to {}", least, most));
    return static_cast<Number>(*out);
  }
  std::chrono::seconds seconds(std::string_view key, std::chrono::seconds otherwise,
                               std::int64_t least, std::int64_t most) {
    return std::chrono::seconds(number<std::int64_t>(key, otherwise.count(), least, most));
  }

  // An array of strings, or one string.
  std::vector<std::string> texts(std::string_view key) {
    const auto* node = find(key);
    if (!node) return {};
    if (const auto one = node->value_exact<std::string>()) return {*one};
    const auto* array = node->as_array();
    if (!array) fail(*node, key, "expected an array of strings");
    std::vector<std::string> out;
    for (const auto& item : *array) {
      const auto word = item.value_exact<std::string>();
      if (!word) fail(item, key, "expected an array of strings");
      out.push_back(*word);
    }
    return out;
  }

  // Which of these words it is; the first where it is not said.
  std::size_t one_of(std::string_view key, const std::vector<std::string>& words) {
    const auto found = std::ranges::find(words, text_or(key, words.front()));
    if (found == words.end())
      refuse(key, "not a word for this", fmt::format("allowed: {}", fmt::join(words, ", ")));
    return static_cast<std::size_t>(found - words.begin());
  }

  // For a key that is there.
  [[noreturn]] void refuse(std::string_view key, const std::string& why,
                           const std::string& hint =
                               "server/sealpost.sample.toml shows what "
                               "goes together") {
    fail(*find(key), key, why, hint);
  }

  // What `make` throws is told with file and line.
  template <class Make>
  auto checked(std::string_view key, Make make) {
    try {
      return make();
    } catch (const Error& error) {
      fail(*find(key), key, error.what(), error.hint());
    }
  }

  std::vector<ListenAddress> addresses(std::string_view key) {
    std::vector<ListenAddress> out;
    for (const auto& word : texts(key))
      out.push_back(checked(key, [&] { return ListenAddress::parsed(word); }));
    return out;
  }

  void finish() const {
    for (const auto& [key, node] : table_)
      if (std::ranges::find(asked_, key.str()) == asked_.end())
        fail(node, key.str(), "unknown key",
             "allowed here: " + fmt::format("{}", fmt::join(asked_, ", ")));
  }

  [[noreturn]] void fail(
      const toml::node& node, std::string_view key, const std::string& why,
      const std::string& hint = "server/sealpost.sample.toml documents every key") const {
    throw Error(
        Fault::invalid,
        fmt::format("{}:{}: {}{}: {}", file_.string(), node.source().begin.line, name_, key, why),
        hint);
  }

 private:
  const toml::node* find(std::string_view key) {
    if (std::ranges::find(asked_, key) == asked_.end()) asked_.emplace_back(key);
    return table_.get(key);
  }

  const toml::table& table_;
  std::string name_;  // "[imap] ", for errors
  const std::filesystem::path& file_;
  std::vector<std::string> asked_;
};

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
  config.data = section.path("data");
  config.service_keys = section.path("service_keys");
  config.user = section.text_or("user", "");
  if (!config.user.empty()) section.checked("user", [&] { return user_id(config.user); });
  config.log_level = level_named(section, "log_level");
  config.threads = section.number<unsigned>("threads", config.threads, 0, 256);
}

void read_tls(Section& section, Config& config) {
  config.tls = TlsFiles{section.path("certificate"), section.path("key")};
}

void read_imap(Section& section, Config& config) {
  config.imap = {section.addresses("listen"), section.addresses("listen_tls")};
  config.imap_cleartext_on_loopback = section.flag("cleartext_login_on_loopback", false);
}

void read_smtp(Section& section, Config& config) { config.smtp = section.addresses("listen"); }

void read_submission(Section& section, Config& config) {
  config.submission = {section.addresses("listen"), section.addresses("listen_tls")};
  config.submission_cleartext_on_loopback = section.flag("cleartext_login_on_loopback", false);
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
  limits.connections = section.number<unsigned>("connections", limits.connections, 1, 1'000'000);
  limits.connections_per_address = section.number<unsigned>(
      "connections_per_address", limits.connections_per_address, 1, 1'000'000);
  limits.connections_per_user =
      section.number<unsigned>("connections_per_user", limits.connections_per_user, 1, 1'000'000);
}

void read_keys(Section& section, Config& config) {
  config.dep_key_ttl = section.seconds("dep_key_ttl", config.dep_key_ttl, 1, 24 * 3600);
  config.active_deps = section.number<std::size_t>("active_deps", config.active_deps, 1, 100'000);
  config.mailbox_linger = section.seconds("mailbox_linger", config.mailbox_linger, 0, 24 * 3600);
}

void read_storage(Section& section, Config& config) {
  config.databases = section.number<unsigned>("databases", config.databases, 1, 1000);
}

crypto::ClientLogin client_login(Section& section) {
  crypto::ClientLogin out;
  out.authority = section.text_or("authority", out.authority);
  out.ca = section.path(section.has("authority_ca") ? "authority_ca" : "ca");
  out.tenant = section.text("tenant");
  out.client_id = section.text("client_id");
  return out;
}

crypto::LoginSettings token_file_login(Section& section) {
  return crypto::TokenFileLogin{section.path("token_file")};
}

crypto::LoginSettings secret_login(Section& section) {
  return crypto::ClientSecretLogin{client_login(section), section.path("client_secret_file")};
}

crypto::LoginSettings certificate_login(Section& section) {
  return crypto::ClientCertificateLogin{
      client_login(section), section.path("client_certificate"), section.path("client_key"),
      section.one_of("client_assertion", {"PS256", "RS256"}) == 0};
}

crypto::LoginSettings identity_login(Section& section) {
  using Form = crypto::ManagedIdentityLogin::Form;
  const auto form = section.one_of("managed_identity", {"machine", "app-service"});
  return crypto::ManagedIdentityLogin{form == 0 ? Form::machine : Form::app_service,
                                      section.text_or("client_id", "")};
}

// How the server proves to a vault who it is: the key that says so, and those that go with it.
struct LoginKind {
  std::string_view key;
  crypto::LoginSettings (*read)(Section&);
  std::vector<std::string_view> with;
};

const std::vector<LoginKind>& login_kinds() {
  static const std::vector<LoginKind> kinds{
      {"token_file", token_file_login, {}},
      {"client_secret_file",
       secret_login,
       {"tenant", "client_id", "authority", "authority_ca", "resource"}},
      {"client_certificate",
       certificate_login,
       {"client_key", "client_assertion", "tenant", "client_id", "authority", "authority_ca",
        "resource"}},
      {"managed_identity", identity_login, {"client_id", "resource"}},
  };
  return kinds;
}

const LoginKind& login_kind(Section& section) {
  const LoginKind* found = nullptr;
  for (const auto& kind : login_kinds()) {
    if (!section.has(kind.key)) continue;
    if (found) section.refuse(kind.key, fmt::format("does not go with {}", found->key));
    found = &kind;
  }
  if (!found)
    section.refuse("url",
                   "a vault needs token_file, client_secret_file, client_certificate or "
                   "managed_identity");
  for (const auto& other : login_kinds())
    for (const auto key : other.with)
      if (section.has(key) && std::ranges::find(found->with, key) == found->with.end())
        section.refuse(key, fmt::format("does not go with {}", found->key),
                       found->with.empty()
                           ? "nothing else belongs to it"
                           : fmt::format("what goes with it: {}", fmt::join(found->with, ", ")));
  return *found;
}

void read_vault(Section& section, Config& config) {
  VaultConfig out{.url = section.text("url"),
                  .ca = section.path("ca"),
                  .login = login_kind(section).read(section),
                  .resource = section.text_or("resource", "")};
  out.firewall_denies = section.one_of("firewall", {"denies", "outage"}) == 0;
  // One vault has one name, however it is spelt.
  out.url =
      section.checked("url", [&] { return crypto::RootKeyRef(out.url + "/keys/any"); }).vault();
  if (!out.resource.empty())
    section.checked("resource", [&] { return crypto::parse_url(out.resource); });
  for (const auto& other : config.vaults)
    if (other.url == out.url)
      section.checked("url", []() -> int { throw Error(Fault::invalid, "named twice"); });
  config.vaults.push_back(std::move(out));
}

struct SectionReader {
  std::string_view name;
  void (*read)(Section&, Config&);
  enum class Presence { needed, optional } presence;
};

constexpr SectionReader sections[] = {
    {"server", read_server, SectionReader::Presence::needed},
    {"tls", read_tls, SectionReader::Presence::optional},
    {"imap", read_imap, SectionReader::Presence::optional},
    {"smtp", read_smtp, SectionReader::Presence::optional},
    {"submission", read_submission, SectionReader::Presence::optional},
    {"lmtp", read_lmtp, SectionReader::Presence::optional},
    {"admin", read_admin, SectionReader::Presence::needed},
    {"limits", read_limits, SectionReader::Presence::optional},
    {"keys", read_keys, SectionReader::Presence::optional},
    {"storage", read_storage, SectionReader::Presence::optional},
};

class Reader {
 public:
  Reader(const toml::table& root, const std::filesystem::path& file)
      : root_(root), file_(file), top_(root, "", file) {}

  Config read() {
    Config out;
    for (const auto& section : sections) read_section(section, out);
    read_vaults(out);
    top_.finish();
    check_whole(out);
    return out;
  }

 private:
  void read_section(const SectionReader& reader, Config& out) {
    const auto name = std::string(reader.name);
    if (!top_.has(name)) {
      if (reader.presence == SectionReader::Presence::needed)
        top_.fail(root_, '[' + name + ']', "this section is needed");
      return;
    }
    const auto* table = root_.get(name)->as_table();
    if (!table) top_.fail(*root_.get(name), name, "expected a section: [" + name + ']');
    Section section(*table, '[' + name + "] ", file_);
    reader.read(section, out);
    section.finish();
  }

  void read_vaults(Config& out) {
    if (!top_.has("vault")) return;
    const auto* array = root_.get("vault")->as_array();
    if (!array || !array->is_homogeneous<toml::table>())
      top_.fail(*root_.get("vault"), "vault", "expected sections: [[vault]]");
    for (const auto& item : *array) {
      Section section(*item.as_table(), "[[vault]] ", file_);
      read_vault(section, out);
      section.finish();
    }
  }

  // What no single key can say.
  void check_whole(const Config& config) {
    const auto wants_tls = !config.imap.tls.empty() || !config.submission.tls.empty();
    if (wants_tls && !config.tls) top_.fail(root_, "listen_tls", "needs a [tls] section");
    if (config.imap.plain.empty() && config.imap.tls.empty() && config.smtp.empty() &&
        config.submission.plain.empty() && config.submission.tls.empty() && config.lmtp.empty())
      top_.fail(root_, "listen", "no server listens anywhere");
    const auto inside = config.service_keys.lexically_relative(config.data);
    if (!inside.empty() && *inside.begin() != "..")
      top_.fail(*root_.get("server"), "service_keys", "must not lie inside data",
                "service keys open managed mail: keep them on another disk, with other backups");
  }

  const toml::table& root_;
  const std::filesystem::path& file_;
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
