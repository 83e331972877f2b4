#pragma once
// A connection to a server on loopback, blocking, with as little work as can be. Failures are
// thrown as std::runtime_error.

#include <openssl/ssl.h>

#include <string>
#include <string_view>
#include <vector>

namespace load {

enum class Transport { plain, tls };

class Connection {
 public:
  explicit Connection(int port, Transport = Transport::plain);
  Connection(Connection&&) noexcept;
  Connection(const Connection&) = delete;
  ~Connection();

  void send(std::string_view);

  // Without CRLF. What is returned lasts until the next call of line or take.
  std::string_view line();
  // So many octets.
  std::string_view take(std::size_t octets);

  int descriptor() const { return socket_; }
  // Frees what is kept to read: for connections that are held and idle. There must be nothing left
  // to be read.
  void shrink();

 private:
  void fill();

  int socket_;
  SSL* tls_ = nullptr;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
};

}  // namespace load
