// URLs of any client: read, or none.
#include <cstdlib>

#include "imap/imap_url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto shown = imap::url_shown(text);
  if (shown.find_first_of("\"]\\\r\n ") != shown.npos) std::abort();
  auto url = imap::parse_imap_url(text);
  if (!url) return 0;
  if (url->section.name.empty()) std::abort();
  if (url->uid == 0u || url->uid_validity == 0u) std::abort();
  imap::resolve(*url, "a/b");
  if (url->server || url->mailbox) return 0;
  std::abort();  // what is relative has a folder now
}
