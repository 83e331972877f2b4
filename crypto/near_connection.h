#pragma once
// Plain TCP to this machine or its link: what a cloud machine's identity service speaks. Never to
// anywhere else.

#include <string>

#include "crypto/connection.h"

namespace crypto {

// "localhost", 127.0.0.0/8, 169.254.0.0/16, ::1, fe80::/10
bool is_near(const std::string& host);

class NearConnection final : public Connection {
 public:
  // Throws HttpsError; untrusted unless is_near(host).
  NearConnection(const std::string& host, unsigned short port, Deadline);
  ~NearConnection() override;

  void write(std::string_view, Deadline) override;
  std::size_t read_some(std::span<char>, Deadline) override;
  bool quiet() const override;

 private:
  int socket_;
};

}  // namespace crypto
