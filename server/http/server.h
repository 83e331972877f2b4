#pragma once
// A small HTTP/1.1 server: requests come off an io_context, are answered on the blocking pool.
//
// It never merges slashes, never redirects, never compresses. TLS is 1.2 or later.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/task.h"
#include "server/http/message.h"

namespace http {

struct Limits {
  std::size_t header = 16 * 1024;  // request line and headers: 431
  std::size_t body = 256 * 1024;   // 413
  std::size_t connections = 256;   // one more is closed at once
  std::chrono::seconds idle{60};   // between two requests, and for the TLS handshake
  std::chrono::seconds header_in{
      10};  // from the first octet to the end of the headers, then it is cut
  std::chrono::seconds body_in{30};      // to the end of the body: likewise
  std::chrono::seconds answer_out{30};   // for one write: the body, or a piece of it
  std::chrono::milliseconds pause{200};  // after an empty piece of a BodySource
  std::chrono::seconds grace{5};         // at stop: for requests that are being answered
};

struct Application {
  // Answers a request, on a thread of the pool; several at a time. What it throws is logged and
  // answered by `refuse` 500.
  std::function<Response(const Request&)> handle;
  // The answer in the application's own form to what never reached it: 400, 413, 431, 500.
  std::function<Response(unsigned status, std::string_view text)> refuse;
  // What a peer is told that may not ask at all, once its headers are in: its body is not read and
  // `handle` not called. On the thread of the io_context. Empty: everybody may ask.
  std::function<std::optional<Response>(const Peer&)> objection = {};
};

// PEM files: the certificate with its chain, and its private key.
struct TlsFiles {
  std::filesystem::path certificate, key;
};

// Its connections live on the io_context, which one thread runs; listen and stop are called on that
// thread (or before it runs). Destroying it cuts what is left; the context must have been stopped
// or its connections be gone (after co_await stop()) before the application goes.
class Server {
 public:
  Server(boost::asio::io_context&, BlockingPool&, Application, Limits = {});
  ~Server();

  // A socket file of this mode; one that is left over from a dead process is replaced. Throws
  // exists when somebody listens on it, unavailable when it cannot be made.
  void listen_unix(const std::filesystem::path&, unsigned mode);

  // `host` is an address, port 0 finds a free one. Returns the port. Throws invalid (address,
  // certificate, key), unavailable (the port is taken).
  unsigned short listen_tls(const std::string& host, unsigned short port, const TlsFiles&);

  // Another certificate for TLS connections from now on; those that are idle are closed. Throws
  // invalid, and goes on with what it has.
  void use_certificate(const TlsFiles&);

  // No new connections, idle ones are closed, requests are answered (for Limits::grace, then cut).
  // Ends when all are gone and the socket files are removed.
  Task<> stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace http
