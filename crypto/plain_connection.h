#pragma once
// Plain TCP: for what is not worth hiding, and for dialogues that go over to TLS (STARTTLS).

#include <string>
#include <utility>

#include "crypto/connection.h"

namespace crypto {

class PlainConnection : public Connection {
 public:
  PlainConnection(const std::string& host, unsigned short port, const Wait&);
  ~PlainConnection() override;

  void write(std::string_view, const Wait&) override;
  std::size_t read_some(std::span<char>, const Wait&) override;
  bool quiet() const override;

  // Gives the socket away: nothing else may be called then.
  int release() { return std::exchange(socket_, -1); }

 protected:
  explicit PlainConnection(int socket) : socket_(socket) {}

 private:
  int socket_;
};

}  // namespace crypto
