// A purge certificate comes from anywhere. What is valid stays so when it is read again.

#include "base/error.h"
#include "policy/purge_certificate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view document(reinterpret_cast<const char*>(data), size);
  try {
    const auto verdict = policy::verified_certificate(document, std::nullopt);
    if (verdict.result != policy::CertificateVerdict::Result::valid) return 0;
    if (verdict.payload.empty() ||
        policy::verified_certificate(document, verdict.public_key).payload != verdict.payload)
      __builtin_trap();
  } catch (const Error&) {
  }
  return 0;
}
