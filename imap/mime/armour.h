#pragma once
// Armoured OpenPGP messages in a text (RFC 4880 6.2), also quoted ones: nothing there to be read or
// searched without a private key.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace imap::mime {

struct Armoured {
  std::size_t begin, end;  // of its lines in the text
  bool encrypted;          // false: "BEGIN PGP MESSAGE" around what is merely signed or compressed
};

// The first from there on. It goes on as long as lines look like armour, so a begin line alone
// hides nothing of what follows.
std::optional<Armoured> find_armour(std::string_view text, std::size_t from = 0);

std::string without_armour(std::string text);

// Do these octets, armour undone, begin an encrypted message (RFC 4880 11.3, RFC 9580 10.3)?
bool begins_encrypted(std::string_view packets);

}  // namespace imap::mime
