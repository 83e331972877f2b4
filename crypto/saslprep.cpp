#include "crypto/saslprep.h"

#include <unicode/usprep.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "base/error.h"

namespace crypto {
namespace {

constexpr std::size_t longest = 1024;  // octets, before and after

using Profile = std::unique_ptr<UStringPrepProfile, void (*)(UStringPrepProfile*)>;
using Wide = std::vector<UChar, WipingAllocator<UChar>>;

const UStringPrepProfile* profile() {
  static const Profile opened = [] {
    UErrorCode failure = U_ZERO_ERROR;
    Profile made(usprep_openByType(USPREP_RFC4013_SASLPREP, &failure), &usprep_close);
    if (U_FAILURE(failure)) throw Error(Fault::unavailable, "ICU has no SASLprep profile");
    return made;
  }();
  return opened.get();
}

bool is_plain_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// Both with size 0 where the text is none, or prohibited.
Wide wide_of(std::string_view text) {
  Wide out(text.size());
  std::int32_t size = 0;
  UErrorCode failure = U_ZERO_ERROR;
  u_strFromUTF8(out.data(), static_cast<std::int32_t>(out.size()), &size, text.data(),
                static_cast<std::int32_t>(text.size()), &failure);
  out.resize(U_SUCCESS(failure) ? static_cast<std::size_t>(size) : 0);
  return out;
}

Wide mapped(const Wide& text) {
  Wide out(longest);
  UErrorCode failure = U_ZERO_ERROR;
  const auto size = usprep_prepare(profile(), text.data(), static_cast<std::int32_t>(text.size()),
                                   out.data(), static_cast<std::int32_t>(out.size()),
                                   USPREP_ALLOW_UNASSIGNED, nullptr, &failure);
  out.resize(U_SUCCESS(failure) ? static_cast<std::size_t>(size) : 0);
  return out;
}

}  // namespace

SecretText prepared_password(std::string_view password) {
  SecretText as_it_is(password);
  if (is_plain_ascii(password) || password.size() > longest) return as_it_is;
  const auto prepared = mapped(wide_of(password));
  SecretText out(longest, '\0');
  std::int32_t size = 0;
  UErrorCode failure = U_ZERO_ERROR;
  u_strToUTF8(out.data(), static_cast<std::int32_t>(out.size()), &size, prepared.data(),
              static_cast<std::int32_t>(prepared.size()), &failure);
  if (U_FAILURE(failure) || size == 0) return as_it_is;
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace crypto
