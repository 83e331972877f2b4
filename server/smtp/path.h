#pragma once
// Forward and reverse paths (RFC 5321 4.1.2): "<@relay:local@domain>", quoted local parts, address
// literals, UTF-8 (RFC 6531 3.3).

#include "server/smtp/command.h"

namespace server::smtp {

// Reads a path from the front of `text` and takes it off. Source routes are read and forgotten
// (RFC 5321 4.1.1.3, appendix C). `status` is the enhanced code of a refusal: "5.1.3", "5.1.7".
Address parse_path(std::string_view& text, std::string_view status);

}  // namespace server::smtp
