#pragma once
// One connection, plain or TLS inside: one concrete type, so that protocol code never instantiates
// Asio's templates. Our own TLS over readiness waits (no asio::ssl: it holds 70 KB a stream). Idle
// reads hold no buffer. Belongs to one io_context thread; not shared.
//
// At most one read (or wait) and one write are in flight. Nothing of TLS is ever cut in two by a
// cancel or a time-out: only waits for the socket are ended.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "crypto/peer_certificate.h"

namespace imap {

// Certificate and settings of a server's TLS (1.2 and later). Immutable; shared by all threads.
class TlsContext {
 public:
  // PEM files. Throws invalid with the file's name and what is wrong with it.
  TlsContext(const std::string& certificate_file, const std::string& key_file);
  // The same, and clients are asked for a certificate that one of these CAs has signed. Who has
  // none, or one that does not verify, is served all the same, as if he had shown none.
  TlsContext(const std::string& certificate_file, const std::string& key_file,
             const std::string& client_ca_file);
  ~TlsContext();

 private:
  friend class Stream;
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

// The connection is of no more use: closed, broken or cancelled.
class Disconnected : public Error {
 public:
  explicit Disconnected(const std::string& message) : Error(Fault::unavailable, message) {}
};

// The peer sent nothing, or read nothing, for as long as it had.
class TimedOut : public Disconnected {
  using Disconnected::Disconnected;
};

// A line was longer than the reader's limit, and has been dropped up to its end.
class LineTooLong : public Error {
 public:
  LineTooLong(std::string begin, std::string end)
      : Error(Fault::too_big, "the line is too long"),
        begin_(std::move(begin)),
        end_(std::move(end)) {}
  const std::string& begin() const { return begin_; }  // its first octets: a tag can be found
  const std::string& end() const { return end_; }      // its last: a literal may be announced

 private:
  std::string begin_, end_;
};

// What both ends of one TLS connection know, and nobody who is between two (RFC 5056).
struct ChannelBinding {
  std::string type;  // "tls-exporter"
  Bytes octets;
};

class Stream {
 public:
  explicit Stream(boost::asio::ip::tcp::socket socket);
  explicit Stream(boost::asio::local::stream_protocol::socket socket);
  ~Stream();
  Stream(Stream&&) noexcept;

  Executor executor() const;

  // Server side of the handshake. Throws Disconnected when it fails, TimedOut when it takes too
  // long. Throws invalid if octets have arrived before it that were read but not taken (command
  // injection ahead of STARTTLS, RFC 3207 4.2 and CVE-2011-0411): call discard_input() first to
  // refuse instead.
  Task<> start_tls(const TlsContext&, std::chrono::seconds timeout);
  bool is_tls() const;
  // From here on both sides send deflate streams (RFC 4978). Nothing may have arrived ahead of it.
  // While the stream waits for the client, the memory that compressing takes is given back.
  void start_compression();
  bool is_compressed() const;
  // tls-exporter (RFC 9266) of TLS 1.3, tls-unique (RFC 5929) of TLS 1.2 with an extended master
  // secret (RFC 7627), tls-server-end-point (RFC 5929). None when plain.
  std::vector<ChannelBinding> channel_bindings() const;
  // Only one that has verified.
  std::optional<crypto::PeerCertificate> peer_certificate() const;
  // The end of both streams, after these octets: what comes now is as it is (RFC 8437 4.1).
  Task<> write_and_end_compression(std::string_view octets);
  std::string tls_description() const;  // "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty when plain

  // A line without its CRLF (a bare LF ends it too). Throws LineTooLong (too_big) past `limit`
  // octets, with the rest of the line dropped so that the stream stays in step; TimedOut when the
  // whole line has not come in time; Disconnected at end of file and on cancel.
  Task<std::string> read_line(std::size_t limit, std::chrono::seconds timeout);
  // Exactly `count` octets, appended to `out`. The timeout is for the peer to send something.
  Task<> read_exactly(std::string& out, std::size_t count, std::chrono::seconds timeout);
  // The same, but the octets are let go.
  Task<> drop_exactly(std::uint64_t count, std::chrono::seconds timeout);
  // What is there, at least one octet, at most `limit`; empty at end of file.
  Task<std::string> read_some(std::size_t limit, std::chrono::seconds timeout);

  // Waits until octets can be read (or are buffered) or the peer has closed, without holding a
  // buffer. False on time-out.
  Task<bool> readable(std::chrono::seconds timeout);
  // The same, and also ends when wake() is called meanwhile; from the executor only.
  enum class Ready { input, woken, timed_out };
  Task<Ready> wait(std::chrono::seconds timeout);
  void wake();

  bool has_buffered_input() const;
  bool has_line() const;  // read_line would not wait
  void discard_input();   // drops what has been read but not taken

  // All of it. Throws TimedOut when the peer does not read for `write_timeout`, Disconnected when
  // it is gone.
  Task<> write(std::string_view octets);

  void cancel();        // from the executor; ends reads and writes, now and later: Disconnected
  void stop_reading();  // the same for reads alone; writes get `closing_timeout` from now on
  Task<> shutdown();    // TLS close_notify and FIN; at most closing_timeout; never throws

  std::string peer() const;  // "192.0.2.1" or "unix"
  bool is_loopback() const;  // the peer is this machine

 private:
  struct Implementation;
  std::shared_ptr<Implementation> implementation_;
};

inline constexpr std::chrono::seconds write_timeout{120};
inline constexpr std::chrono::seconds closing_timeout{3};

}  // namespace imap
