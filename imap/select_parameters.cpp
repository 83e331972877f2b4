#include "imap/select_parameters.h"

namespace imap {
namespace {

void parse_parameter(Request& request, SelectParameters& result) {
  const auto name = upper_ascii(request.keyword_text());
  if (name == "CONDSTORE")
    result.condstore = true;
  else if (name == "QRESYNC" && !result.resync)
    result.resync = parse_resync(request);
  else
    throw BadSyntax("SELECT takes CONDSTORE and one QRESYNC");
}

}  // namespace

SelectParameters parse_select_parameters(Request& request) {
  SelectParameters result;
  if (request.at_end()) return result;
  request.space();
  request.expect('(');
  do {
    parse_parameter(request, result);
  } while (request.try_space());
  request.expect(')');
  request.end();
  return result;
}

}  // namespace imap
