// AUTHENTICATE over a connection: what the mechanisms of imap/sasl/ need of it, and how the session
// ends when what was logged in with is withdrawn.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "policy/access_tokens.h"
#include "policy/app_password.h"
#include "tests/support/mail_server.h"
#include "tests/support/scram_client.h"

BOOST_AUTO_TEST_SUITE(authenticate)

namespace {

namespace json = boost::json;
using test_support::Begin;
using test_support::MailServer;
using test_support::ScramClient;
using test_support::TestClient;

constexpr auto exporter_label = "EXPORTER-Channel-Binding";

MailServer::Options with_tls(std::string client = "") {
  MailServer::Options out;
  out.tls = true;
  out.cleartext = imap::CleartextLogin::refused;
  out.client = std::move(client);
  return out;
}

std::unique_ptr<TestClient> in_tls(MailServer& server, bool shows_certificate = false,
                                   bool newest = true) {
  auto client = server.client();
  client->line();
  client->send("s STARTTLS\r\n");
  BOOST_TEST(client->line() == "s OK Begin TLS now");
  if (!newest) client->use_tls_1_2();
  client->start_tls(shows_certificate ? server.client_certificate()
                                      : test_support::CertificateFiles());
  return client;
}

std::string capabilities(TestClient& client) {
  client.send("c CAPABILITY\r\n");
  auto out = client.line();
  client.line();
  return out;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

// The answers of the engine are octets: a challenge comes decoded, anything else as its line.
std::string answer_of(TestClient& client) {
  const auto line = client.line();
  return line.starts_with("+ ") ? from_base64(line.substr(2)) : line;
}

std::string authenticate(TestClient& client, const std::string& mechanism,
                         const std::string& initial) {
  client.send("a AUTHENTICATE " + mechanism + ' ' + to_base64(bytes_of(initial)) + "\r\n");
  return answer_of(client);
}

std::string respond(TestClient& client, const std::string& message) {
  client.send(to_base64(bytes_of(message)) + "\r\n");
  return answer_of(client);
}

// The last line of a whole SCRAM dialogue.
std::string scram(TestClient& client, const std::string& mechanism, ScramClient user) {
  const auto first = authenticate(client, mechanism, user.first());
  if (!first.starts_with("r=")) return first;
  const auto last = respond(client, user.final(first));
  if (!last.starts_with("v=")) return last;
  BOOST_TEST(last == user.expected);
  return respond(client, "");
}

ScramClient ada(std::string header = "n,,", Bytes binding = {}) {
  return {.name = "ada@example.org",
          .password = "engine",
          .header = std::move(header),
          .binding = std::move(binding),
          .expected = {}};
}

// Ada's password as one that was set since there is SCRAM.
void renew_password(MailServer& server, std::string_view password = "engine") {
  auto account = server.account();
  account.password = crypto::stored_password(password, server.directory().scram_salt(account.name));
  server.directory().update_account(account);
}

crypto::SecretText add_app_password(MailServer& server, storage::Scope scope) {
  auto secret = policy::new_app_password();
  const auto account = server.account();
  server.directory().add_credential(
      {.account = account.id,
       .name = "phone",
       .what = storage::AppPassword{
           scope, policy::selector_of(secret),
           crypto::stored_password(secret, server.directory().scram_salt(account.name))}});
  return secret;
}

}  // namespace

BOOST_AUTO_TEST_CASE(scram_in_clear_where_that_is_allowed) {
  MailServer server;
  renew_password(server);
  const auto client = server.client();
  client->line();
  BOOST_TEST(scram(*client, "SCRAM-SHA-256", ada("y,,")).starts_with("a OK [CAPABILITY "));
  client->send("b SELECT INBOX\r\n");
  while (!client->line().starts_with("b OK")) continue;
}

BOOST_AUTO_TEST_CASE(scram_bound_to_its_tls_connection) {
  MailServer server(with_tls());
  renew_password(server);
  const auto one = in_tls(server), other = in_tls(server);
  const auto binding = one->exported(exporter_label);
  BOOST_TEST(scram(*other, "SCRAM-SHA-256-PLUS", ada("p=tls-exporter,,", binding))
                 .starts_with("a NO [AUTHENTICATIONFAILED] The name or the password is wrong"));
  BOOST_TEST(scram(*one, "SCRAM-SHA-256-PLUS", ada("p=tls-exporter,,", binding))
                 .starts_with("a OK [CAPABILITY "));
  const auto third = in_tls(server);
  BOOST_TEST(scram(*third, "SCRAM-SHA-256", ada("y,,")).starts_with("a NO [AUTHENTICATIONFAILED]"));
  BOOST_TEST(scram(*third, "SCRAM-SHA-256-PLUS", ada("p=tls-unique,,", binding))
                 .starts_with("a NO [AUTHENTICATIONFAILED] this channel binding is not there"));
  BOOST_TEST(scram(*third, "SCRAM-SHA-256", ada()).starts_with("a OK"));
}

BOOST_AUTO_TEST_CASE(scram_bound_to_tls_1_2) {
  MailServer server(with_tls());
  renew_password(server);
  const auto client = in_tls(server, false, false);
  BOOST_TEST(scram(*client, "SCRAM-SHA-256-PLUS",
                   ada("p=tls-exporter,,", client->exported(exporter_label)))
                 .starts_with("a NO"));
  BOOST_TEST(scram(*client, "SCRAM-SHA-256-PLUS", ada("p=tls-unique,,", client->finished()))
                 .starts_with("a OK"));
}

BOOST_AUTO_TEST_CASE(scram_refuses_with_the_same_words_whoever_is_asked_for) {
  MailServer server;
  renew_password(server);
  const auto client = server.client();
  client->line();
  auto wrong = ada(), nobody = ada(), none = ada();
  wrong.password = "Engine";
  nobody.name = "nobody@example.org";
  none.name = "bob@example.org";  // whose account is from before SCRAM
  for (const auto& user : {wrong, nobody, none})
    BOOST_TEST(scram(*client, "SCRAM-SHA-256", user) ==
               "a NO [AUTHENTICATIONFAILED] The name or the password is wrong");
  BOOST_TEST(authenticate(*client, "SCRAM-SHA-256", "nonsense").starts_with("a BAD"));
  client->send("b AUTHENTICATE SCRAM-SHA-256\r\n");
  BOOST_TEST(client->line() == "+ ");
  client->send("*\r\n");
  BOOST_TEST(client->line() == "b BAD AUTHENTICATE cancelled");
}

BOOST_AUTO_TEST_CASE(without_privacy_no_mechanism_is_there) {
  MailServer server(with_tls());
  const auto client = server.client();
  client->line();
  BOOST_TEST(!has(capabilities(*client), "AUTH="));
  for (const auto* mechanism : {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "EXTERNAL"})
    BOOST_TEST(authenticate(*client, mechanism, "x").starts_with("a NO [PRIVACYREQUIRED]"));
}

BOOST_AUTO_TEST_CASE(a_certificate_logs_in_whom_it_names) {
  MailServer server(with_tls("ada@example.org"));
  const auto client = in_tls(server, true);
  BOOST_TEST(has(capabilities(*client), "AUTH=EXTERNAL"));
  BOOST_TEST(authenticate(*client, "EXTERNAL", "bob@example.org")
                 .starts_with("a NO [AUTHENTICATIONFAILED]"));
  client->send("a AUTHENTICATE EXTERNAL =\r\n");
  BOOST_TEST(client->line().starts_with("a OK"));
}

BOOST_AUTO_TEST_CASE(without_a_certificate_that_verifies_external_is_not_there) {
  MailServer server(with_tls("ada@example.org"));
  const auto bare = in_tls(server);
  BOOST_TEST(!has(capabilities(*bare), "EXTERNAL"));
  BOOST_TEST(authenticate(*bare, "EXTERNAL", "").starts_with("a NO [CANNOT]"));
  // One that says the same and that nobody has signed.
  const storage_test::TempDirectory elsewhere;
  const auto forged = test_support::make_client_certificate(elsewhere.path(), "ada@example.org");
  const auto client = server.client();
  client->line();
  client->send("s STARTTLS\r\n");
  client->line();
  client->start_tls(forged);
  BOOST_TEST(!has(capabilities(*client), "EXTERNAL"));
  client->send("a LOGIN ada@example.org engine\r\n");
  BOOST_TEST(client->line().starts_with("a OK"));
}

BOOST_AUTO_TEST_CASE(tokens_of_a_provider) {
  std::ifstream file(TEST_DATA "/crypto/vectors/tokens.json");
  const auto vectors = json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
  const auto token = [&](std::size_t n) {
    return json::value_to<std::string>(vectors.at("tokens").at(n).at("token"));
  };
  const ManualClock clock(1'800'000'000);
  policy::AccessTokens tokens(
      {.issuer = "https://id.example.org", .audience = "mail", .scope = ""},
      std::make_unique<policy::TokenKeys>(
          [&] {
            return json::serialize(json::object{{"keys", vectors.at("keys")}});
          },
          clock),
      clock);
  MailServer::Options options;
  options.tokens = &tokens;
  MailServer server(options);
  const auto client = server.client();
  client->line();
  BOOST_TEST(has(capabilities(*client), "AUTH=OAUTHBEARER AUTH=XOAUTH2"));
  const auto refused = authenticate(*client, "OAUTHBEARER",
                                    "n,a=bob@example.org,\x01"
                                    "auth=Bearer " +
                                        token(0) + "\x01\x01");
  BOOST_TEST(has(refused, R"("status":"invalid_token")"), refused);
  BOOST_TEST(respond(*client, "\x01").starts_with("a NO [AUTHENTICATIONFAILED]"));
  BOOST_TEST(authenticate(*client, "XOAUTH2",
                          "user=ada@example.org\x01"
                          "auth=Bearer " +
                              token(0) + "\x01\x01")
                 .starts_with("a OK"));
  const auto other = server.client();
  other->line();
  BOOST_TEST(authenticate(*other, "OAUTHBEARER",
                          "n,,\x01"
                          "auth=Bearer " +
                              token(1) + "\x01\x01")
                 .starts_with("a OK"));
}

BOOST_AUTO_TEST_CASE(a_new_password_ends_the_sessions_of_the_old_one_and_no_others) {
  MailServer server;
  const auto phone = add_app_password(server, storage::Scope::imap);
  const auto idle = server.client(Begin::in_inbox), between = server.client(Begin::logged_in);
  const auto app = server.client(), other = server.client();
  app->line();
  app->send("a LOGIN ada@example.org " + std::string(std::string_view(phone)) + "\r\n");
  BOOST_TEST(app->line().starts_with("a OK"));
  other->line();
  other->send("a LOGIN bob@example.org engine\r\n");
  BOOST_TEST(other->line().starts_with("a OK"));
  idle->send("a IDLE\r\n");
  BOOST_TEST(idle->line().starts_with("+"));

  renew_password(server, "difference");
  server.advance(0);
  for (const auto* client : {&idle, &between}) {
    BOOST_TEST((*client)->line().starts_with("* BYE [EXPIRED] "));
    BOOST_TEST((*client)->is_closed());
  }
  for (const auto* client : {&app, &other}) {
    (*client)->send("b NOOP\r\n");
    BOOST_TEST((*client)->line().starts_with("b OK"));
  }
  const auto account = server.account();
  server.directory().remove_credential(server.directory().credentials(account.id).at(0).id);
  server.advance(0);
  BOOST_TEST(app->line().starts_with("* BYE [EXPIRED] "));
  other->send("c NOOP\r\n");
  BOOST_TEST(other->line().starts_with("c OK"));
}

BOOST_AUTO_TEST_CASE(an_app_password_for_smtp_opens_no_mailbox) {
  MailServer server;
  const auto script = add_app_password(server, storage::Scope::smtp);
  const auto client = server.client();
  client->line();
  client->send("a LOGIN ada@example.org " + std::string(std::string_view(script)) + "\r\n");
  BOOST_TEST(client->line() == "a NO [AUTHENTICATIONFAILED] The name or the password is wrong");
  auto user = ada();
  user.password = script;
  BOOST_TEST(scram(*client, "SCRAM-SHA-256", user).starts_with("a NO [AUTHENTICATIONFAILED]"));
}

BOOST_AUTO_TEST_SUITE_END()
