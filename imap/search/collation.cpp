#include "imap/search/collation.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "base/error.h"

namespace imap::search {
namespace {

std::string title_case(std::string_view utf8) {
  icu::UnicodeString out;
  const auto text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1))
    out.append(u_totitle(text.char32At(at)));
  std::string result;
  return out.toUTF8String(result);
}

}  // namespace

std::string collated(std::string_view utf8) {
  std::string out;
  if (std::ranges::all_of(utf8, [](unsigned char c) { return c < 0x80; })) {
    for (const char c : utf8) out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return out;
  }
  UErrorCode status = U_ZERO_ERROR;
  const auto* apart = icu::Normalizer2::getNFKDInstance(status);
  const auto title = title_case(utf8);
  icu::StringByteSink<std::string> sink(&out);
  if (U_SUCCESS(status)) apart->normalizeUTF8(0, title, sink, nullptr, status);
  if (U_FAILURE(status)) throw Error(Fault::unavailable, "ICU could not take text apart");
  return out;
}

}  // namespace imap::search
