#pragma once
// One TLS connection as a client: every step ends by a deadline, DNS included. Blocking; one thread
// at a time.

#include <openssl/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace crypto {

using Deadline = std::chrono::steady_clock::time_point;

enum class HttpsFault {
  unreachable,  // no such name, refused, reset, cut off
  timeout,
  untrusted,  // the certificate does not verify, or is for another host
  protocol,   // what answers speaks no TLS 1.2, or no HTTP
};
std::string_view name_of(HttpsFault);

class HttpsError : public Error {
 public:
  HttpsError(HttpsFault fault, const std::string& message)
      : Error(Fault::unavailable, message), kind_(fault) {}
  HttpsFault kind() const { return kind_; }

 private:
  HttpsFault kind_;
};

// What is trusted: this PEM file, or, without one, the system's certificates. TLS 1.2 or later.
// Throws invalid when the file cannot be used.
std::shared_ptr<SSL_CTX> client_context(const std::optional<std::filesystem::path>& ca);

class TlsConnection {
 public:
  // `host` is a name or an address without brackets; the certificate must be for it (SAN). All of
  // these throw HttpsError.
  TlsConnection(SSL_CTX*, const std::string& host, unsigned short port, Deadline);
  ~TlsConnection();
  TlsConnection(const TlsConnection&) = delete;
  TlsConnection& operator=(const TlsConnection&) = delete;

  void write(std::string_view, Deadline);
  // 0: the other side has ended properly.
  std::size_t read_some(std::span<char>, Deadline);
  // Nothing has come and the other side has not ended: fit for one more request.
  bool quiet() const;

 private:
  void handshake(const std::string& host, Deadline);
  void wait_for(int result, Deadline, std::string_view doing);

  int socket_ = -1;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
};

}  // namespace crypto
