#include "imap/stream.h"

#include <algorithm>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>

#include "imap/compression.h"
#include "imap/tls_peer.h"
#include "imap/tls_socket.h"

namespace imap {

namespace {

namespace asio = boost::asio;
using Socket = asio::generic::stream_protocol::socket;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t unlimited = SIZE_MAX;
constexpr std::size_t kept_of_long_line = 512;            // octets, at either end
constexpr std::size_t received_step = 16 * 1024;          // octets of a compressed stream
constexpr std::size_t compressed_step = 64 * 1024;        // octets compressed at a time
constexpr std::uint64_t longest_dropped = 64 << 20;       // octets of one line; then we hang up
constexpr std::size_t unread_at_close_limit = 256 << 10;  // octets let go while closing

SteadyTime deadline_after(std::chrono::seconds timeout) {
  return std::chrono::steady_clock::now() + timeout;
}

// Why a wait has ended, where the socket was not the reason.
enum class Ended { no, timed_out, woken, cancelled };

struct Side {
  explicit Side(const Executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  std::uint64_t waits = 0;  // counts them, so that a late timer does not end the next one
  Ended ended = Ended::no;
  bool waiting = false;
  bool cancelled = false;  // for good
};

}  // namespace

struct Stream::Implementation : std::enable_shared_from_this<Stream::Implementation> {
  Implementation(Socket connected, std::string peer_name, bool from_here)
      : socket(std::move(connected)),
        io(socket.native_handle()),
        reading(socket.get_executor()),
        writing(socket.get_executor()),
        peer(std::move(peer_name)),
        is_loopback(from_here) {
    boost::system::error_code ignored;
    socket.native_non_blocking(true, ignored);
  }

  Socket socket;
  TlsSocket io;
  std::unique_ptr<Compression> compression;
  Side reading, writing;
  std::string buffer;  // read but not taken: from `taken` on; without capacity when empty
  std::size_t taken = 0;
  bool at_end = false;  // the peer has closed its side
  std::string peer;
  bool is_loopback;

  // ---- waiting
  void end(Side& side, Ended why) {
    if (!side.waiting || side.ended != Ended::no) return;
    side.ended = why;
    boost::system::error_code ignored;
    socket.cancel(ignored);  // the other side finds that it was not meant, and waits on
  }

  void arm(Side& side, SteadyTime deadline) {
    side.timer.expires_at(deadline);
    side.timer.async_wait([weak = weak_from_this(), &side, wait = side.waits](auto error) {
      const auto self = weak.lock();
      if (!error && self && side.waits == wait) self->end(side, Ended::timed_out);
    });
  }

  Task<Ended> wait_for(Side& side, Progress what, SteadyTime deadline) {
    if (side.cancelled) co_return Ended::cancelled;
    const auto self = shared_from_this();
    if (compression && &side == &reading) compression->rest();
    const auto direction = what == Progress::want_write ? Socket::wait_write : Socket::wait_read;
    side.ended = Ended::no;
    side.waiting = true;
    arm(side, deadline);
    boost::system::error_code error = asio::error::operation_aborted;
    while (error == asio::error::operation_aborted && side.ended == Ended::no) {
      auto token = asio::redirect_error(asio::use_awaitable, error);
      co_await socket.async_wait(direction, token);
    }
    side.waiting = false;
    ++side.waits;
    side.timer.cancel();
    if (error && error != asio::error::operation_aborted)
      throw Disconnected("the connection is broken");
    co_return side.ended;
  }

  Task<> wait_or_throw(Side& side, Progress what, SteadyTime deadline) {
    const auto ended = co_await wait_for(side, what, deadline);
    if (ended == Ended::timed_out) throw TimedOut("the client was silent for too long");
    if (ended == Ended::cancelled) throw Disconnected("the connection is closing");
  }

  // ---- reading
  std::string_view unread() const { return std::string_view(buffer).substr(taken); }

  void take(std::size_t count) {
    taken += count;
    if (taken < buffer.size()) return;
    std::string().swap(buffer);
    taken = 0;
  }

  Progress receive(std::string& into, std::size_t limit) {
    if (!compression) return io.receive(into, limit);
    try {
      while (compression->inflate(into, limit) == 0) {
        const auto progress = io.receive(compression->received(), received_step);
        if (progress != Progress::done) return progress;
      }
    } catch (const Error&) {
      return Progress::failed;
    }
    return Progress::done;
  }

  // At least one more octet in `into`, or at_end.
  Task<> fill(std::string& into, std::size_t limit, SteadyTime deadline) {
    while (!at_end) {
      if (reading.cancelled) throw Disconnected("the connection is closing");
      const auto progress = receive(into, limit);
      if (progress == Progress::done) co_return;
      if (progress == Progress::failed) throw Disconnected("the connection is broken");
      if (progress == Progress::closed)
        at_end = true;
      else
        co_await wait_or_throw(reading, progress, deadline);
    }
  }

