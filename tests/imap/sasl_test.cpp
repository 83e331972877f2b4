// The mechanisms, message by message, without a connection.

#include <boost/test/unit_test.hpp>

#include "imap/sasl/scram.h"
#include "tests/support/scram_client.h"

BOOST_AUTO_TEST_SUITE(sasl)

namespace {

using namespace imap::sasl;
using test_support::ScramClient;

// One account, "user" with the password "pencil" and the salt of RFC 7677; "card" has a
// certificate, "token" a token.
class House final : public Verifier {
 public:
  std::string asked;  // the last question

  std::optional<policy::Admission> password(std::string_view name,
                                            std::string_view password) override {
    asked = std::string(name) + '/' + std::string(password);
    return admission(name == "user" && password == "pencil");
  }
  policy::ScramOffer scram(std::string_view) override {
    return {verifier_.salt, verifier_.iterations};
  }
  std::optional<policy::ScramAdmission> proof(std::string_view name, const policy::ScramOffer&,
                                              std::string_view auth_message,
                                              ByteView proof) override {
    asked = std::string(name) + '/' + std::string(auth_message);
    if (name != "user" || !crypto::proof_holds(verifier_, auth_message, proof)) return {};
    return policy::ScramAdmission{*admission(true),
                                  crypto::server_signature(verifier_, auth_message)};
  }
  std::optional<policy::Admission> certificate(const crypto::PeerCertificate& shown,
                                               std::string_view as) override {
    asked = std::string(as);
    return admission(shown.fingerprint == Bytes{7});
  }
  std::variant<policy::TokenRefusal, policy::Admission> token(std::string_view token,
                                                              std::string_view as) override {
    asked = std::string(as) + '/' + std::string(token);
    if (token == "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==") return *admission(true);
    return policy::TokenRefusal{R"({"status":"invalid_token"})"};
  }

 private:
  static std::optional<policy::Admission> admission(bool right) {
    if (!right) return std::nullopt;
    policy::Admission out;
    out.account.name = "user";
    return out;
  }
  const crypto::ScramVerifier verifier_ =
      crypto::scram_verifier("pencil", bytes_of(from_base64("W22ZaJ0SNY7soEsUEjb6gQ==")), 4096);
};

const Channel clear{.is_private = true, .takes_tokens = false, .bindings = {}, .certificate = {}};
const Channel tls{.is_private = true,
                  .takes_tokens = true,
                  .bindings = {{"tls-exporter", Bytes(32, 9)}, {"tls-server-end-point", {8, 8}}},
                  .certificate = crypto::PeerCertificate{{7}, {}}};

std::string told(const Step& step) {
  if (const auto* challenge = std::get_if<Challenge>(&step)) return challenge->octets;
  if (std::holds_alternative<policy::Admission>(step)) return "admitted";
  switch (std::get<Refusal>(step).kind) {
    case Refusal::Kind::wrong:
      return "wrong";
    case Refusal::Kind::other_identity:
      return "other identity";
    case Refusal::Kind::malformed:
      return "malformed";
    case Refusal::Kind::unfit:
      return "unfit";
  }
  return "";
}

// One exchange with a house of its own.
struct Talk {
  House house;
  std::unique_ptr<Exchange> exchange;

  Talk(std::string_view mechanism, const Channel& channel)
      : exchange(find_mechanism(mechanism)->make(channel, house)) {}
  std::string begin() { return told(exchange->begin(std::nullopt)); }
  std::string begin(std::string_view message) { return told(exchange->begin(Message(message))); }
  std::string say(std::string_view message) { return told(exchange->answer(Message(message))); }
};

std::string one(std::string_view mechanism, std::string_view message) {
  return Talk(mechanism, tls).begin(message);
}

// What becomes of a whole SCRAM dialogue.
std::string scram(std::string_view mechanism, const Channel& channel, ScramClient client) {
  Talk talk(mechanism, channel);
  const auto first = talk.begin(client.first());
  if (!first.starts_with("r=")) return first;
  const auto last = talk.say(client.final(first));
  if (!last.starts_with("v=")) return last;
  return last == client.expected ? talk.say("") : "not the server";
}

ScramClient user(std::string header = "n,,", Bytes binding = {}) {
  return {.name = "user",
          .password = "pencil",
          .header = std::move(header),
          .binding = std::move(binding),
          .expected = {}};
}

using namespace std::string_literals;

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_offered_when) {
  Channel none;
  auto tokens = clear;
  tokens.takes_tokens = true;
  auto bound = clear;
  bound.bindings = tls.bindings;
  auto exposed = tls;
  exposed.is_private = false;
  const std::pair<Channel, std::string_view> rules[] = {
      {none, ""},
      {clear, " PLAIN LOGIN SCRAM-SHA-256"},
      {bound, " PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS"},
      {tokens, " PLAIN LOGIN SCRAM-SHA-256 OAUTHBEARER XOAUTH2"},
      {tls, " PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS EXTERNAL OAUTHBEARER XOAUTH2"}};
  for (const auto& [channel, names] : rules) BOOST_TEST(offered(channel, " ") == names);
  BOOST_TEST(find_mechanism("CRAM-MD5") == nullptr);
  BOOST_TEST(find_mechanism("") == nullptr);
}

