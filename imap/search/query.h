#pragma once
// What SEARCH asks for (RFC 3501 6.4.4), as a tree. Shorthands are written out: NEW is RECENT and
// not SEEN, UNSEEN is not SEEN.

#include <cstdint>
#include <string>
#include <vector>

#include "imap/request.h"
#include "imap/sequence_set.h"

namespace imap::search {

inline constexpr std::size_t nesting_limit = 100;  // parentheses and the like within each other
inline constexpr std::size_t key_limit = 5000;     // in one query

struct Key {
  enum class Kind : std::uint8_t {
    everything,
    numbers,  // sequence numbers of `set`
    uids,
    flag,  // SystemFlag bit in `flag`
    keyword,
    recent,
    larger,
    smaller,
    internal_before,  // days: INTERNALDATE without its time and zone
    internal_on,
    internal_since,
    sent_before,  // days: the Date field, likewise
    sent_on,
    sent_since,
    younger,  // seconds before now, in `size` (RFC 5032)
    older,
    saved_before,  // days: when it came into the folder (RFC 8514)
    saved_on,
    saved_since,
    email_id,   // `name` (RFC 8474 section 6)
    thread_id,  // likewise
    modseq,     // not below `size` (RFC 7162 3.1.5)
    header,     // field `name` holds `needle`; an empty needle: has the field
    body,
    text,  // header or body
    all_of,
    any_of,
    none_of,
  };

  // RFC 6203: what fuzzy means for which key, relevancy.h says. Those it means nothing for are
  // exact.
  enum class Match : std::uint8_t { exact, fuzzy };

  Kind kind = Kind::everything;
  SequenceSet set{};
  std::uint8_t flag = 0;
  std::string name{};    // a keyword or id as written; a field name in lower case
  std::string needle{};  // as sent; after decoded() folded UTF-8
  std::uint64_t size = 0;
  std::int64_t day = 0;  // since 1970-01-01
  std::vector<Key> keys{};
  Match match = Match::exact;
};

struct Query {
  std::string charset;  // of the needles; empty: not said
  Key root;             // all_of
};

// From CHARSET or the first key to the end of the command. Throws BadSyntax.
Query parse_query(Request&);
// The same where the charset comes first, always (RFC 5256).
Query parse_charset_and_query(Request&);

bool has(const Key&, Key::Kind);  // it, or a key within it
bool has_fuzzy(const Key&);       // likewise: FUZZY was asked for, whatever it means for the key

bool is_known_charset(const std::string& name);  // empty is

// The same with needles that compare with stored text. Charset must be known.
Key decoded(const Query&);

}  // namespace imap::search
