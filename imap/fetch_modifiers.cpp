#include "imap/fetch_modifiers.h"

namespace imap {
namespace {

void parse_modifier(Request& request, FetchModifiers& result) {
  const auto name = upper_ascii(request.keyword_text());
  if (name != "CHANGEDSINCE" || result.changed_since)
    throw BadSyntax("FETCH takes one CHANGEDSINCE");
  request.space();
  result.changed_since = ModSeq(request.number64());
}

}  // namespace

FetchModifiers parse_fetch_modifiers(Request& request) {
  FetchModifiers result;
  if (request.at_end()) return result;
  request.space();
  request.expect('(');
  do {
    parse_modifier(request, result);
  } while (request.try_space());
  request.expect(')');
  request.end();
  return result;
}

}  // namespace imap
