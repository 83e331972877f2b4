#pragma once
// Keys as octets, before sealing. A version is the length of a JSON text (4 octets, big endian),
// that text (all but the key), and the key: PrivateKey::kept in a file, PKCS #8 in a backup. The
// state of a key is a JSON text; a backup is each of these behind its length (4, big endian).

#include <functional>

#include "server/vault/key.h"

namespace vault {

using Holder = std::function<HeldKey(const KeyId&, ByteView)>;  // KeyBackend::open, or ::import

// All that read throw corrupt.
Secret encode(const KeyVersion&, ByteView key);
KeyVersion decode_version(ByteView, const Holder&);

std::string encode(const KeyState&);
KeyState decode_state(ByteView);

// Throws Refusal 403 when the holder gives its keys to nobody.
Secret encode_backup(const Key&);
// Deleted or not is no part of a backup. Nothing is asked of `holder` before all has been read.
Key decode_backup(ByteView, const Holder& holder);

}  // namespace vault
