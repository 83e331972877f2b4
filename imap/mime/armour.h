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
};

// The first from there on. It goes on as long as lines look like armour, so a begin line alone
// hides nothing of what follows.
std::optional<Armoured> find_armour(std::string_view text, std::size_t from = 0);

std::string without_armour(std::string text);

// The packets in one armour, of lines and nothing beside them; empty unless it is whole: its begin
// line, few short headers that RFC 4880 6.2 knows, data, perhaps a checksum, its end line.
std::string armoured_packets(std::string_view armour);

}  // namespace imap::mime
