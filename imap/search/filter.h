#pragma once
// Which texts a search need not read: what the search index is asked (storage/search_needle.h).

#include <vector>

#include "imap/search/evaluate.h"
#include "storage/search_needle.h"

namespace imap::search {

// The needles of the exact tests of text within it, which learn which of their answers is theirs
// (Test::in_header, Test::in_body). As many as there may be; none of tests that only reading
// answers.
std::vector<storage::SearchNeedle> ask_index(Test&);

// Which lines of a header its tests look at.
storage::HeaderParts header_parts_of(const Test&);

}  // namespace imap::search