BOOST_AUTO_TEST_CASE(plain_is_as_rfc_4616_has_it) {
  BOOST_TEST(Talk("PLAIN", clear).begin().empty());
  BOOST_TEST(one("PLAIN", "\0user\0pencil"s) == "admitted");
  BOOST_TEST(one("PLAIN", "USER\0user\0pencil"s) == "admitted");
  BOOST_TEST(one("PLAIN", "\0user\0Pencil"s) == "wrong");
  BOOST_TEST(one("PLAIN", "root\0user\0pencil"s) == "other identity");
  for (const auto& odd : {""s, "user"s, "\0user"s, "\0user\0pencil\0"s, "\0\0\0"s})
    BOOST_TEST(one("PLAIN", odd) == "malformed");
  BOOST_TEST(one("PLAIN", "\0user\0"s + std::string(13'000, 'x')) == "malformed");
}

BOOST_AUTO_TEST_CASE(login_asks_for_both) {
  Talk talk("LOGIN", clear);
  BOOST_TEST(talk.begin() == "Username:");
  BOOST_TEST(talk.say("user") == "Password:");
  BOOST_TEST(talk.say("pencil") == "admitted");
  Talk begun("LOGIN", clear);
  BOOST_TEST(begun.begin("user") == "Password:");
  BOOST_TEST(begun.say("wrong") == "wrong");
}

// RFC 7677 section 3, with its nonces.
BOOST_AUTO_TEST_CASE(the_example_of_rfc_7677) {
  House house;
  Scram exchange(Binding::none, clear, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", house);
  BOOST_TEST(told(exchange.begin(Message("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"))) ==
             "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,"
             "i=4096");
  BOOST_TEST(
      told(exchange.answer(Message("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                   "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="))) ==
      "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  BOOST_TEST(told(exchange.answer({})) == "admitted");
}

BOOST_AUTO_TEST_CASE(scram_dialogues) {
  constexpr auto plus = "SCRAM-SHA-256-PLUS", unbound = "SCRAM-SHA-256";
  auto wrong = user();
  wrong.password = "Pencil";
  auto nobody = user();
  nobody.name = "nobody";
  const auto exporter = "p=tls-exporter,,";
  const std::tuple<std::string_view, Channel, ScramClient, std::string_view> rules[] = {
      {unbound, clear, user(), "admitted"},
      {unbound, tls, user(), "admitted"},
      {unbound, clear, user("y,,"), "admitted"},
      {unbound, tls, user("y,,"), "unfit"},  // somebody took PLUS off our list
      {unbound, tls, user(exporter, Bytes(32, 9)), "malformed"},
      {unbound, clear, user("n,a=user,"), "admitted"},
      {unbound, clear, user("n,a=,"), "admitted"},  // as GNU SASL has it
      {unbound, clear, user("n,a=USER,"), "admitted"},
      {unbound, clear, user("n,a=root,"), "other identity"},
      {unbound, clear, wrong, "wrong"},
      {unbound, clear, nobody, "wrong"},
      {unbound, clear, user("n,,", {1}), "wrong"},
      {plus, tls, user(exporter, Bytes(32, 9)), "admitted"},
      {plus, tls, user("p=tls-server-end-point,,", {8, 8}), "admitted"},
      {plus, tls, user(exporter, Bytes(32, 8)), "wrong"},  // of another connection
      {plus, tls, user(exporter, {8, 8}), "wrong"},
      {plus, tls, user("p=tls-unique,,", {8, 8}), "unfit"},
      {plus, tls, user("n,,"), "malformed"},
      {plus, tls, user("y,,"), "malformed"},
  };
  for (const auto& [mechanism, channel, client, outcome] : rules)
    BOOST_TEST(scram(mechanism, channel, client) == outcome,
               mechanism << ' ' << client.header << ' ' << client.name);
}

BOOST_AUTO_TEST_CASE(a_scram_message_that_is_none) {
  for (const auto& odd :
       {"", "n", "n,", "n,,", "n,,n=user", "n,,r=abc", "n,,n=,r=abc",
        "n,,n=user,r=", "x,,n=user,r=a", "n,b=user,n=user,r=a", "n,,m=x,n=user,r=a",
        "n,,n=us=er,r=a", "n,,n=us=2cer,r=a", "n,,n=user,r=a\x7f", "n,,n=user,r=a b",
        "p=,,n=user,r=a", "p=tls exporter,,n=user,r=a"})
    BOOST_TEST(Talk("SCRAM-SHA-256", clear).begin(odd) == "malformed", odd);
  BOOST_TEST(Talk("SCRAM-SHA-256", clear).begin("n,,n=user,r=" + std::string(513, 'a')) ==
             "malformed");
  for (const auto& odd :
       {"", "c=biws", "c=biws,r=x", "r=x,c=biws,p=AAAA", "c=!,r=x,p=AAAA", "c=biws,r=x,p=!"}) {
    Talk talk("SCRAM-SHA-256", clear);
    talk.begin("n,,n=user,r=a");
    BOOST_TEST(talk.say(odd) == "malformed", odd);
  }
}

BOOST_AUTO_TEST_CASE(a_scram_name_may_have_commas) {
  auto client = user();
  client.name = "a=2Cb=3Dc";
  Talk talk("SCRAM-SHA-256", clear);
  BOOST_TEST(talk.say(client.final(talk.begin(client.first()))) == "wrong");
  BOOST_TEST(talk.house.asked.starts_with("a,b=c/"));
}

BOOST_AUTO_TEST_CASE(a_scram_answer_of_another_time_is_worth_nothing) {
  auto client = user();
  Talk first("SCRAM-SHA-256", clear);
  const auto recorded = client.final(first.begin(client.first()));
  Talk second("SCRAM-SHA-256", clear);
  second.begin(client.first());
  BOOST_TEST(second.say(recorded) == "wrong");
  BOOST_TEST(second.house.asked.empty());
  // Nor does anything come after the last message but its acknowledgement.
  first.say(recorded);
  BOOST_TEST(first.say("more") == "malformed");
}

BOOST_AUTO_TEST_CASE(extensions_of_scram_are_passed_over) {
  auto client = user();
  Talk talk("SCRAM-SHA-256", clear);
  const auto first = talk.begin(client.first() + ",x=optional");
  BOOST_TEST(first.starts_with("r=" + client.nonce));
}

// RFC 7628 section 4.1 and 4.2.
BOOST_AUTO_TEST_CASE(the_examples_of_rfc_7628) {
  Talk right("OAUTHBEARER", tls);
  BOOST_TEST(right.begin("n,a=user@example.com,\x01host=server.example.com\x01port=143\x01"
                         "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01") ==
             "admitted");
  BOOST_TEST(right.house.asked == "user@example.com/vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
  Talk refused("OAUTHBEARER", tls);
  BOOST_TEST(refused.begin().empty());
  BOOST_TEST(refused.say("n,,\x01"
                         "auth=Bearer expired\x01\x01") == R"({"status":"invalid_token"})");
  BOOST_TEST(refused.say("\x01") == "wrong");
}

BOOST_AUTO_TEST_CASE(xoauth2_says_the_same_in_other_words) {
  Talk right("XOAUTH2", tls);
  BOOST_TEST(right.begin("user=u@example.com\x01"
                         "auth=bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01") ==
             "admitted");
  BOOST_TEST(right.house.asked.starts_with("u@example.com/"));
  Talk refused("XOAUTH2", tls);
  refused.begin(
      "user=u\x01"
      "auth=Bearer expired\x01\x01");
  BOOST_TEST(refused.say("") == "wrong");
}

BOOST_AUTO_TEST_CASE(an_oauth_message_that_is_none) {
  for (const auto& odd : {""s, "n,,"s, "n,,\x01"s, "n,,\x01\x01"s,
                          "n,,\x01"
                          "auth=Bearer \x01\x01"s,
                          "n,,\x01"
                          "auth=Basic abc\x01\x01"s,
                          "n,,\x01"
                          "auth=Bearer x\x01"s,
                          "n,,\x01"
                          "auth=Bearer x\x01\x01more"s,
                          "p=tls-unique,,\x01"
                          "auth=Bearer x\x01\x01"s,
                          "n,,auth=Bearer x\x01\x01"s})
    BOOST_TEST(one("OAUTHBEARER", odd) == "malformed", odd);
  for (const auto& odd : {""s,
                          "user=\x01"
                          "auth=Bearer x\x01\x01"s,
                          "auth=Bearer x\x01\x01"s,
                          "user=u\x01"
                          "auth=Bearer x"s,
                          "user=u\x01\x01"s})
    BOOST_TEST(one("XOAUTH2", odd) == "malformed", odd);
}

BOOST_AUTO_TEST_CASE(external_takes_the_name_from_the_certificate) {
  Talk talk("EXTERNAL", tls);
  BOOST_TEST(talk.begin().empty());
  BOOST_TEST(talk.say("") == "admitted");
  Talk named("EXTERNAL", tls);
  BOOST_TEST(named.begin("user") == "admitted");
  BOOST_TEST(named.house.asked == "user");
  BOOST_TEST(one("EXTERNAL", "a\0b"s) == "malformed");
  auto other = tls;
  other.certificate->fingerprint = {6};
  BOOST_TEST(Talk("EXTERNAL", other).begin("") == "wrong");
}

BOOST_AUTO_TEST_SUITE_END()
