#include "server/outgoing/host_connection.h"

#include <array>

#include "server/outgoing/reply_reader.h"

namespace server::outgoing {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto stop_poll = 100ms;

}  // namespace

HostConnection::HostConnection(const SmartHost& host, std::shared_ptr<SSL_CTX> context,
                               std::stop_token stop)
    : host_(host), context_(std::move(context)), stop_(std::move(stop)) {
  const auto deadline = steady_clock::now() + host.waits.connect;
  if (host.tls == SmartHost::Tls::from_the_start) {
    connection_ =
        std::make_unique<crypto::TlsConnection>(context_.get(), host.host, host.port, deadline);
  } else {
    auto plain = std::make_unique<crypto::PlainConnection>(host.host, host.port, deadline);
    plain_ = plain.get();
    connection_ = std::move(plain);
  }
}

// What came in the clear behind the reply was perhaps put there by somebody else (RFC 3207 6).
void HostConnection::start_tls() {
  if (!buffer_.empty())
    throw Error(Fault::unavailable, "the smart host spoke ahead of the TLS handshake");
  const auto deadline = steady_clock::now() + host_.waits.connect;
  connection_ = std::make_unique<crypto::TlsConnection>(context_.get(), host_.host,
                                                        std::move(*plain_), deadline);
  plain_ = nullptr;
}

void HostConnection::send(std::string_view octets, Seconds wait) {
  connection_->write(octets, steady_clock::now() + wait);
}

smtp::Reply HostConnection::reply(Seconds wait) {
  return reply_until(steady_clock::now() + wait, 0s);
}

smtp::Reply HostConnection::reply_to_end() {
  return reply_until(steady_clock::now() + host_.waits.end, host_.waits.stop);
}

smtp::Reply HostConnection::ask(const std::string& line, Seconds wait) {
  send(line + "\r\n", wait);
  return reply(wait);
}

smtp::Reply HostConnection::reply_until(Time deadline, Seconds after_stop) {
  ReplyReader reader;
  for (;;)
    if (auto reply = reader.feed(line(deadline, after_stop))) return std::move(*reply);
}

// A bare LF ends a line, too: nothing of ours can hide in what the host says.
std::string HostConnection::line(Time deadline, Seconds after_stop) {
  auto end = buffer_.find('\n');
  while (end == buffer_.npos) {
    if (buffer_.size() > ReplyReader::line_limit)
      throw Error(Fault::unavailable, "the smart host speaks no SMTP: a line without end");
    read_more(deadline, after_stop);
    end = buffer_.find('\n');
  }
  auto line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

void HostConnection::read_more(Time deadline, Seconds after_stop) {
  std::array<char, 4096> space;
  std::optional<Time> stopped;
  for (;;) {
    const auto now = steady_clock::now();
    if (stop_.stop_requested()) {
      if (!stopped) stopped = now;
      deadline = std::min(deadline, *stopped + after_stop);
    }
    try {
      const auto size = connection_->read_some(space, std::min(deadline, now + stop_poll));
      if (size == 0)
        throw crypto::HttpsError(crypto::HttpsFault::unreachable, "the smart host hung up");
      buffer_.append(space.data(), size);
      return;
    } catch (const crypto::HttpsError& error) {
      if (error.kind() != crypto::HttpsFault::timeout || steady_clock::now() >= deadline) throw;
    }
  }
}

}  // namespace server::outgoing
