#pragma once
// What has been stored is fetched and compared.

#include <cstddef>
#include <map>
#include <set>
#include <string>

#include "corpus.h"
#include "work.h"

namespace load {

// The next UID of each user's folder.
std::map<std::string, std::size_t> next_uids(const Options&, const std::string& folder);

// Fetches what each user's folder has from that UID on, and notes what is not, octet by octet, the
// messages that belong there.
void compare_stored(const Options&, const std::string& folder, const Corpus&,
                    const std::map<std::string, std::size_t>& from,
                    const std::map<std::string, std::set<std::size_t>>& expected, Outcome&);

}  // namespace load
