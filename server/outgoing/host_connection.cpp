#include "server/outgoing/host_connection.h"

#include <array>

#include "server/outgoing/reply_reader.h"

namespace server::outgoing {

using std::chrono::steady_clock;

HostConnection::HostConnection(const SmartHost& host, std::shared_ptr<SSL_CTX> context,
                               std::stop_token stop)
    : host_(host), context_(std::move(context)), stop_(std::move(stop)) {
  const auto wait = until(host.waits.connect);
  if (host.tls == SmartHost::Tls::from_the_start) {
    auto tls = std::make_unique<crypto::TlsConnection>(context_.get(), host.host, host.port, wait);
    tls_ = tls.get();
    connection_ = std::move(tls);
  } else {
    auto plain = std::make_unique<crypto::PlainConnection>(host.host, host.port, wait);
    plain_ = plain.get();
    connection_ = std::move(plain);
  }
}

crypto::Wait HostConnection::until(Seconds wait, Seconds after_stop) const {
  return {steady_clock::now() + wait, stop_, after_stop};
}

// What came in the clear behind the reply was perhaps put there by somebody else (RFC 3207 6).
void HostConnection::start_tls() {
  if (!buffer_.empty())
    throw Error(Fault::unavailable, "the smart host spoke ahead of the TLS handshake");
  auto tls = std::make_unique<crypto::TlsConnection>(context_.get(), host_.host, std::move(*plain_),
                                                     until(host_.waits.connect));
  tls_ = tls.get();
  plain_ = nullptr;
  connection_ = std::move(tls);
}

void HostConnection::send(std::string_view octets, Seconds wait) {
  connection_->write(octets, until(wait));
}

smtp::Reply HostConnection::reply(Seconds wait) { return reply_in(until(wait)); }

smtp::Reply HostConnection::ask(const std::string& line, Seconds wait) {
  send(line + "\r\n", wait);
  return reply(wait);
}

smtp::Reply HostConnection::ask_at_end(const std::string& line) {
  connection_->write(line + "\r\n", until(host_.waits.block, host_.waits.stop));
  return reply_in(until(host_.waits.end, host_.waits.stop));
}

Bytes HostConnection::channel() const { return tls_ == nullptr ? Bytes() : tls_->exporter(); }

smtp::Reply HostConnection::reply_in(const crypto::Wait& wait) {
  ReplyReader reader;
  for (;;)
    if (auto reply = reader.feed(line(wait))) return std::move(*reply);
}

// A bare LF ends a line, too: nothing of ours can hide in what the host says.
std::string HostConnection::line(const crypto::Wait& wait) {
  auto end = buffer_.find('\n');
  while (end == buffer_.npos) {
    if (buffer_.size() > ReplyReader::line_limit)
      throw Error(Fault::unavailable, "the smart host speaks no SMTP: a line without end");
    read_more(wait);
    end = buffer_.find('\n');
  }
  auto line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

void HostConnection::read_more(const crypto::Wait& wait) {
  std::array<char, 4096> space;
  const auto size = connection_->read_some(space, wait);
  if (size == 0)
    throw crypto::HttpsError(crypto::HttpsFault::unreachable, "the smart host hung up");
  buffer_.append(space.data(), size);
}

}  // namespace server::outgoing