  Task<> fill_buffer(SteadyTime deadline) {
    co_await fill(buffer, unlimited, deadline);
    if (at_end && unread().empty()) throw Disconnected("the client has closed the connection");
  }

  Task<> send(std::string_view octets) {
    while (!octets.empty()) {
      if (writing.cancelled) throw Disconnected("the connection is closing");
      std::size_t sent = 0;
      const auto progress = io.send(octets, sent);
      octets.remove_prefix(sent);
      if (progress == Progress::done) continue;
      if (progress == Progress::failed || progress == Progress::closed)
        throw Disconnected("the client has closed the connection");
      const auto timeout = reading.cancelled ? closing_timeout : write_timeout;
      co_await wait_or_throw(writing, progress, deadline_after(timeout));
    }
  }

  // What is left of a line that is too long. Its last octets are returned.
  Task<std::string> drop_line(SteadyTime deadline) {
    std::string end;
    for (std::uint64_t dropped = 0; dropped < longest_dropped;) {
      const auto line_end = unread().find('\n');
      const auto size = std::min(line_end, unread().size());
      end += unread().substr(0, size);
      dropped += size;
      if (end.size() > kept_of_long_line) end.erase(0, end.size() - kept_of_long_line);
      if (line_end != std::string_view::npos) {
        take(size + 1);
        if (end.ends_with('\r')) end.pop_back();
        co_return end;
      }
      take(size);
      co_await fill_buffer(deadline);
    }
    throw Disconnected("the client sends a line without an end");
  }
};

Stream::Stream(asio::ip::tcp::socket socket) {
  boost::system::error_code error;
  const auto address = socket.remote_endpoint(error).address();
  socket.set_option(asio::ip::tcp::no_delay(true), error);
  const bool is_mapped = address.is_v6() && address.to_v6().is_v4_mapped();
  const auto shown = is_mapped
                         ? asio::ip::address(make_address_v4(asio::ip::v4_mapped, address.to_v6()))
                         : address;
  implementation_ = std::make_shared<Implementation>(Socket(std::move(socket)), shown.to_string(),
                                                     shown.is_loopback());
}

Stream::Stream(asio::local::stream_protocol::socket socket)
    : implementation_(std::make_shared<Implementation>(Socket(std::move(socket)), "unix", true)) {}

Stream::~Stream() = default;
Stream::Stream(Stream&&) noexcept = default;

Executor Stream::executor() const { return implementation_->socket.get_executor(); }
bool Stream::is_tls() const { return implementation_->io.tls() != nullptr; }
std::string Stream::peer() const { return implementation_->peer; }
bool Stream::is_loopback() const { return implementation_->is_loopback; }

std::string Stream::tls_description() const {
  const auto* ssl = implementation_->io.tls();
  if (ssl == nullptr) return "";
  return std::string(SSL_get_version(ssl)) + ' ' + SSL_get_cipher_name(ssl);
}

std::vector<ChannelBinding> Stream::channel_bindings() const {
  return channel_bindings_of(implementation_->io.tls());
}

std::optional<crypto::PeerCertificate> Stream::peer_certificate() const {
  return peer_certificate_of(implementation_->io.tls());
}

Task<> Stream::start_tls(const TlsContext& context, std::chrono::seconds timeout) {
  auto& self = *implementation_;
  if (has_buffered_input()) throw Error(Fault::invalid, "octets came ahead of the TLS handshake");
  const auto deadline = deadline_after(timeout);
  while (true) {
    const auto progress = self.io.handshake(context.implementation_->context.get());
    if (progress == Progress::done) co_return;
    if (progress == Progress::failed || progress == Progress::closed)
      throw Disconnected("the TLS handshake failed: " + tls_error());
    co_await self.wait_or_throw(self.reading, progress, deadline);
  }
}

Task<std::string> Stream::read_line(std::size_t limit, std::chrono::seconds timeout) {
  auto& self = *implementation_;
  const auto deadline = deadline_after(timeout);
  std::size_t searched = 0;
  std::size_t end = std::string_view::npos;
  while ((end = self.unread().find('\n', searched)) == std::string_view::npos &&
         self.unread().size() <= limit + 1) {
    searched = self.unread().size();
    if (self.at_end) throw Disconnected("the client has closed the connection");
    co_await self.fill_buffer(deadline);
  }
  std::string line(self.unread().substr(0, std::min(end, self.unread().size())));
  if (end != std::string_view::npos && line.ends_with('\r')) line.pop_back();
  if (end != std::string_view::npos && line.size() <= limit) {
    self.take(end + 1);
    co_return line;
  }
  auto last = co_await self.drop_line(deadline);
  throw LineTooLong(line.substr(0, kept_of_long_line), std::move(last));
}

Task<> Stream::read_exactly(std::string& out, std::size_t count, std::chrono::seconds timeout) {
  auto& self = *implementation_;
  const auto buffered = std::min(count, self.unread().size());
  out.append(self.unread().substr(0, buffered));
  self.take(buffered);
  const auto whole = out.size() + (count - buffered);
  while (out.size() < whole) {
    co_await self.fill(out, whole - out.size(), deadline_after(timeout));
    if (self.at_end && out.size() < whole)
      throw Disconnected("the client has closed the connection");
  }
}

Task<> Stream::drop_exactly(std::uint64_t count, std::chrono::seconds timeout) {
  while (count > 0) {
    const auto limit = static_cast<std::size_t>(std::min<std::uint64_t>(count, 64 * 1024));
    const auto octets = co_await read_some(limit, timeout);
    if (octets.empty()) throw Disconnected("the client has closed the connection");
    count -= octets.size();
  }
}

Task<std::string> Stream::read_some(std::size_t limit, std::chrono::seconds timeout) {
  auto& self = *implementation_;
  std::string octets;
  if (self.taken == 0 && self.buffer.size() <= limit) {
    octets.swap(self.buffer);
  } else {
    octets = self.unread().substr(0, limit);
    self.take(octets.size());
  }
  if (octets.empty()) co_await self.fill(octets, limit, deadline_after(timeout));
  co_return octets;
}

Task<bool> Stream::readable(std::chrono::seconds timeout) {
  const auto ready = co_await wait(timeout);
  co_return ready == Ready::input;
}

Task<Stream::Ready> Stream::wait(std::chrono::seconds timeout) {
  auto& self = *implementation_;
  const auto deadline = deadline_after(timeout);
  while (self.unread().empty() && !self.at_end) {
    // A TLS socket is also readable for what is no data of the client's: look.
    const auto progress = self.receive(self.buffer, unlimited);
    if (progress == Progress::done) continue;
    if (progress == Progress::failed) throw Disconnected("the connection is broken");
    if (progress == Progress::closed) break;
    const auto ended = co_await self.wait_for(self.reading, progress, deadline);
    if (ended == Ended::cancelled) throw Disconnected("the connection is closing");
    if (ended == Ended::woken) co_return Ready::woken;
    if (ended == Ended::timed_out) co_return Ready::timed_out;
  }
  co_return Ready::input;
}

void Stream::wake() { implementation_->end(implementation_->reading, Ended::woken); }

void Stream::start_compression() { implementation_->compression = std::make_unique<Compression>(); }

bool Stream::is_compressed() const { return implementation_->compression != nullptr; }

bool Stream::has_buffered_input() const {
  return !implementation_->unread().empty() || implementation_->io.has_decrypted_input();
}

bool Stream::has_line() const {
  return implementation_->unread().find('\n') != std::string_view::npos;
}

void Stream::discard_input() { implementation_->take(implementation_->unread().size()); }

Task<> Stream::write(std::string_view octets) {
  auto& self = *implementation_;
  if (!self.compression) {
    co_await self.send(octets);
    co_return;
  }
  while (!octets.empty()) {
    const auto step = octets.substr(0, compressed_step);
    octets.remove_prefix(step.size());
    const auto compressed = self.compression->deflate(step);
    co_await self.send(compressed);
  }
}

Task<> Stream::write_and_end_compression(std::string_view octets) {
  auto& self = *implementation_;
  if (!self.compression) {
    co_await write(octets);
    co_return;
  }
  const auto last = self.compression->finish(octets);
  co_await self.send(last);
  self.buffer += self.compression->received();
  self.compression.reset();
}

void Stream::cancel() {
  auto& self = *implementation_;
  for (auto* side : {&self.reading, &self.writing}) {
    side->cancelled = true;
    self.end(*side, Ended::cancelled);
  }
}

void Stream::stop_reading() {
  auto& self = *implementation_;
  self.reading.cancelled = true;
  self.end(self.reading, Ended::cancelled);
  if (self.writing.waiting) self.arm(self.writing, deadline_after(closing_timeout));
}

Task<> Stream::shutdown() {
  auto& self = *implementation_;
  const auto keep = implementation_;
  boost::system::error_code ignored;
  self.io.close_notify();
  self.socket.shutdown(Socket::shutdown_send, ignored);
  // A close with unread input would reset the connection and lose the last lines sent.
  self.reading.cancelled = false;
  const auto deadline = deadline_after(closing_timeout);
  try {
    for (std::size_t dropped = 0; !self.at_end && dropped < unread_at_close_limit;) {
      self.take(self.unread().size());
      co_await self.fill(self.buffer, unlimited, deadline);
      dropped += self.unread().size();
    }
  } catch (const Error&) {
  }
  self.socket.close(ignored);
}

}  // namespace imap
