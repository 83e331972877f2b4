#pragma once
// An SMTP server on loopback that takes mail as a smart host does, and says and does what a test
// wants instead. A thread a connection. STARTTLS with a certificate made for it, or TLS from the
// first octet, or none.

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/outgoing/smart_host.h"
#include "tests/support/loopback_server.h"

namespace test_support {

struct TakenMail {
  std::string mail;                     // "MAIL FROM:<...> ..."
  std::vector<std::string> recipients;  // "RCPT TO:<...> ...", those that were accepted
  std::string octets;                   // dots taken off; or of all chunks
};

class ScriptedHost {
 public:
  enum class Tls { start_tls, from_the_start, none };
  struct Options {
    Tls tls = Tls::start_tls;
    std::vector<std::string> names{"127.0.0.1"};  // of the certificate
    // Offered in TLS, one a line; STARTTLS is added where it belongs.
    std::string offers = "PIPELINING\nSIZE 1000000\n8BITMIME\nSMTPUTF8\nDSN\nAUTH PLAIN LOGIN";
    std::string user = "relay", password = "secret";
  };
  // AUTH goes by PLAIN and SCRAM-SHA-256, with and without -PLUS. LOGIN, and whatever is refused,
  // is for scripts. What to say to a line, without CRLF; "" as a line is the greeting, "." the end
  // of a message. Nothing: what a good server says. An empty text: the connection is cut.
  using Script = std::function<std::optional<std::string>(const std::string& line)>;

  ScriptedHost() : ScriptedHost(Options{}) {}
  explicit ScriptedHost(Options options, Script script = {});

  void set_script(Script);
  server::outgoing::SmartHost settings() const;  // for coming here, with the login

  std::vector<TakenMail> taken() const;
  bool wait_for(std::size_t messages) const;  // true: they came within 20 s
  std::vector<std::string> lines() const;     // all that was said, but for messages
  std::size_t connections() const { return server_.connections(); }
  std::filesystem::path directory() const { return directory_.path(); }

 private:
  class Peer;
  void serve(Peer&);
  bool answer(Peer&, const std::string& line, TakenMail& mail);
  bool take_data(Peer&, TakenMail& mail);
  bool take_chunk(Peer&, const std::string& line, TakenMail& mail);
  void take(const TakenMail&);
  std::string log_in(Peer&, const std::string& line);
  std::string scram(Peer&, const std::string& mechanism, const std::string& first);
  std::optional<std::string> scripted(const std::string& line);
  std::string hello(const Peer&) const;

  const Options options_;
  Script script_;
  const OwnDirectory directory_;
  std::shared_ptr<SSL_CTX> context_;
  mutable std::mutex mutex_;  // guards what follows, and the script
  mutable std::condition_variable changed_;
  std::vector<TakenMail> taken_;
  std::vector<std::string> lines_;
  LoopbackServer server_;  // ends first
};

}  // namespace test_support
