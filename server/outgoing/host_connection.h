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

  // Once `stop` is requested, waiting ends early: after waits.stop for a reply to the end of DATA,
  // else at once.
  HostConnection(const SmartHost&, std::shared_ptr<SSL_CTX>, std::stop_token stop);

  // The certificate must be for the host, and by the CA. Throws HttpsError untrusted.
  void start_tls();

  void send(std::string_view octets, Seconds);
  smtp::Reply reply(Seconds);
  smtp::Reply reply_to_end();                         // of DATA
  smtp::Reply ask(const std::string& line, Seconds);  // without its CRLF

  // Nothing has come that was not asked for, and the host is still there.
  bool quiet() const { return buffer_.empty() && connection_->quiet(); }

 private:
  using Time = std::chrono::steady_clock::time_point;
  smtp::Reply reply_until(Time deadline, Seconds after_stop);
  std::string line(Time deadline, Seconds after_stop);
  void read_more(Time deadline, Seconds after_stop);

  const SmartHost& host_;
  const std::shared_ptr<SSL_CTX> context_;
  const std::stop_token stop_;
  std::unique_ptr<crypto::Connection> connection_;
  crypto::PlainConnection* plain_ = nullptr;  // until TLS is on
  std::string buffer_;
};

}  // namespace server::outgoing
