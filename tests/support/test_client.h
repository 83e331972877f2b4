#pragma once
// A client that speaks lines over loopback, and waits for what it expects: ten seconds at most.

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "tests/support/certificate.h"

namespace test_support {

class TestClient {
 public:
  explicit TestClient(std::uint16_t port);
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  void send(std::string_view octets);
  std::string line();  // without its CRLF; throws when none comes or the server has closed
  std::string octets(std::size_t count);
  bool is_closed();  // waits for it; false when something comes instead
  bool is_silent_for(int milliseconds);
  void start_tls();                                     // any certificate will do
  void start_tls(const CertificateFiles& shown);        // as a client with a certificate
  void use_tls_1_2() { newest_tls_ = TLS1_2_VERSION; }  // from the next start_tls on
  Bytes exported(const std::string& label) const;       // 32 octets
  Bytes finished() const;                               // our Finished message
  void close_sending();                                 // half-closes

 private:
  std::size_t receive(char* into, std::size_t size);
  bool wait_readable(int milliseconds);

  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  int socket_;
  int newest_tls_ = TLS1_3_VERSION;
  std::string buffer_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> tls_;
};

}  // namespace test_support
