#pragma once
// Plain TCP to this machine or its link: what a cloud machine's identity service speaks. Never to
// anywhere else.

#include <string>

#include "crypto/plain_connection.h"

namespace crypto {

// "localhost", 127.0.0.0/8, 169.254.0.0/16, ::1, fe80::/10
bool is_near(const std::string& host);

class NearConnection final : public PlainConnection {
 public:
  // Throws HttpsError; untrusted unless is_near(host).
  NearConnection(const std::string& host, unsigned short port, Deadline);
};

}  // namespace crypto
