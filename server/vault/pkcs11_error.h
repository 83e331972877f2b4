#pragma once
// What it means when a call into a PKCS #11 module fails (reference: key vault REST, section 9).

#include <p11-kit/pkcs11.h>

#include <stdexcept>
#include <string>

namespace vault {

enum class Trouble {
  unreachable,    // says nothing of any key: the token is opened anew and asked once more
  unclear,        // "general error": some tokens say no more for a ciphertext that does not open
  login,          // the PIN. Never tried again: tokens lock
  gone,           // there is no such object
  forbidden,      // the key may not be used for this
  bad_data,       // what was to be decrypted does not decrypt
  not_supported,  // a mechanism, or its parameters
  refused,        // all else
};

class TokenError : public std::runtime_error {
 public:
  TokenError(CK_RV code, const char* call);  // "C_Decrypt"
  const Trouble trouble;
};

// Throws TokenError unless it is CKR_OK.
void check(CK_RV code, const char* call);

}  // namespace vault
