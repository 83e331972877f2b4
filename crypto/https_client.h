#pragma once
// Requests to one HTTPS server: verified against a given CA, by a deadline, never redirected, never
// by a proxy, the answer bounded. Blocking; any thread; connections are kept for the next request.

#include <openssl/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/connection.h"
#include "crypto/secret_text.h"
#include "crypto/url.h"

namespace crypto {

struct HttpsSettings {
  Url server;                               // http only as near_connection.h allows it
  std::optional<std::filesystem::path> ca;  // PEM; none: the system's
  std::chrono::milliseconds connect{3000};  // DNS, TCP and TLS
};

struct HttpsAnswer {
  unsigned status = 0;
  std::string retry_after;  // as sent; empty: none
  std::string challenge;    // WWW-Authenticate, all of them; empty: none
  SecretText body;          // at most 64 KiB
};

class HttpsClient {
 public:
  // Throws invalid when the CA file cannot be used.
  explicit HttpsClient(HttpsSettings);
  ~HttpsClient();

  // `head` are header lines, each ended by CRLF, without Host and Content-Length. An answer of any
  // status is an answer. Throws HttpsError. A request may arrive twice if a kept connection breaks
  // while it is being sent: only for what may be repeated.
  HttpsAnswer ask(std::string_view method, std::string_view target, std::string_view head,
                  std::string_view body, Deadline);

 private:
  using Kept = std::unique_ptr<Connection>;
  struct Idle {
    Kept connection;
    Deadline ends;
  };
  Kept connected(Deadline) const;
  HttpsAnswer exchange(Kept, std::string_view request, Deadline);
  Kept kept_connection();
  void keep(Kept);
  void forget_kept();

  const HttpsSettings settings_;
  const std::shared_ptr<SSL_CTX> context_;
  std::mutex mutex_;
  std::vector<Idle> idle_;  // guarded by mutex_
};

}  // namespace crypto
