#include "crypto/secret_text.h"

namespace crypto {

SecretText taken_secret(std::string& text) {
  SecretText out(text.begin(), text.end());
  wipe(text.data(), text.size());
  text.clear();
  return out;
}

}  // namespace crypto
