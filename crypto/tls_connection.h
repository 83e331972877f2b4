#pragma once
// One TLS connection as a client: every step ends by a deadline, DNS included. Blocking; one thread
// at a time.

#include <openssl/types.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "crypto/plain_connection.h"

namespace crypto {

// What is trusted: this PEM file, or, without one, the system's certificates. TLS 1.2 or later.
// Throws invalid when the file cannot be used.
std::shared_ptr<SSL_CTX> client_context(const std::optional<std::filesystem::path>& ca);

class TlsConnection final : public Connection {
 public:
  // `host` is a name or an address without brackets; the certificate must be for it (SAN). All of
  // these throw HttpsError.
  TlsConnection(SSL_CTX*, const std::string& host, unsigned short port, const Wait&);
  // Goes on from where a plain dialogue has agreed on TLS.
  TlsConnection(SSL_CTX*, const std::string& host, PlainConnection&&, const Wait&);
  ~TlsConnection() override;

  void write(std::string_view, const Wait&) override;
  std::size_t read_some(std::span<char>, const Wait&) override;
  bool quiet() const override;

  // The channel binding of RFC 9266; empty before TLS 1.3.
  Bytes exporter() const;

 private:
  TlsConnection(int socket, SSL_CTX*, const std::string& host, const Wait&);
  void handshake(const std::string& host, const Wait&);
  void wait_for(int result, const Wait&, std::string_view doing);

  int socket_ = -1;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
};

}  // namespace crypto
