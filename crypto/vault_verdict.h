#pragma once
// What a vault's answer means for the keys under it (reference: key vault REST, error taxonomy).
// Only an explicit act of the customer is `denied`; a fault of ours or of the network never is.

#include <string>
#include <string_view>

#include "crypto/root_keys.h"

namespace crypto {

struct VaultReply {
  unsigned status = 0;
  std::string code;   // error.code; empty: no JSON, or none in it, so that a proxy may be speaking
  std::string inner;  // error.innererror.code
};

// Status and code decide; the inner code only refines; texts for people never count.
RootVerdict verdict_of(const VaultReply&);

// "403 Forbidden/KeyDisabled", "503"
std::string code_of(const VaultReply&);

// Of a body, whatever it is.
VaultReply reply_of(unsigned status, std::string_view body);

}  // namespace crypto
