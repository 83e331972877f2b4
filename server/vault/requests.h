#pragma once
// What clients ask, in the contract's words, taken apart. Everything is bounded and checked here
// before it is used. All throw Refusal 400.

#include <string_view>

#include "server/vault/key.h"
#include "server/vault/secret.h"

namespace vault {

struct CreateRequest {
  std::string type;  // as asked
  unsigned bits;
  Properties properties;
};
CreateRequest parse_create(std::string_view body);

struct ImportRequest {
  std::string type;  // "RSA-HSM" when "Hsm" is true
  Secret pkcs8;
  Properties properties;
};
ImportRequest parse_import(std::string_view body);

Change parse_change(std::string_view body);

// The octets of {"alg":"RSA-OAEP-256","value":..}.
Secret parse_operation(std::string_view body);

// Of {"alg","value":digest} and {"alg","digest","value":signature}; the digest fits the algorithm.
struct SignRequest {
  SignatureScheme scheme;
  Bytes digest;
  Bytes signature;  // verify only
};
SignRequest parse_sign(std::string_view body);
SignRequest parse_verify(std::string_view body);

Bytes parse_restore(std::string_view body);
RotationPolicy parse_rotation(std::string_view body, UnixTime now);

}  // namespace vault
