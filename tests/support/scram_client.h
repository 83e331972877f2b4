#pragma once
// The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), of its own making.

#include <string>

#include "base/bytes.h"

namespace test_support {

class ScramClient {
 public:
  std::string name, password;
  std::string header = "n,,";  // gs2-header
  Bytes binding{};             // cbind-data
  std::string nonce = "rOprNGfwEbeRWgbNEkqO";

  std::string first() const { return header + bare(); }
  // client-final for what the server said; remembers what it must prove.
  std::string final(const std::string& server_first);
  std::string expected;  // server-final

 private:
  std::string bare() const { return "n=" + name + ",r=" + nonce; }
};

}  // namespace test_support
