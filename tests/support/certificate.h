#pragma once
// A self-signed certificate for loopback, made when it is asked for.

#include <filesystem>

namespace test_support {

struct CertificateFiles {
  std::filesystem::path certificate, key;
};
CertificateFiles make_certificate(const std::filesystem::path& directory);

}  // namespace test_support
