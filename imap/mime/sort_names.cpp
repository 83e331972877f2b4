#include "imap/mime/sort_names.h"

#include "imap/mime/address.h"
#include "imap/mime/words.h"

namespace imap::mime {

SortNames sort_names(const Header& header, std::string_view name) {
  const auto* field = header.find(name);
  const auto list = field ? parse_addresses(field->value, 1) : std::vector<Address>();
  if (list.empty()) return {};
  const auto& first = list.front();
  auto display = decode_words(first.name);
  if (display.empty()) display = first.host.empty() ? first.local : first.local + '@' + first.host;
  return {first.local, std::move(display)};
}

}  // namespace imap::mime
