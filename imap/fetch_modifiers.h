#pragma once
// What follows the items of FETCH (RFC 4466 2.4): CHANGEDSINCE and VANISHED (RFC 7162
// 3.1.4.1, 3.2.6), PARTIAL (RFC 9394 3.3).

#include <optional>

#include "base/ids.h"
#include "imap/request.h"
#include "imap/search/window.h"

namespace imap {

struct FetchModifiers {
  std::optional<ModSeq> changed_since{};
  bool vanished = false;                    // of UID FETCH with changed_since
  std::optional<search::Window> partial{};  // of UID FETCH
};

// "(CHANGEDSINCE 12 VANISHED)", if it is there, to the end of the command. 0 is taken, too: clients
// send it. Throws BadSyntax.
FetchModifiers parse_fetch_modifiers(Request&);

}  // namespace imap
