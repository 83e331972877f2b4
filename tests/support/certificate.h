#pragma once
// A self-signed certificate for loopback, made when it is asked for.

#include <filesystem>
#include <string>

namespace test_support {

struct CertificateFiles {
  std::filesystem::path certificate, key;
};
CertificateFiles make_certificate(const std::filesystem::path& directory);
// Of somebody with this mail address: client.pem and client-key.pem.
CertificateFiles make_client_certificate(const std::filesystem::path& directory,
                                         const std::string& address);

}  // namespace test_support
