// SEARCH keys of any client: read and held against a message, or refused as bad syntax. Text that
// begins with "(" are the criteria of a SORT before them.
#include <cstdlib>

#include "imap/search/evaluate.h"
#include "imap/search/order.h"
#include "imap/search/relevancy.h"
#include "imap/search/returning.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace imap::search;
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    imap::Request request("a SEARCH " + text);
    request.space();
    const auto returning = parse_returning(request);
    if (returning && saved(*returning, 3).size() > 3) std::abort();
    const bool sorts = request.peek() == '(' && !parse_criteria(request).empty();
    if (sorts) request.space();
    const auto query = sorts ? parse_charset_and_query(request) : parse_query(request);
    if (!is_known_charset(query.charset)) return 0;
    const auto test = prepared(decoded(query),
                               {.largest_number = 3, .largest_uid = 5, .saved = {Uid(5)}, .now = 9},
                               storage::Tree());
    const storage::Entry entry{.uid = Uid(5), .message = MessageId(1), .size = 10};
    Facts facts{.number = 3, .entry = &entry};
    const auto first = evaluate(test, facts);
    facts.summary_read = Facts::Read::yes;
    facts.header_text = "from: ada\nsubject: x\n";
    facts.body_text = "notes";
    const auto last = evaluate(test, facts);
    if (last == Truth::unknown) std::abort();
    if (first != Truth::unknown && first != last) std::abort();
    if (is_fuzzy(test) && !has_fuzzy(query.root)) std::abort();
    const auto score = relevancy(test, facts);
    if (score < 1 || score > 100) std::abort();
  } catch (const imap::BadSyntax&) {
  }
  return 0;
}
