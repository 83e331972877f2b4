// Any octets in their protected form: a header without a line of theirs but bare addresses, dates
// and message ids, and inside the same octets.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "imap/mime/protected.h"
#include "imap/mime/scanner.h"
#include "tests/support/recipient.h"

namespace {

using test_support::Recipient;

void must(bool fact) {
  if (!fact) std::abort();
}

bool is_outer(std::string_view name) {
  constexpr std::string_view names[] = {"From",
                                        "To",
                                        "Cc",
                                        "Date",
                                        "Message-ID",
                                        "In-Reply-To",
                                        "References",
                                        "Subject",
                                        "MIME-Version",
                                        "Content-Type",
                                        "Content-Transfer-Encoding",
                                        "Content-Disposition"};
  for (const auto each : names)
    if (each == name) return true;
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Recipient recipient({.key = "P-256"});
  static const std::vector<Bytes> certificates{recipient.der()};
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto form = imap::mime::protected_form(octets, certificates);
  const auto scanned = imap::mime::scan(form);
  must(scanned.entities.size() == 1);
  must(scanned.entities.front().type.is("application", "pkcs7-mime"));
  for (const auto& field : scanned.entities.front().header.fields()) must(is_outer(field.name));
  must(recipient.opened(form) == octets);
  return 0;
}
