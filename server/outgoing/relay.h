#pragma once
// Hands messages to the smart host (RFC 5321 as a client), over TLS whose certificate has been
// verified, after a login where there is one. Blocking; one thread at a time.

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "server/outgoing/host_connection.h"
#include "server/outgoing/host_failure.h"
#include "server/outgoing/host_offers.h"
#include "server/outgoing/smart_host.h"

namespace server::outgoing {

// What goes out. Paths are without <>; parameters are those of RFC 3461 as they came, each behind a
// blank.
struct Letter {
  std::string sender;
  std::string parameters;  // of MAIL
  bool utf8 = false, require_tls = false;
  struct Recipient {
    std::string address;
    std::string parameters;  // of RCPT
  };
  std::vector<Recipient> recipients;
  std::string_view octets;  // lines end with CRLF
};

struct Sent {
  std::vector<smtp::Reply> replies;  // one a recipient, in order; 250: the host has it
  // The end of DATA was sent and not answered: whether the host has it, nobody knows.
  bool uncertain = false;
  bool reports = false;  // the host makes the reports that were asked for (RFC 3461)
};

class Relay {
 public:
  // Throws invalid when the CA file cannot be used. `our_name` is for EHLO; outlives it: `host`.
  Relay(const SmartHost& host, std::string our_name, std::stop_token stop);

  // A connection that is ready to take mail; the one that is there, if it is still good. Throws
  // HostFailure.
  void connect();
  // After connect(). Calls `before_end` when everything but the final dot has been sent, and not at
  // all where no recipient is left by then; what it throws is passed on, and the host has not taken
  // the message. Never throws else: what breaks is told in the replies.
  Sent send(const Letter&, const std::function<void()>& before_end);
  void quit();  // says goodbye, if that is possible

  bool is_connected() const { return connection_ != nullptr; }

 private:
  void greet();
  void hello();
  void log_in();
  smtp::Reply asked_to_log_in();
  smtp::Reply say_plain(std::string_view password);
  smtp::Reply say_login(std::string_view password);

  std::optional<smtp::Reply> objection(const Letter&, bool eight_bit) const;
  std::vector<smtp::Reply> offered(const Letter&, bool eight_bit);
  std::vector<smtp::Reply> ask_all(const std::vector<std::string>& lines);
  void send_content(std::string_view octets);
  std::string mail_line(const Letter&, bool eight_bit) const;
  std::string recipient_line(const Letter::Recipient&) const;
  void reset();

  const SmartHost& host_;
  const std::string our_name_;
  const std::stop_token stop_;
  const std::shared_ptr<SSL_CTX> context_;
  std::unique_ptr<HostConnection> connection_;
  HostOffers offers_;
};

}  // namespace server::outgoing
