#pragma once
// An absolute http or https URL, as configurations and challenges name servers. RFC 3986 section 3,
// without user information, query or fragment.

#include <string>

namespace crypto {

struct Url {
  bool tls = true;
  std::string host;  // lower case, without brackets
  unsigned short port = 443;
  std::string path;  // "/tenant"; empty where there is none; never ends with /

  std::string origin() const;  // "https://host[:port]", the standard port left out
};

// Throws invalid.
Url parse_url(const std::string& text);

}  // namespace crypto
