#pragma once
// One connection, plain or TLS inside: one concrete type, so that protocol code never instantiates
// Asio's templates. Our own TLS over readiness waits (no asio::ssl: it holds 70 KB a stream). Idle
// reads hold no buffer. Belongs to one io_context thread; not shared.
//
// At most one read and one write are in flight. cancel() ends both with unavailable; nothing else
// cancels a TLS read.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/task.h"

namespace imap {

// Certificate and settings of a server's TLS (1.2 and later). Immutable; shared by all threads.
class TlsContext {
 public:
  // PEM files. Throws invalid with the file's name and what is wrong with it.
  TlsContext(const std::string& certificate_file, const std::string& key_file);
  ~TlsContext();

 private:
  friend class Stream;
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

class Stream {
 public:
  explicit Stream(boost::asio::ip::tcp::socket socket);
  explicit Stream(boost::asio::local::stream_protocol::socket socket);
  ~Stream();

  // Server side of the handshake. Throws unavailable when it fails or takes longer than the
  // timeout. Throws invalid if octets have arrived before it that were read but not taken (command
  // injection ahead of STARTTLS, RFC 3207 4.2 and CVE-2011-0411): call discard_input() first to
  // refuse instead.
  Task<> start_tls(const TlsContext&, std::chrono::seconds timeout);
  bool is_tls() const;
  std::string tls_description() const;  // "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty when plain

  // A line without its CRLF (a bare LF ends it too). Throws too_big past `limit` octets (the rest
  // of the line is dropped first, so the stream stays in step), unavailable at end of file, on
  // time-out and on cancel.
  Task<std::string> read_line(std::size_t limit, std::chrono::seconds timeout);
  // Exactly `count` octets, appended to `out`.
  Task<> read_exactly(std::string& out, std::size_t count, std::chrono::seconds timeout);
  // What is there, at least one octet, at most `limit`; empty at end of file.
  Task<std::string> read_some(std::size_t limit, std::chrono::seconds timeout);
  // Waits until octets can be read (or are buffered), without holding a buffer. False on time-out.
  Task<bool> readable(std::chrono::seconds timeout);
  bool has_buffered_input() const;
  void discard_input();  // drops what has been read but not taken

  // All of it. Throws unavailable when the peer is gone or does not read for `write_timeout`.
  Task<> write(std::string_view octets);

  void cancel();             // any thread may post it to the executor; ends pending waits
  Task<> shutdown();         // TLS close_notify and FIN; bounded; never throws
  std::string peer() const;  // "192.0.2.1" or "unix"
  bool is_loopback() const;  // the peer is this machine

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

inline constexpr std::chrono::seconds write_timeout{120};

}  // namespace imap
