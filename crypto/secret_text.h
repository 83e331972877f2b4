#pragma once
// Text that is secret and no key: overwritten when it is given back.

#include <string>

#include "crypto/locked_memory.h"

namespace crypto {

using SecretText = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;

// Takes it over: `text` is overwritten.
SecretText taken_secret(std::string& text);

}  // namespace crypto
