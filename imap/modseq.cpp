#include "imap/modseq.h"

namespace imap {

std::string highest_modseq_code(ModSeq modseq) {
  return "[HIGHESTMODSEQ " + std::to_string(modseq.value) + "] ";
}

std::string modseq_item(ModSeq modseq) { return "MODSEQ (" + std::to_string(modseq.value) + ')'; }

}  // namespace imap
