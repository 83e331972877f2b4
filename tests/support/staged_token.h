#pragma once
// SoftHSM behind a PKCS #11 module of our own (staged_token.cc), which can do what real tokens do
// and SoftHSM does not: RSA-OAEP with SHA-256, and fail in all their ways.

#include <p11-kit/pkcs11.h>

#include <map>

namespace vault_test {

enum class Call {
  initialize,
  open_session,
  login,
  find,
  generate,
  create,
  destroy,
  read,
  decrypt_init,
  decrypt,
  sign_init
};

struct Stage {
  struct Failure {
    CK_RV code;
    int times;
  };
  std::map<Call, Failure> failures;
  std::map<Call, int> calls;
  bool oaep = false;                              // CKM_RSA_PKCS_OAEP with SHA-256 ...
  CK_RV not_opened = CKR_ENCRYPTED_DATA_INVALID;  // ... and its word for a bad ciphertext
  bool pss = true;                                // CKM_RSA_PKCS_PSS
  CK_FLAGS flags = 0;                             // more of them, of the token
  bool (*step)() = nullptr;  // asked before and after what changes the token; false: it fails
};

// Of the module in this process, which is never unloaded. While no other thread uses the token.
Stage& stage();

}  // namespace vault_test
