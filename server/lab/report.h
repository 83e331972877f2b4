#pragma once
// Prediction and what the reader recovered, side by side.

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "server/lab/assets.h"

namespace server::lab {

struct Wanted {
  std::size_t samples = 0;  // subjects to show of each mailbox
  bool lattice = false;     // every subset of the assets, too
};

// {"copy", "assets", "warnings": [text], "clear": {...}, "directory": {...}, "mailboxes": [...],
//  "elsewhere": [...], "lattice": [...], "equal": bool}; RULES.md here says what the members mean.
boost::json::object report_on(const Assets&, const Wanted&);

// A mailbox of the copy, or one of the backup with messages that the copy does not have: what
// people are shown.
bool is_news(const boost::json::object& mailbox);

}  // namespace server::lab
