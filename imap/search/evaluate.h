#pragma once
// Does a message match? Asked with what is known of it so far, so that dear facts (a summary, a
// text) are read only for messages that cheap ones leave open. Pure: no storage, no I/O.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "imap/mime/summary.h"
#include "imap/search/fuzzy.h"
#include "imap/search/query.h"
#include "storage/entry.h"
#include "storage/tree.h"

namespace imap::search {

enum class Truth : std::uint8_t { no, unknown, yes };

// What a key rests on, from cheap to dear. What the index cannot tell, texts do.
enum class Source : std::uint8_t { entry, index, summary, header_text, body_text };

// A Key made ready for one folder: sets resolved, keywords found, cheap keys first.
struct Test {
  Key::Kind kind = Key::Kind::everything;
  Source source = Source::entry;  // the dearest one below this test
  std::vector<SequenceSet::Range> ranges{};
  std::uint8_t flag = 0;
  std::optional<std::size_t> keyword{};
  std::string name{}, needle{};
  std::uint64_t size = 0;
  std::int64_t day = 0;
  UnixTime time = 0;
  std::vector<Test> tests{};
  // fuzzy only where that means something for the kind (relevancy.h).
  Key::Match match = Key::Match::exact;
  std::optional<FuzzyNeedle> words{};  // of a fuzzy test of text
  // Bits of what the index is asked for it (filter.h).
  std::uint64_t in_header = 0, in_body = 0;
};

// What the words of a query mean at the time it is asked.
struct Moment {
  std::uint32_t largest_number = 0;
  std::uint32_t largest_uid = 0;
  std::vector<Uid> saved{};  // "$" (RFC 5182); rising
  UnixTime now = 0;
};
Test prepared(const Key&, const Moment&, const storage::Tree&);

// Is there a test of that source in it? A text test needs both texts.
bool rests_on(const Test&, Source);
bool has(const Test&, Key::Kind);  // it, or a test within it

struct Facts {
  std::uint32_t number = 0;
  const storage::Entry* entry = nullptr;
  bool recent = false;
  // Bits of tests whose needle is not in that text, or is.
  std::uint64_t ruled_out = 0, found = 0;
  enum class Read : bool { no, yes } summary_read = Read::no;
  std::string email_id{}, thread_id{};  // empty: not needed
  std::optional<mime::Sent> sent{};     // none though read: no Date that makes sense
  // Folded, a line for each field: "subject: text" LF.
  std::optional<std::string_view> header_text{};
  std::optional<std::string_view> body_text{};
};

Truth evaluate(const Test&, const Facts&);
// Turns what tests find in the header text into bits, for those that have one: it need not be read
// again.
void note_header(const Test&, Facts&);
bool needs_header_again(const Test&);  // some have none

// ---- what tests look at
std::int64_t day_of(UnixTime, std::int16_t zone);  // since 1970-01-01, there

// Calls `holds(value)` for the fields of that name in a header text until one says true; whether
// one did. No field has a name with a colon (RFC 5322 section 2.2).
template <class Holds>
bool any_field(std::string_view header, std::string_view name, Holds holds) {
  if (name.find(':') != std::string_view::npos) return false;
  while (!header.empty()) {
    const auto line = header.substr(0, header.find('\n'));
    header.remove_prefix(std::min(line.size() + 1, header.size()));
    if (line.size() <= name.size() || line[name.size()] != ':' || !line.starts_with(name)) continue;
    auto value = line.substr(name.size() + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (holds(value)) return true;
  }
  return false;
}

}  // namespace imap::search
