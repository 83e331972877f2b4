#pragma once
// What SEARCH, SORT and THREAD do alike: find messages in the selected folder, and say so.

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "imap/commands/commands.h"
#include "imap/mime/summary.h"
#include "imap/search/query.h"
#include "imap/search/returning.h"

namespace imap::commands {

struct Found {
  std::vector<std::uint32_t> numbers;  // rising
  std::vector<Uid> damaged;            // could not be looked at; rising
  bool some_expunged = false;          // nor could these
  bool by_number = false;              // message numbers were searched for
};

// The charset must be known. With SAVE, "$" is nothing until tell() (RFC 5182 2.1: so it stays when
// this fails, or the charset is refused).
Task<Found> find(Session&, const search::Query&, const std::optional<search::Returning>&);

// Calls `each` with the place in found.numbers and the summary. Numbers whose summary cannot be
// read leave `found`, and are told by outcome().
using EachSummary = std::function<void(std::size_t, const mime::SummaryView&)>;
Task<> read_summaries(Session&, Found&, const EachSummary& each);

// Sequence numbers as the command answers: UIDs for its UID form.
std::vector<std::uint32_t> answered(const View&, const std::vector<std::uint32_t>& numbers,
                                    bool by_uid);

// Says the untagged line, "SEARCH 1 2" or ESEARCH, and keeps what SAVE asks for. Sequence numbers,
// in the order that they are answered.
void tell(Session&, const Request&, std::string_view plain_name, const search::Query&,
          const std::optional<search::Returning>&, const std::vector<std::uint32_t>& numbers);

Reply bad_charset(Session&, const std::optional<search::Returning>&);
// "NAME completed", with what was left out.
Reply outcome(const std::string& name, const Found&);

}  // namespace imap::commands
