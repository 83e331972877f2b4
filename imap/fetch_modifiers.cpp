#include "imap/fetch_modifiers.h"

namespace imap {
namespace {

void parse_modifier(Request& request, FetchModifiers& result) {
  const auto name = upper_ascii(request.keyword_text());
  if (name == "VANISHED" && !result.vanished) {
    result.vanished = true;
  } else if (name == "CHANGEDSINCE" && !result.changed_since) {
    request.space();
    result.changed_since = ModSeq(request.number64());
  } else if (name == "PARTIAL" && !result.partial) {
    request.space();
    result.partial = search::parse_window(request);
  } else {
    throw BadSyntax("FETCH takes one CHANGEDSINCE, one VANISHED and one PARTIAL");
  }
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
  if (result.vanished && !(result.changed_since && request.by_uid()))
    throw BadSyntax("VANISHED goes with UID FETCH and CHANGEDSINCE only");
  if (result.partial && !request.by_uid()) throw BadSyntax("PARTIAL goes with UID FETCH only");
  return result;
}

}  // namespace imap
