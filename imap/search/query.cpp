#include "imap/search/query.h"

#include <unicode/ucnv.h>

#include <algorithm>
#include <optional>

#include "imap/mime/charset.h"
#include "imap/mime/fold.h"
#include "imap/mime/header.h"
#include "imap/object_id.h"

namespace imap::search {
namespace {

using Kind = Key::Kind;

// What follows a key's name.
enum class Argument { none, needle, field, keyword, id, date, size, interval, uids, modseq };

struct Word {
  std::string_view name;
  Kind kind;
  Argument argument;
  std::uint8_t flag = 0;
  std::string_view field{};
  enum class Sense { plain, negated } sense = Sense::plain;
};

constexpr auto negated = Word::Sense::negated;

constexpr Word words[] = {
    {"ALL", Kind::everything, Argument::none},
    {"ANSWERED", Kind::flag, Argument::none, storage::answered},
    {"BCC", Kind::header, Argument::needle, 0, "bcc"},
    {"BEFORE", Kind::internal_before, Argument::date},
    {"BODY", Kind::body, Argument::needle},
    {"CC", Kind::header, Argument::needle, 0, "cc"},
    {"DELETED", Kind::flag, Argument::none, storage::deleted},
    {"DRAFT", Kind::flag, Argument::none, storage::draft},
    {"EMAILID", Kind::email_id, Argument::id},
    {"FLAGGED", Kind::flag, Argument::none, storage::flagged},
    {"FROM", Kind::header, Argument::needle, 0, "from"},
    {"HEADER", Kind::header, Argument::field},
    {"KEYWORD", Kind::keyword, Argument::keyword},
    {"LARGER", Kind::larger, Argument::size},
    {"MODSEQ", Kind::modseq, Argument::modseq},
    {"OLD", Kind::recent, Argument::none, 0, {}, negated},
    {"OLDER", Kind::older, Argument::interval},
    {"ON", Kind::internal_on, Argument::date},
    {"RECENT", Kind::recent, Argument::none},
    {"SAVEDATESUPPORTED", Kind::everything, Argument::none},
    {"SAVEDBEFORE", Kind::saved_before, Argument::date},
    {"SAVEDON", Kind::saved_on, Argument::date},
    {"SAVEDSINCE", Kind::saved_since, Argument::date},
    {"SEEN", Kind::flag, Argument::none, storage::seen},
    {"SENTBEFORE", Kind::sent_before, Argument::date},
    {"SENTON", Kind::sent_on, Argument::date},
    {"SENTSINCE", Kind::sent_since, Argument::date},
    {"SINCE", Kind::internal_since, Argument::date},
    {"SMALLER", Kind::smaller, Argument::size},
    {"SUBJECT", Kind::header, Argument::needle, 0, "subject"},
    {"TEXT", Kind::text, Argument::needle},
    {"THREADID", Kind::thread_id, Argument::id},
    {"TO", Kind::header, Argument::needle, 0, "to"},
    {"UID", Kind::uids, Argument::uids},
    {"UNANSWERED", Kind::flag, Argument::none, storage::answered, {}, negated},
    {"UNDELETED", Kind::flag, Argument::none, storage::deleted, {}, negated},
    {"UNDRAFT", Kind::flag, Argument::none, storage::draft, {}, negated},
    {"UNFLAGGED", Kind::flag, Argument::none, storage::flagged, {}, negated},
    {"UNKEYWORD", Kind::keyword, Argument::keyword, 0, {}, negated},
    {"UNSEEN", Kind::flag, Argument::none, storage::seen, {}, negated},
    {"YOUNGER", Kind::younger, Argument::interval},
};

static_assert(std::is_sorted(std::begin(words), std::end(words),
                             [](const Word& a, const Word& b) { return a.name < b.name; }));

std::string upper(std::string_view text) {
  std::string result(text);
  for (auto& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

Key negation(Key key) {
  Key result{.kind = Kind::none_of};
  result.keys.push_back(std::move(key));
  return result;
}

class Parser {
 public:
  explicit Parser(Request& request) : request_(request) {}

  // search-key *(SP search-key), up to ')' or the end.
  Key conjunction(std::size_t depth) {
    Key result{.kind = Kind::all_of};
    do {
      result.keys.push_back(key(depth));
    } while (request_.try_space());
    return result;
  }

 private:
  Key key(std::size_t depth) {
    if (depth > nesting_limit) throw BadSyntax("The search is nested too deeply");
    if (++count_ > key_limit) throw BadSyntax("The search has too many keys");
    const char first = request_.peek();
    if (first == '(') return parenthesized(depth);
    if (first == '*' || first == '$' || (first >= '0' && first <= '9')) {
      return {.kind = Kind::numbers, .set = request_.sequence_set()};
    }
    const auto name = upper(request_.keyword_text());
    if (name == "NOT") return inverted(depth);
    if (name == "OR") return alternatives(depth);
    if (name == "FUZZY") return fuzzy(depth);
    return word(name);
  }

  Key parenthesized(std::size_t depth) {
    request_.expect('(');
    auto result = conjunction(depth + 1);
    request_.expect(')');
    return result;
  }

  Key inverted(std::size_t depth) {
    request_.space();
    return negation(key(depth + 1));
  }

  Key fuzzy(std::size_t depth) {
    request_.space();
    auto result = key(depth + 1);
    make_fuzzy(result);
    return result;
  }

  static void make_fuzzy(Key& key) {
    key.match = Key::Match::fuzzy;
    for (auto& child : key.keys) make_fuzzy(child);
  }

  // OR a OR b OR c d, as clients write long lists, is one flat key: only real nesting counts.
  Key alternatives(std::size_t depth) {
    Key result{.kind = Kind::any_of};
    do {
      request_.space();
      result.keys.push_back(key(depth + 1));
      request_.space();
    } while (try_word("OR"));
    result.keys.push_back(key(depth + 1));
    return result;
  }

  bool try_word(std::string_view wanted) {
    const auto before = request_.position();
    const char first = request_.peek();
    if ((first | 0x20) == (wanted[0] | 0x20) && upper(request_.keyword_text()) == wanted) {
      return true;
    }
    request_.rewind(before);
    return false;
  }

  Key word(const std::string& name) {
    if (name == "NEW") return new_mail();
    const auto* found = std::lower_bound(
        std::begin(words), std::end(words), name,
        [](const Word& entry, const std::string& wanted) { return entry.name < wanted; });
    if (found == std::end(words) || found->name != name) {
      throw BadSyntax("There is no such search key");
    }
    auto key = with_argument(*found);
    if (found->sense == negated) return negation(std::move(key));
    return key;
  }

  static Key new_mail() {
    Key result{.kind = Kind::all_of};
    result.keys.push_back({.kind = Kind::recent});
    result.keys.push_back(negation({.kind = Kind::flag, .flag = storage::seen}));
    return result;
  }

  Key with_argument(const Word& entry) {
    Key key{.kind = entry.kind, .flag = entry.flag, .name = std::string(entry.field)};
    if (entry.argument == Argument::none) return key;
    request_.space();
    switch (entry.argument) {
      case Argument::none:
        break;
      case Argument::field:
        key.name = mime::lower_ascii(request_.astring());
        request_.space();
        [[fallthrough]];
      case Argument::needle:
        key.needle = request_.astring();
        break;
      case Argument::keyword:
        key.name = request_.atom();
        break;
      case Argument::id:
        key.name = request_.astring();
        if (key.name.empty() || key.name.size() > object_id_limit)
          throw BadSyntax("An id has 1 to 255 characters");
        break;
      case Argument::date:
        key.day = request_.date() / 86400;
        break;
      case Argument::size:
        key.size = request_.number64();
        break;
      case Argument::interval:
        key.size = request_.nz_number();
        break;
      case Argument::uids:
        key.set = request_.sequence_set();
        break;
      case Argument::modseq:
        if (request_.peek() == '"') pass_over_entry();
        key.size = request_.number64();
        break;
    }
    return key;
  }

  // Of which metadata item: a message has one mod-sequence for all (RFC 7162 3.1.5).
  void pass_over_entry() {
    if (!request_.string().starts_with("/flags/")) throw BadSyntax("MODSEQ takes \"/flags/...\"");
    request_.space();
    const auto type = upper(request_.keyword_text());
    if (type != "PRIV" && type != "SHARED" && type != "ALL")
      throw BadSyntax("MODSEQ takes priv, shared or all");
    request_.space();
  }

  Request& request_;
  std::size_t count_ = 0;
};

std::string charset(Request& request) {
  const auto before = request.position();
  if ((request.peek() | 0x20) == 'c' && upper(request.keyword_text()) == "CHARSET") {
    request.space();
    auto name = request.astring();
    request.space();
    return name;
  }
  request.rewind(before);
  return {};
}

bool is_unicode_or_unsaid(const std::string& charset) {
  const auto name = upper(charset);
  return name.empty() || name == "UTF-8" || name == "US-ASCII";
}

void decode(Key& key, std::string_view charset) {
  if (!key.needle.empty()) key.needle = mime::folded(mime::to_utf8(key.needle, charset));
  for (auto& child : key.keys) decode(child, charset);
}

}  // namespace

Query parse_query(Request& request) {
  Query query;
  query.charset = charset(request);
  query.root = Parser(request).conjunction(0);
  request.end();
  return query;
}

Query parse_charset_and_query(Request& request) {
  Query query;
  query.charset = request.astring();
  request.space();
  query.root = Parser(request).conjunction(0);
  request.end();
  return query;
}

bool has(const Key& key, Key::Kind kind) {
  return key.kind == kind ||
         std::ranges::any_of(key.keys, [kind](const Key& child) { return has(child, kind); });
}

bool has_fuzzy(const Key& key) {
  return key.match == Key::Match::fuzzy || std::ranges::any_of(key.keys, has_fuzzy);
}

bool is_known_charset(const std::string& name) {
  if (is_unicode_or_unsaid(name)) return true;
  UErrorCode status = U_ZERO_ERROR;
  return ucnv_countAliases(name.c_str(), &status) > 0 && U_SUCCESS(status);
}

Key decoded(const Query& query) {
  auto root = query.root;
  // Clients that say US-ASCII, or nothing, send UTF-8 all the same; to_utf8 finds out.
  const std::string charset = is_unicode_or_unsaid(query.charset) ? "" : query.charset;
  decode(root, charset);
  return root;
}

}  // namespace imap::search
