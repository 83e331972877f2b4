#pragma once
// The proof that a purge is done: signed by the service, checked by anybody, without a server.
// Form: crypto/FORMAT.md section 11.

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "crypto/keys.h"
#include "storage/purge_record.h"

namespace policy {

struct Issuer {
  std::string organisation;  // whose server it was
};

// Of a purge whose end is known. One document, in JSON, with the signature in it.
std::string purge_certificate(const storage::PurgeRecord&, const Issuer&,
                              const crypto::SigningKey&);

// How much of what: "folders", "messages", "arrivals", and "queued" if it was counted.
boost::json::object described(const storage::PurgeCounts&);

// For people to compare: "SHA256:" and 64 hexadecimal digits, of the public key.
std::string fingerprint_of(ByteView public_key);

struct CertificateVerdict {
  enum class Result {
    valid,        // signed by `public_key` as it is
    altered,      // the signature is not of this
    another_key,  // whole, but not by the key that was expected
  } result = Result::altered;
  Bytes public_key;     // that it names
  std::string payload;  // JSON; what it says, if it is whole
};
// `expected`: the public key that it must be signed with; none: the one that it names, which is
// then to be compared. Throws invalid for what is no certificate.
CertificateVerdict verified_certificate(std::string_view document,
                                        const std::optional<Bytes>& expected);

}  // namespace policy
