#include "imap/select_parameters.h"

namespace imap {
namespace {

void parse_parameter(Request& request, SelectParameters& result) {
  if (upper_ascii(request.keyword_text()) != "CONDSTORE") throw BadSyntax("SELECT takes CONDSTORE");
  result.condstore = true;
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
