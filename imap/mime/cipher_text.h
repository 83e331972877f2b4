#pragma once
// Are octets what a cipher makes? There is no proof of it, but text, which people read, is told
// from it: ciphertext has it by chance less than once in 10^8 messages of 100 MB.

#include <string_view>

namespace imap::mime {

// Is there a piece that is text (ASCII, UTF-8) without a break, of 48 octets or all there are?
bool shows_text(std::string_view octets);

// As much as the shortest message makes, and no text in it.
bool is_cipher_text(std::string_view octets);

}  // namespace imap::mime
