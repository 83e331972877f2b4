// FETCH items and modifiers of any client: read, or refused as bad syntax.
#include <cstdlib>

#include "imap/fetch_item.h"
#include "imap/fetch_modifiers.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    imap::Request request("a UID FETCH " + text);
    request.space();
    const auto items = imap::parse_fetch_items(request);
    if (items.empty() || items.size() > imap::fetch_item_limit) std::abort();
    for (const auto& item : items) {
      if (item.name.empty()) std::abort();
    }
    imap::parse_fetch_modifiers(request);
  } catch (const imap::BadSyntax&) {
  }
  return 0;
}
