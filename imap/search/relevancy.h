#pragma once
// How well a message matches what is searched for with FUZZY (RFC 6203 sections 4 and 5). Pure.
//
//   text keys      words, as fuzzy.h has it; a field of the header counts for more than the body
//   dates          up to three days beside match too, the further the less
//   sizes          up to a tenth beside match too, at half the worth
//   all others     match exactly
//
// Of keys that must all match the mean counts, of alternatives the best. NOT and exact keys have no
// say.

#include <optional>

#include "imap/search/evaluate.h"

namespace imap::search {

bool is_fuzzy(const Test&);  // some key in it is

// Of one key that is searched fuzzily: 0 does not match, 1 to 100 does. None: not known yet.
std::optional<unsigned> grade(const Test&, const Facts&);

// Of a message that matches: 1 to 100.
unsigned relevancy(const Test&, const Facts&);

}  // namespace imap::search
