#pragma once
// Requests to one HTTPS server: verified against a given CA, by a deadline, never redirected, the
// answer bounded. Blocking; any thread; connections are kept for the next request.

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/locked_memory.h"
#include "crypto/tls_connection.h"

namespace crypto {

using SecretText = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;

struct HttpsSettings {
  std::string host;  // a name or an address, without brackets
  unsigned short port = 443;
  std::optional<std::filesystem::path> ca;  // PEM; none: the system's
  std::chrono::milliseconds connect{3000};  // DNS, TCP and TLS
  std::chrono::milliseconds whole{5000};    // of a call, connecting included
};

struct HttpsAnswer {
  unsigned status = 0;
  std::string retry_after;  // as sent; empty: none
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
                  std::string_view body);

 private:
  using Kept = std::unique_ptr<TlsConnection>;
  HttpsAnswer exchange(Kept, std::string_view request, Deadline);
  Kept kept_connection();
  void keep(Kept);

  const HttpsSettings settings_;
  const std::shared_ptr<SSL_CTX> context_;
  std::mutex mutex_;
  std::vector<Kept> idle_;  // guarded by mutex_
};

}  // namespace crypto
