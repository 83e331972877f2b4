#pragma once
// What follows the folder's name in SELECT and EXAMINE (RFC 4466 2.1): CONDSTORE (RFC 7162 3.1.8).

#include "imap/request.h"

namespace imap {

struct SelectParameters {
  bool condstore = false;
};

// "(CONDSTORE)", if it is there, to the end of the command. Throws BadSyntax.
SelectParameters parse_select_parameters(Request&);

}  // namespace imap
