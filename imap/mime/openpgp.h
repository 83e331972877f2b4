#pragma once
// OpenPGP messages as packets (RFC 4880 section 4, RFC 9580 section 4): only how they are framed,
// no key and no cipher.

#include <string>
#include <string_view>

namespace imap::mime {

// What is encrypted in an encrypted message (RFC 4880 11.3, RFC 9580 10.3): session keys, at least
// one, then one packet of encrypted data that ends with the octets. Empty when they are anything
// else: a packet of another kind may be read by everybody. Linear; any input.
std::string enciphered_data(std::string_view packets);

}  // namespace imap::mime
