#pragma once
// A key version as octets of its file, before sealing (store.h has the form).

#include "server/vault/store.h"

namespace vault {

Secret encode(const KeyVersion&);
KeyVersion decode(ByteView, KeyBackend&);  // throws corrupt

// "Root" and "root" are one name.
std::string lower_case(std::string_view);

}  // namespace vault
