#pragma once
// A connection that requests go over, and how it fails. Blocking; one thread at a time; every step
// ends in time.

#include <chrono>
#include <cstddef>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace crypto {

using Deadline = std::chrono::steady_clock::time_point;

// How long a step may take: until a deadline; and not longer than `grace` once a stop is requested.
class Wait {
 public:
  using Milliseconds = std::chrono::milliseconds;
  Wait(Deadline end) : end_(end) {}
  Wait(Deadline end, std::stop_token stop, Milliseconds grace)
      : end_(end), stop_(std::move(stop)), grace_(grace) {}

  bool is_over() const { return left() <= Milliseconds(0); }
  // How long to wait before asking again.
  Milliseconds slice() const;
  std::string_view why() const;  // "takes too long"; is_over()

 private:
  Milliseconds left() const;

  mutable Deadline end_;  // comes nearer when the stop is seen
  std::stop_token stop_{};
  Milliseconds grace_{0};
  mutable bool stopped_ = false;
};

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

  virtual void write(std::string_view, const Wait&) = 0;
  // 0: the other side has ended properly.
  virtual std::size_t read_some(std::span<char>, const Wait&) = 0;
  // Nothing has come and the other side has not ended: fit for one more request.
  virtual bool quiet() const = 0;
};

}  // namespace crypto
