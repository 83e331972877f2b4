#include "server/config.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"

BOOST_AUTO_TEST_SUITE(config)

using namespace server;

namespace {

const std::string least = R"([server]
host_name = "mail.example.org"
domains = ["example.org", "Example.NET"]
data = "data"
service_keys = "/srv/keys"
[admin]
socket = "admin.sock"
)";

// Its keys begin on line 13.
std::string vault_with(const std::string& keys) {
  return least +
         "[smtp]\nlisten = \"127.0.0.1:25\"\n[[vault]]\nurl = \"https://v:1\"\nca = \"ca.pem\"\n" +
         keys;
}

Config parse(const std::string& text) { return parse_config(text, "/etc/sealpost.toml"); }

std::string refusal(const std::string& text) {
  try {
    parse(text);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_sample_is_valid_and_the_values_it_shows_are_the_defaults) {
  const auto sample = read_config(SOURCE_DIR "/server/sealpost.sample.toml");
  BOOST_TEST(sample.host_name == "mail.example.org");
  BOOST_TEST(sample.imap.plain.size() == 1u);
  BOOST_TEST(sample.vaults.size() == 2u);
  BOOST_TEST(sample.vaults[1].url == "https://vault-b.example.com:8443");
  BOOST_TEST(sample.lmtp[0].unix_path == "/run/sealpost/lmtp");
  const Config defaults;
  BOOST_TEST(sample.limits.message_size == 67108864u);
  BOOST_TEST(defaults.limits.message_size == 67108864u);
  BOOST_TEST(defaults.limits.recipients == 1000u);
  BOOST_TEST(defaults.limits.hops == 100u);
  BOOST_TEST((defaults.submission_from == smtp::FromCheck::sender));
  BOOST_TEST(defaults.front_ends.empty());
  BOOST_TEST(defaults.limits.connections == 20000u);
  BOOST_TEST(defaults.limits.connections_per_address == 500u);
  BOOST_TEST(defaults.limits.connections_per_user == 50u);
  BOOST_TEST(defaults.dep_key_ttl.count() == 900);
  BOOST_TEST(defaults.mailbox_linger.count() == 60);
  BOOST_TEST(defaults.active_deps == 50u);
  BOOST_TEST(defaults.databases == 4u);
}

BOOST_AUTO_TEST_CASE(relative_paths_are_taken_from_the_directory_of_the_file) {
  const auto config = parse(least + "[smtp]\nlisten = \"127.0.0.1:25\"\n");
  BOOST_TEST(config.data == "/etc/data");
  BOOST_TEST(config.admin_socket == "/etc/admin.sock");
  BOOST_TEST(config.domains.contains("example.net"));
  BOOST_TEST(config.smtp.at(0).text() == "127.0.0.1:25");
}

BOOST_AUTO_TEST_CASE(capabilities_are_withheld_by_client_and_account) {
  const auto config = parse(least + R"(
[imap]
listen = "127.0.0.1:143"
[[imap.withhold]]
client = "Old Mail/*"
capabilities = ["QRESYNC", "MOVE"]
[[imap.withhold]]
account = "ada@example.org"
capabilities = ["IDLE"]
)");
  BOOST_TEST(config.imap_withheld.size() == 2u);
  BOOST_TEST(config.imap_withheld.at(0).client == "Old Mail/*");
  BOOST_TEST(config.imap_withheld.at(0).capabilities.size() == 2u);
  BOOST_TEST(config.imap_withheld.at(1).account == "ada@example.org");
}

BOOST_AUTO_TEST_CASE(who_may_speak_for_others_and_what_is_put_right) {
  const auto config = parse(least +
                            "[submission]\nlisten = \"127.0.0.1:587\"\nfrom = \"own\"\n"
                            "[limits]\nhops = 10\n");
  BOOST_TEST((config.submission_from == smtp::FromCheck::own));
  BOOST_TEST(config.limits.hops == 10u);
  auto text = least;
  text.insert(text.find("[admin]"), "front_ends = [\"10.0.0.0/8\", \"unix\"]\n");
  const auto trusting = parse(text + "[smtp]\nlisten = \"127.0.0.1:25\"\n");
  BOOST_TEST(trusting.front_ends.contains("10.1.2.3"));
  BOOST_TEST(trusting.front_ends.contains("unix"));
  BOOST_TEST(!trusting.front_ends.contains("127.0.0.1"));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_line) {
  const std::string smtp = "[smtp]\nlisten = \"127.0.0.1:25\"\n";
  const std::pair<std::string, std::string> rows[] = {
      {least + "[smtp]\nlissen = 1\n", "sealpost.toml:9: [smtp] lissen: unknown key"},
      {least + smtp + "[pop3]\n", "sealpost.toml:10: pop3: unknown key"},
      {least + "[smtp]\nlisten = 25\n", ":9: [smtp] listen: expected an array of strings"},
      {least + "[smtp]\nlisten = [25]\n", ":9: [smtp] listen: expected an array of strings"},
      {least + "[smtp]\nlisten = \"25\"\n", ":9: [smtp] listen: \"25\": the port is missing"},
      {least + "[smtp]\nlisten = \"mail:25\"\n", "not an IP address"},
      {least + "[smtp]\nlisten = \"127.0.0.1:65536\"\n", "not a port"},
      {least + "[smtp]\nlisten = \"unix:x\"\n", "begins with /"},
      {least + "[submission]\nfrom = \"mine\"\n", ":9: [submission] from: not a word for this"},
      {least + smtp + "[limits]\nhops = 5\n", ":11: [limits] hops: must be from 10 to 1000"},
      {least.substr(0, least.find("[admin]")) + "front_ends = \"mail.example\"\n",
       ":6: [server] front_ends: \"mail.example/32\" is no address or network"},
      {least + smtp + "[limits]\nrecipients = 5\n",
       ":11: [limits] recipients: must be from 100 to"},
      {least + smtp + "[limits]\nrecipients = \"5\"\n", "expected a whole number"},
      {least + smtp + "[keys]\ndep_key_ttl = -1\n", "must be from 0 to"},
      {least + "[imap]\nlisten_tls = \"127.0.0.1:993\"\n", "needs a [tls] section"},
      {least, "no server listens anywhere"},
      {least + "[imap]\nlisten = \"127.0.0.1:143\"\nwithhold = 1\n", "expected sections in double"},
      {least + "[imap]\nlisten = \"127.0.0.1:143\"\n[[imap.withhold]]\nclient = \"x\"\n",
       "[imap] withhold capabilities: this key is needed"},
      {least + "[imap]\n[[imap.withhold]]\ncapabilities = []\n", "names at least one"},
      {least + "[imap]\n[[imap.withhold]]\ncapabilities = [\"X\"]\nuser = \"a\"\n",
       "[imap] withhold user: unknown key"},
      {least + smtp + "[[vault]]\nurl = \"http://x:1\"\nca = \"a\"\ntoken_file = \"t\"\n",
       ":11: [[vault]] url:"},
      {least + smtp + "[[vault]]\nurl = \"https://x:1\"\ntoken_file = \"t\"\n",
       "[[vault]] ca: this key is needed"},
      {least + smtp + "[vault]\n", "expected sections: [[vault]]"},
      {vault_with(""), ":11: [[vault]] url: a vault needs token_file, client_secret_file"},
      {vault_with("token_file = 't'\nmanaged_identity = 'machine'\n"),
       ":14: [[vault]] managed_identity: does not go with token_file"},
      {vault_with("token_file = 't'\nresource = 'https://v'\n"),
       ":14: [[vault]] resource: does not go with token_file"},
      {vault_with("client_secret_file = 's'\nclient_id = 'c'\n"), "tenant: this key is needed"},
      {vault_with("client_secret_file = 's'\ntenant = 't'\n"), "client_id: this key is needed"},
      {vault_with("client_secret_file = 's'\nclient_key = 'k'\n"),
       ":14: [[vault]] client_key: does not go with client_secret_file"},
      {vault_with("client_certificate = 's'\nclient_id = 'c'\ntenant = 't'\n"),
       "client_key: this key is needed"},
      {vault_with("client_certificate = 's'\nclient_id = 'c'\ntenant = 't'\nclient_key = 'k'\n"
                  "client_assertion = 'ES256'\n"),
       ":17: [[vault]] client_assertion: not a word for this"},
      {vault_with("managed_identity = 'yes'\n"), "managed_identity: not a word for this"},
      {vault_with("managed_identity = 'machine'\ntenant = 't'\n"),
       "tenant: does not go with managed_identity"},
      {vault_with("managed_identity = 'machine'\nresource = 'vault'\n"),
       ":14: [[vault]] resource: not a URL"},
      {vault_with("token_file = 't'\nfirewall = 'off'\n"), "firewall: not a word for this"},
      {least + smtp + "[alerts]\ncommand = 'tell-me'\n",
       ":11: [alerts] command: the program's path begins with /"},
      {least + smtp + "[alerts]\nwebhook = 'http://hooks.example.org/'\n",
       ":11: [alerts] webhook: http goes to this machine alone"},
      {least + smtp + "[alerts]\nwebhook_ca = 'ca.pem'\n", "webhook_ca: there is no webhook"},
      {least + smtp + "[alerts]\ninterval = 0\n", "[alerts] interval: must be from 1 to"},
      {least + smtp + "[outgoing]\nuser = 'a'\n", "[outgoing] smart_host: this key is needed"},
      {least + smtp + "[outgoing]\nsmart_host = 'h'\nuser = 'a'\n",
       "[outgoing] password_file: this key is needed"},
      {least + smtp + "[outgoing]\nsmart_host = 'h'\npassword_file = 'p'\n",
       ":12: [outgoing] password_file: there is no user"},
      {least + smtp + "[outgoing]\nsmart_host = 'h'\ntls = 'none'\n",
       ":12: [outgoing] tls: not a word for this"},
      {least + smtp + "[outgoing]\nsmart_host = 'h'\nuncertain = 'drop'\n",
       ":12: [outgoing] uncertain: not a word for this"},
      {least + smtp + "[outgoing]\nsmart_host = 'h'\nfirst_retry = 0\n",
       "[outgoing] first_retry: must be from 1 to"},
      {"[server]\n" + smtp, "host_name: this key is needed"},
      {"[server]\nhost_name = \"\"\n" + smtp, ":2: [server] host_name: this key is needed"},
      {smtp, "[server]: this section is needed"},
      {"[server\n", "/etc/sealpost.toml:1: "},
      {"a = 1\na = 2\n", "/etc/sealpost.toml:2: "},
  };
  for (const auto& [text, expected] : rows) {
    const auto got = refusal(text);
    BOOST_TEST_CONTEXT(text << "-> " << got) BOOST_TEST((got.find(expected) != got.npos));
  }
}

BOOST_AUTO_TEST_CASE(a_misspelt_key_that_is_needed_is_shown) {
  try {
    parse("[server]\nhostname = \"mail.example.org\"\n");
    BOOST_ERROR("accepted");
  } catch (const Error& error) {
    BOOST_TEST(error.hint().starts_with("keys that are there: hostname;"));
  }
}

BOOST_AUTO_TEST_CASE(service_keys_and_data_do_not_lie_in_each_other) {
  const auto with = [](const std::string& data, const std::string& keys) {
    return refusal("[server]\nhost_name = \"a\"\ndomains = \"b\"\ndata = \"" + data +
                   "\"\nservice_keys = \"" + keys +
                   "\"\n[smtp]\nlisten = \"127.0.0.1:25\"\n[admin]\nsocket = \"s\"\n");
  };
  BOOST_TEST(with("/a/data", "/a/keys") == "");
  BOOST_TEST(with("/a", "/a/keys").ends_with("service_keys: must not lie inside data"));
  BOOST_TEST(with("/a/keys/data", "/a/keys").ends_with("data: must not lie inside service_keys"));
  BOOST_TEST(with("/a", "/a").ends_with("must not lie inside data"));
}

BOOST_AUTO_TEST_CASE(alerts_have_defaults_and_channels) {
  const auto smtp = least + "[smtp]\nlisten = \"127.0.0.1:25\"\n";
  const auto none = parse(smtp).alerts;
  BOOST_TEST(none.interval.count() == 60);
  BOOST_TEST(none.sweep_overdue.count() == 3600);
  BOOST_TEST(none.command.empty());
  BOOST_TEST(!none.webhook);
  const auto both = parse(smtp +
                          "[alerts]\ncommand = ['/bin/tell', '-x']\n"
                          "webhook = 'https://h/a?b'\nwebhook_ca = 'ca.pem'\n")
                        .alerts;
  BOOST_TEST(both.command.size() == 2u);
  BOOST_TEST(both.webhook->target == "/a?b");
  BOOST_TEST(both.webhook->ca.value() == "/etc/ca.pem");
}

BOOST_AUTO_TEST_CASE(mail_goes_out_by_the_smart_host_that_is_named) {
  const auto smtp = least + "[smtp]\nlisten = \"127.0.0.1:25\"\n";
  BOOST_TEST(!parse(smtp).outgoing.host);
  const auto least_said = parse(smtp + "[outgoing]\nsmart_host = 'h'\n").outgoing;
  BOOST_TEST(least_said.host->port == 587);
  BOOST_CHECK(least_said.host->tls == outgoing::SmartHost::Tls::start_tls);
  BOOST_TEST(!least_said.host->ca);
  BOOST_TEST(least_said.host->user == "");
  BOOST_TEST(least_said.connections == 4u);
  BOOST_TEST(least_said.retry.first.count() == 60);
  BOOST_TEST(least_said.retry.longest.count() == 3600);
  BOOST_TEST(least_said.retry.delay_notice.count() == 14400);
  BOOST_TEST(least_said.retry.expiry.count() == 432000);
  BOOST_CHECK(least_said.uncertain == outgoing::Uncertain::send_again);
  const auto all = parse(smtp +
                         "[outgoing]\nsmart_host = 'h'\ntls = 'implicit'\nca = 'ca.pem'\n"
                         "user = 'u'\npassword_file = 'p'\nuncertain = 'hold'\n")
                       .outgoing;
  BOOST_TEST(all.host->port == 465);
  BOOST_CHECK(all.host->tls == outgoing::SmartHost::Tls::from_the_start);
  BOOST_TEST(all.host->ca.value() == "/etc/ca.pem");
  BOOST_TEST(all.host->password_file == "/etc/p");
  BOOST_CHECK(all.uncertain == outgoing::Uncertain::hold);
}

BOOST_AUTO_TEST_CASE(a_vault_is_named_with_the_login_for_it) {
  const auto vault = [](const std::string& keys) { return parse(vault_with(keys)).vaults.at(0); };
  const auto by_file = vault("token_file = 'a.token'\nfirewall = 'outage'\n");
  BOOST_TEST(std::get<crypto::TokenFileLogin>(by_file.login).file == "/etc/a.token");
  BOOST_TEST(!by_file.firewall_denies);

  const std::string client = "tenant = 't'\nclient_id = 'c'\n";
  const auto by_secret = vault(client + "client_secret_file = 's'\nresource = 'https://v'\n");
  const auto& secret = std::get<crypto::ClientSecretLogin>(by_secret.login);
  BOOST_TEST(secret.secret == "/etc/s");
  BOOST_TEST(secret.authority == "https://login.microsoftonline.com");
  BOOST_TEST(secret.ca == "/etc/ca.pem");
  BOOST_TEST(by_secret.resource == "https://v");
  BOOST_TEST(by_secret.firewall_denies);

  const auto by_certificate = vault(client +
                                    "client_certificate = 'c.pem'\nclient_key = 'k.pem'\n"
                                    "client_assertion = 'RS256'\nauthority_ca = 'other.pem'\n");
  const auto& certificate = std::get<crypto::ClientCertificateLogin>(by_certificate.login);
  BOOST_TEST(certificate.key == "/etc/k.pem");
  BOOST_TEST(certificate.ca == "/etc/other.pem");
  BOOST_TEST(certificate.tenant == "t");
  BOOST_TEST(!certificate.pss);

  const auto by_identity = vault("managed_identity = 'app-service'\nclient_id = 'c'\n");
  const auto& identity = std::get<crypto::ManagedIdentityLogin>(by_identity.login);
  BOOST_TEST((identity.form == crypto::ManagedIdentityLogin::Form::app_service));
  BOOST_TEST(identity.client_id == "c");
}

BOOST_AUTO_TEST_CASE(a_hint_names_the_keys_that_are_allowed) {
  try {
    parse(least + "[lmtp]\nport = 24\n");
    BOOST_ERROR("taken");
  } catch (const Error& error) {
    BOOST_TEST(error.hint() == "allowed here: listen");
  }
}

BOOST_AUTO_TEST_CASE(the_administrator_is_reached_by_a_uri) {
  const auto imap = least + "[imap]\nlisten = \"127.0.0.1:143\"\n";
  BOOST_TEST(parse(imap + "admin_contact = \"tel:+1\"\ncomment = \"hi\"\n").imap_notes.admin ==
             "tel:+1");
  BOOST_TEST(refusal(imap + "admin_contact = \"root\"\n").find("not a URI") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(memory_has_a_budget) {
  const auto listens = least + "[imap]\nlisten = \"127.0.0.1:143\"\n";
  const auto config = parse(listens + "[memory]\nmailboxes = 7\nplaintext = \"2G\"\n");
  BOOST_TEST(config.memory.mailboxes == 7u);
  BOOST_TEST(config.memory.plaintext == std::uint64_t{2} << 30);
  const auto plain = parse(listens).memory;
  BOOST_TEST(plain.mailboxes == 20'000u);
  BOOST_TEST(plain.plaintext > 64u << 20);
  BOOST_TEST(plain.plaintext < std::uint64_t{1} << 50);
}

BOOST_AUTO_TEST_CASE(quotas_have_a_default_for_all) {
  const auto listens =
      least + "[imap]\nlisten = \"127.0.0.1:143\"\nquota_admins = \"Eve@example.org\"\n";
  const auto config = parse(listens + "[quota]\nstorage = \"10G\"\nmessages = 5\n");
  BOOST_TEST((config.quota.octets == std::uint64_t{10} << 30));
  BOOST_TEST((config.quota.messages == 5u));
  BOOST_TEST(!config.quota.folders.has_value());
  BOOST_TEST(config.imap_quota_admins.contains("eve@example.org"));
  BOOST_TEST(!parse(listens).quota.any());
  BOOST_TEST(refusal(listens + "[quota]\nstorage = \"10X\"\n").find("no size") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(service_keys_never_lie_inside_the_data) {
  auto text = least + "[smtp]\nlisten = \"127.0.0.1:25\"\n";
  text.replace(text.find("/srv/keys"), 9, "data/keys");
  BOOST_TEST(refusal(text).find("must not lie inside data") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(addresses_both_ways) {
  for (const auto* text : {"127.0.0.1:143", "0.0.0.0:0", "[::1]:993", "unix:/run/x"})
    BOOST_TEST(ListenAddress::parsed(text).text() == text);
  for (const auto* text : {"", ":1", "::1:1", "1.2.3.4", "1.2.3.4:", "1.2.3.4:-1", "1.2.3.4:1x",
                           "unix:", "localhost:1"})
    BOOST_CHECK_THROW(ListenAddress::parsed(text), Error);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_named) {
  BOOST_CHECK_EXCEPTION(read_config("/nowhere/sealpost.toml"), Error, [](const Error& error) {
    return error.fault() == Fault::not_found &&
           std::string(error.what()).find("/nowhere/sealpost.toml") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(an_openid_provider_has_its_keys_in_a_file_or_at_a_url) {
  const std::string begin = least + "[smtp]\nlisten = \"127.0.0.1:25\"\n[oauth]\n";
  const std::string named = begin + "issuer = \"https://id\"\naudience = \"mail\"\n";
  BOOST_TEST(!parse(least + "[smtp]\nlisten = \"127.0.0.1:25\"\n").oauth.has_value());
  const auto file = parse(named + "keys_file = \"keys.json\"\nscope = \"m\"\nclock_skew = 5\n");
  BOOST_TEST(file.oauth->keys_file.value() == "/etc/keys.json");
  BOOST_TEST(file.oauth->tokens.issuer == "https://id");
  BOOST_TEST(file.oauth->tokens.account_claim == "email");
  BOOST_TEST(file.oauth->tokens.scope == "m");
  BOOST_TEST(file.oauth->tokens.clock_skew.count() == 5);
  const auto url = parse(named + "keys_url = \"https://id:8443/keys\"\nkeys_ca = \"ca.pem\"\n");
  BOOST_TEST(url.oauth->keys_url->path == "/keys");
  BOOST_TEST(url.oauth->keys_ca.value() == "/etc/ca.pem");
  const std::pair<std::string, std::string> rows[] = {
      {begin + "audience = \"mail\"\n", "issuer: this key is needed"},
      {begin + "issuer = \"https://id\"\n", "audience: this key is needed"},
      {named, "keys_url: this key is needed"},
      {named + "keys_url = \"http://id/keys\"\n", "http is for this machine alone"},
      {named + "keys_url = \"id\"\n", "keys_url"},
      {named + "keys_file = \"k\"\nkeys_url = \"https://id/keys\"\n", "does not go with keys_file"},
      {named + "keys_file = \"k\"\nkeys_ca = \"ca.pem\"\n", "does not go with keys_file"},
      {named + "keys_file = \"k\"\nclock_skew = 601\n", "must be from 0 to 600"},
      {named + "keys_file = \"k\"\nkey = 1\n", "unknown key"}};
  for (const auto& [text, told] : rows)
    BOOST_TEST(refusal(text).find(told) != std::string::npos, refusal(text));
}

BOOST_AUTO_TEST_SUITE_END()
