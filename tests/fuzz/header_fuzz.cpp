// Any octets as the value of a header field.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "imap/mime/address.h"
#include "imap/mime/charset.h"
#include "imap/mime/date.h"
#include "imap/mime/fold.h"
#include "imap/mime/html.h"
#include "imap/mime/params.h"
#include "imap/mime/structure.h"
#include "imap/mime/subject.h"
#include "imap/mime/words.h"

using namespace imap::mime;

namespace {

void must(bool fact) {
  if (!fact) std::abort();
}

void check_addresses(std::string_view value) {
  int depth = 0;
  for (const auto& address : parse_addresses(value)) {
    if (address.kind == Address::Kind::group_start) must(++depth == 1);
    if (address.kind == Address::Kind::group_end) must(--depth == 0);
    must((address.local + address.host + address.name).find('\0') == std::string::npos);
  }
  must(depth == 0);
}

void check_words(std::string_view value) {
  const auto text = decode_words(value);
  must(is_utf8(text) && text.find_first_of("\r\n") == std::string::npos);
  const auto once = folded(text);
  must(folded(once) == once);
  const auto html = text_of_html(text);
  must(is_utf8(html.shown) && is_utf8(html.behind));
  must(is_utf8(base_subject(value).text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  check_addresses(value);
  check_words(value);
  const auto parsed = parse_parameterized(value);
  must(parsed.params.size() <= param_limit);
  for (const auto& param : parsed.params) must(is_utf8(parsed.decoded(param.name)));
  const auto type = content_type(parsed);
  must(!type.type.empty() && !type.subtype.empty());
  if (const auto date = parse_date(value)) date_field(date->time, date->zone);
  for (const auto& id : message_ids(value)) must(!id.empty());
  const auto end = value.find('\n');
  if (end != std::string_view::npos)
    must(is_utf8(to_utf8(value.substr(end + 1), value.substr(0, end))));
  envelope(Header(value));
  return 0;
}
