#pragma once
// What a TLS connection says of its two ends. For imap/stream.cpp only.

#include <openssl/types.h>

#include "imap/stream.h"

namespace imap {

// Null: plain.
std::vector<ChannelBinding> channel_bindings_of(const SSL*);
std::optional<crypto::PeerCertificate> peer_certificate_of(const SSL*);

}  // namespace imap
