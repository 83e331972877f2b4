// URLs of any client: read, or none.
#include <cstdlib>

#include "imap/imap_url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto shown = imap::url_shown(text);
  if (shown.find_first_of("\"]\\\r\n ") != shown.npos) std::abort();
  auto url = imap::parse_imap_url(text);
  if (!url) return 0;
  if (!text.starts_with(url->rump) || url->section.name.empty()) std::abort();
  if (url->uid == 0u || url->uid_validity == 0u) std::abort();
  const bool is_verified = url->authorization && !url->authorization->mechanism.empty();
  if ((url->rump.size() < text.size()) != is_verified) std::abort();
  if (is_verified) {
    const auto rump = imap::parse_imap_url(url->rump);
    if (!rump || rump->rump != url->rump || !rump->authorization) std::abort();
    if (!rump->authorization->mechanism.empty() || rump->uid != url->uid) std::abort();
  }
  imap::resolve(*url, "a/b");
  if (url->server || url->mailbox) return 0;
  std::abort();  // what is relative has a folder now
}
