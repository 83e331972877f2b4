#pragma once
// Octets between a non-blocking socket and us, plain until the handshake, a system call at a time:
// Stream decides when, and waits. For imap/stream.cpp only.

#include <cstddef>
#include <string>
#include <string_view>

#include "imap/tls_context.h"

namespace imap {

enum class Progress {
  done,        // something moved
  want_read,   // wait until the socket is readable, then again
  want_write,  // likewise, writable
  closed,      // the peer has ended its side
  failed       // the connection is broken
};

class TlsSocket {
 public:
  explicit TlsSocket(int descriptor) : descriptor_(descriptor) {}

  Progress receive(std::string& appended_to, std::size_t limit);
  Progress send(std::string_view octets, std::size_t& sent);
  bool has_decrypted_input() const;

  Progress handshake(SSL_CTX*);
  void close_notify();
  const SSL* tls() const { return ssl_.get(); }

 private:
  Progress progress_of(int result) const;

  int descriptor_;
  Ssl ssl_;
};

}  // namespace imap
