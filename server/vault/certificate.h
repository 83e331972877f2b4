#pragma once
// A self-signed TLS certificate: clients trust this one file as their CA.

#include <string>
#include <vector>

#include "server/vault/files.h"

namespace vault {

// PEM files; P-256, valid for ten years, for these host names and addresses (SAN). Throws invalid.
void make_certificate(const Path& certificate, const Path& key,
                      const std::vector<std::string>& hosts);

}  // namespace vault
