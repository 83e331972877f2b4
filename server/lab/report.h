#pragma once
// Prediction and what the reader recovered, side by side.

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "server/lab/assets.h"

namespace server::lab {

struct Wanted {
  std::size_t samples = 0;  // subjects to show of each mailbox
  bool lattice = false;     // every subset of the assets, too
};

// {"copy", "assets", "warnings": [text], "clear": {...}, "directory": {...}, "levels": [...],
//  "mailboxes": [...], "elsewhere": [...], "lattice": [...], "passed_over": [text], "equal": bool};
//  RULES.md here says what the members mean.
boost::json::object report_on(const Assets&, const Wanted&);

// sealed_inside: what the store sealed is open, and each piece of mail is sealed once more, by the
// mailbox's level or by its sender. empty: it is open, and has no mail. missing: the copy lacks the
// mailbox's database.
enum class State { missing, sealed, sealed_inside, empty, read };
State state_of(const boost::json::object& mailbox);

// Pieces of mail less those that are opaque, of an Amount as JSON.
std::int64_t read_in(const boost::json::object& counts);

// A mailbox of the copy, or one of the backup with messages that the copy does not have: what
// people are shown.
bool is_news(const boost::json::object& mailbox);

}  // namespace server::lab
