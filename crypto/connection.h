#pragma once
// A connection that requests go over, and how it fails. Blocking; one thread at a time; every step
// ends by a deadline.

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace crypto {

using Deadline = std::chrono::steady_clock::time_point;

enum class HttpsFault {
  unreachable,  // refused, reset, cut off; the DNS fails
  timeout,
  no_such_name,  // the DNS says so
  untrusted,     // the certificate does not verify, or is for another host
  protocol,      // what answers speaks no TLS 1.2, or no HTTP
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

// Its calls throw HttpsError.
class Connection {
 public:
  Connection() = default;
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  virtual void write(std::string_view, Deadline) = 0;
  // 0: the other side has ended properly.
  virtual std::size_t read_some(std::span<char>, Deadline) = 0;
  // Nothing has come and the other side has not ended: fit for one more request.
  virtual bool quiet() const = 0;
};

}  // namespace crypto
