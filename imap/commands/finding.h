#pragma once
// What SEARCH, SORT and THREAD do alike: find messages in the selected folder, and say so.

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "imap/commands/commands.h"
#include "imap/mime/brief.h"
#include "imap/search/query.h"
#include "imap/search/returning.h"
#include "imap/search/run.h"

namespace imap::commands {

struct Found {
  std::vector<search::Hit> hits;  // rising
  std::vector<Uid> damaged;       // could not be looked at; rising
  bool some_expunged = false;     // nor could these
  bool by_number = false;         // message numbers were searched for
};

// Throws BadSyntax for what a client may not ask for after what it has enabled: message numbers
// (RFC 9586), keys that IMAP4rev2 has dropped.
void check_keys(Session&, const search::Query&);
// Likewise for SEARCH and ESEARCH, a charset (RFC 6855 section 3). SORT and THREAD cannot be
// without one (RFC 5256 section 5).
void refuse_charset(const Session&, const search::Query&);

// The charset must be known. With SAVE, "$" is nothing until tell() (RFC 5182 2.1: so it stays when
// this fails, or the charset is refused).
Task<Found> find(Session&, const search::Query&, const std::optional<search::Returning>&);

// Calls `each` with the place in found.hits and the summary. Those whose summary cannot be read
// leave `found`, and are told by outcome().
using EachSummary = std::function<void(std::size_t, const mime::SummaryView&)>;
Task<> read_summaries(Session&, Found&, const EachSummary& each);
// Likewise, of the summaries what a brief has, and in any order.
using EachBrief = std::function<void(std::size_t, const mime::Brief&)>;
Task<> read_briefs(Session&, Found&, storage::Brief, const EachBrief& each);

// Says the untagged line, "SEARCH 1 2" or ESEARCH, and keeps what SAVE asks for. Hits in the order
// that they are answered.
void tell(Session&, const Request&, std::string_view plain_name, const search::Query&,
          const std::optional<search::Returning>&, const std::vector<search::Hit>&);

// ESEARCH, if anything is to be told, with the highest of the mod-sequences it speaks of where
// these were searched for.
using ModSeqOf = std::function<ModSeq(const search::Hit&)>;
void say_esearch(Session&, std::string_view correlator, bool by_uid, const search::Query&,
                 const search::Returning&, const std::vector<search::Hit>&, const ModSeqOf&);
// What SAVE keeps.
void keep(Session&, const search::Returning&, const std::vector<search::Hit>&);

// The messages as they are answered: UIDs for a command's UID form.
search::Results results(const std::vector<search::Hit>&, bool by_uid);

// Throws BadSyntax when relevancy is asked for and nothing is fuzzy (RFC 6203 section 4).
void check_relevancy(const search::Query&, bool asked_for);

Reply bad_charset(Session&, const std::optional<search::Returning>&);
// "NAME completed", with what was left out.
Reply outcome(const std::string& name, const Found&);

}  // namespace imap::commands
