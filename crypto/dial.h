#pragma once
// A TCP connection in time, DNS included.

#include <string>

#include "crypto/connection.h"

namespace crypto {

// A connected, non-blocking socket, tried at each address the name has. Throws HttpsError.
int dial(const std::string& host, unsigned short port, const Wait&);

// Until the socket can be read or written (poll's events). Throws HttpsError timeout.
void wait_until_ready(int socket, short events, const Wait&, std::string_view doing);

}  // namespace crypto
