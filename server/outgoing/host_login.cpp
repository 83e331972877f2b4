#include "server/outgoing/host_login.h"

#include "base/bytes.h"
#include "crypto/locked_memory.h"
#include "crypto/saslprep.h"
#include "crypto/scram_client.h"
#include "crypto/token_source.h"
#include "server/outgoing/host_failure.h"

namespace server::outgoing {
namespace {

using crypto::ScramBinding;
using crypto::SecretText;
using smtp::Reply;

constexpr std::size_t nonce_size = 18;  // octets

// A line that holds a password, or its proof.
struct Wiped {
  std::string text;
  ~Wiped() { crypto::wipe(text.data(), text.size()); }
};

class Login {
 public:
  Login(HostConnection& connection, const HostOffers& offers, const SmartHost& host)
      : connection_(connection),
        offers_(offers),
        host_(host),
        password_(crypto::read_secret_line(host.password_file)) {}

  Reply by_the_best() {
    std::optional<Reply> said;
    auto channel = connection_.channel();
    const bool can_bind = !channel.empty();
    if (offers_.scram_plus && can_bind)
      said = scram("SCRAM-SHA-256-PLUS", ScramBinding::exporter, std::move(channel));
    // "y" would be a lie where it is offered, and we could not (RFC 5802 section 6).
    const auto binding =
        can_bind && !offers_.scram_plus ? ScramBinding::not_offered : ScramBinding::none;
    if (goes_on(said) && offers_.scram) said = scram("SCRAM-SHA-256", binding, {});
    if (goes_on(said) && offers_.plain)
      said = plain();
    else if (goes_on(said) && offers_.login)
      said = login();
    if (!said)
      throw HostFailure(smtp::reply(
          454, "4.7.0", "the smart host offers no AUTH of SCRAM-SHA-256, PLAIN and LOGIN"));
    return *said;
  }

 private:
  bool goes_on(const std::optional<Reply>& said) const {
    return !said || (said->code / 100 == 5 && !proven_);
  }

  Reply ask(const std::string& line) { return connection_.ask(line, host_.waits.command); }
  Reply ask_secret(const Wiped& line) {
    connection_.send(line.text, host_.waits.command);
    return connection_.reply(host_.waits.command);
  }

  static std::string said_by_server(const Reply& challenge) {
    try {
      return from_base64(challenge.text);
    } catch (const Error&) {
      throw Error(Fault::denied, "SCRAM-SHA-256: the server's message is no base64");
    }
  }

  // RFC 5802 section 5, in the lines of RFC 4954 section 4: the server's last message is a
  // challenge, and answered by nothing.
  Reply scram(const std::string& name, ScramBinding binding, Bytes channel) {
    crypto::ScramClient client(host_.user, crypto::prepared_password(password_),
                               to_base64(crypto::random_bytes(nonce_size)), binding,
                               std::move(channel));
    auto said = ask("AUTH " + name + ' ' + to_base64(bytes_of(client.first())));
    if (said.code != 334) return said;
    try {
      const auto final = client.final(said_by_server(said));
      proven_ = true;
      said = ask(to_base64(bytes_of(final)));
      if (said.code / 100 == 2)
        throw Error(Fault::denied, "SCRAM-SHA-256: the server proves nothing");
      if (said.code != 334) return said;
      client.check(said_by_server(said));
    } catch (const Error& error) {
      if (error.fault() != Fault::denied) throw;
      throw HostFailure(smtp::reply(454, "4.7.0", error.what()));
    }
    return ask("");
  }

  Reply plain() {
    Wiped message;
    message.text.reserve(2 + host_.user.size() + password_.size());
    message.text.append(1, '\0').append(host_.user).append(1, '\0').append(password_);
    const Wiped encoded{to_base64(bytes_of(message.text))};
    return ask_secret({"AUTH PLAIN " + encoded.text + "\r\n"});
  }

  Reply login() {
    auto said = ask("AUTH LOGIN");
    if (said.code != 334) return said;
    said = ask(to_base64(bytes_of(host_.user)));
    if (said.code != 334) return said;
    return ask_secret({to_base64(bytes_of(password_)) + "\r\n"});
  }

  HostConnection& connection_;
  const HostOffers& offers_;
  const SmartHost& host_;
  const SecretText password_;
  bool proven_ = false;  // the host has had a proof
};

}  // namespace

Reply log_in(HostConnection& connection, const HostOffers& offers, const SmartHost& host) {
  return Login(connection, offers, host).by_the_best();
}

}  // namespace server::outgoing
