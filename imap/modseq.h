#pragma once
// Mod-sequences as the protocol writes them (RFC 7162 section 7).

#include <string>

#include "base/ids.h"

namespace imap {

std::string highest_modseq_code(ModSeq);  // "[HIGHESTMODSEQ 7] "
std::string modseq_item(ModSeq);          // "MODSEQ (7)", in FETCH

}  // namespace imap
