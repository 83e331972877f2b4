#pragma once
// What happened to a call means for the keys under a vault (reference: key vault REST, error
// taxonomy): one table. Only an explicit act of the customer is `denied`; a fault of ours or of the
// network never is.

#include <string>
#include <string_view>

#include "crypto/root_keys.h"

namespace crypto {

// Who was asked: the vault, the token endpoint of a tenant, the machine's managed identity.
enum class Speaker { vault, authority, identity };

struct VaultReply {
  unsigned status = 0;  // 0: no answer
  // error.code, or of a token endpoint `error`. Empty: no JSON, or none in it, so that a proxy may
  // be speaking. Where there is no answer, or one that cannot be used, why: "timeout", ...
  std::string code;
  std::string inner;  // error.innererror.code, or "AADSTS..."
  Speaker speaker = Speaker::vault;
};

// Status and code decide; the inner code only refines; texts for people never count.
RootVerdict verdict_of(const VaultReply&);

// "403 Forbidden/KeyDisabled", "503", "timeout", "token 401 invalid_client/AADSTS7000215"
std::string code_of(const VaultReply&);

// Of such a code: the vault was spared by us, or asks for time. It may well be there, and unwrap in
// a minute.
bool is_put_off(std::string_view code);

// With the verdict and the code of the reply.
RootError failure_of(const VaultReply&, const std::string& message,
                     std::optional<std::chrono::seconds> retry_after = {});

// Of a body, whatever it is.
VaultReply reply_of(unsigned status, std::string_view body, Speaker);

}  // namespace crypto
