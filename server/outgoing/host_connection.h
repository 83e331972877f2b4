#pragma once
// A dialogue with the smart host: lines out, replies in, first plain and then in TLS, or in TLS
// from the first octet. Blocking; one thread at a time. All calls throw crypto::HttpsError (the
// connection) and Error (what came is no SMTP); nothing is to be called after that.

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "crypto/connection.h"
#include "crypto/tls_connection.h"
#include "server/outgoing/smart_host.h"
#include "server/smtp/reply.h"

namespace server::outgoing {

class HostConnection {
 public:
  using Seconds = std::chrono::seconds;

  // Once `stop` is requested, waiting ends early: after waits.stop for the end of a message and the
  // reply to it, else at once.
  HostConnection(const SmartHost&, std::shared_ptr<SSL_CTX>, std::stop_token stop);

  // The certificate must be for the host, and by the CA. Throws HttpsError untrusted.
  void start_tls();

  void send(std::string_view octets, Seconds);
  smtp::Reply reply(Seconds);
  smtp::Reply ask(const std::string& line, Seconds);  // without its CRLF
  smtp::Reply ask_at_end(const std::string& line);    // likewise, the last one of a message

  Bytes channel() const;  // its binding, for logins (RFC 9266); empty: none is to be had

  // Nothing has come that was not asked for, and the host is still there.
  bool quiet() const { return buffer_.empty() && connection_->quiet(); }

 private:
  crypto::Wait until(Seconds, Seconds after_stop = Seconds(0)) const;
  smtp::Reply reply_in(const crypto::Wait&);
  std::string line(const crypto::Wait&);
  void read_more(const crypto::Wait&);

  const SmartHost& host_;
  const std::shared_ptr<SSL_CTX> context_;
  const std::stop_token stop_;
  std::unique_ptr<crypto::Connection> connection_;
  crypto::PlainConnection* plain_ = nullptr;  // until TLS is on
  crypto::TlsConnection* tls_ = nullptr;      // from then on
  std::string buffer_;
};

}  // namespace server::outgoing
