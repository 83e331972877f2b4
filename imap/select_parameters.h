#pragma once
// What follows the folder's name in SELECT and EXAMINE (RFC 4466 2.1): CONDSTORE and QRESYNC (RFC
// 7162 3.1.8, 3.2.5).

#include <optional>

#include "imap/request.h"
#include "imap/resync.h"

namespace imap {

struct SelectParameters {
  bool condstore = false;
  std::optional<Resync> resync{};
};

// "(CONDSTORE QRESYNC (7 20))", if it is there, to the end of the command. Throws BadSyntax.
SelectParameters parse_select_parameters(Request&);

}  // namespace imap
