#include "policy/audit.h"

#include "crypto/locked_memory.h"

namespace policy {

std::string new_request_id() { return to_hex(crypto::random_bytes(16)); }

}  // namespace policy
