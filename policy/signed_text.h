#pragma once
// A text of lines that others shall be able to check: its last line has the public key and a
// signature of all octets before it (crypto/FORMAT.md section 15). Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "crypto/keys.h"

namespace policy {

enum class SignatureLine { json, comment };  // {"publicKey":...} or "# publicKey=..."

// `text` ends with a line end.
std::string with_signature(std::string text, SignatureLine, const crypto::SigningKey&);

struct SignedText {
  Bytes public_key;  // that the last line names
  bool whole;        // nothing before it was altered
};
// Throws invalid for what has no such line at its end.
SignedText checked_signature(std::string_view text);

}  // namespace policy
