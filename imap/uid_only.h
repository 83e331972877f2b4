#pragma once
// UIDONLY (RFC 9586): a client that has enabled it neither gives nor gets message numbers. Its
// FETCH answers are UIDFETCH and its EXPUNGEs VANISHED (View::Form).

#include "imap/search/query.h"
#include "imap/select_parameters.h"
#include "imap/session.h"

namespace imap {

// Each throws BadSyntax with [UIDREQUIRED] where it finds a message number, in a session that has
// enabled UIDONLY.
void refuse_numbers(const Session&, const Command&);  // that has a UID form to be used instead
void refuse_numbers(const Session&, const search::Key&);
void refuse_numbers(const Session&, const SelectParameters&);

}  // namespace imap
