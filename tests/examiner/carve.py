"""Finds sealed values at any place of any octets, for somebody who has keys: rows that are gone, pages that are free, pages of
a WAL from before, pieces of files. A tag is not needed to read: the counter mode of GCM (crypto/FORMAT.md, section 2) gives
the beginning of what is inside, and that tells whether it is something.

A record shows itself by its head (section 4). A wrap has a key inside, which looks like nothing: it is found by asking for
keys that are known."""

import pathlib
import re
import struct
import sys
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "reader"))

from sealing import HEAD, KEY, NONCE, RECORD, RECORD_SIZE, WRAP  # noqa: E402

ZSTD = b"\x28\xb5\x2f\xfd"
VERSIONS = (1, 2)  # first octet inside of what mailbox keys and the directory key seal
LOOK = HEAD + 4


class Found(NamedTuple):
    at: int
    nonce: bytes
    size: int  # of what was sealed


class Opener:
    """XAES-256-GCM of one key, as far as it goes without looking at tags."""

    def __init__(self, key):
        self.aes = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
        shifted = int.from_bytes(self.aes.update(bytes(16)), "big") << 1
        if shifted >> 128:
            shifted ^= 1 << 128 | 0x87
        k1 = shifted.to_bytes(16, "big")
        self.masks = [bytes([a ^ b for a, b in zip(bytes([0, n]) + b"X\0", k1)]) for n in (1, 2)]
        self.rest = int.from_bytes(k1[4:], "big")

    def beginning(self, nonce, sealed):
        rest = (int.from_bytes(nonce[:12], "big") ^ self.rest).to_bytes(12, "big")
        key = self.aes.update(self.masks[0] + rest + self.masks[1] + rest)
        return Cipher(algorithms.AES(key), modes.CTR(nonce[12:] + b"\0\0\0\2")).encryptor().update(sealed)


def _is_head(inside):
    method, stored, real = struct.unpack(">BII", inside[:HEAD])
    if method > 1 or not 0 < stored <= real <= RECORD_SIZE:
        return False
    content = inside[HEAD:]
    return content == ZSTD if method == 1 else stored == real and content[0] in VERSIONS


def records(octets, key):
    """Every record, whole or its beginning, that the key opens."""
    opener = Opener(key)
    for match in re.finditer(re.escape(RECORD), octets):
        at = match.start() + 1
        if at + NONCE + LOOK > len(octets):
            return
        nonce = octets[at:at + NONCE]
        inside = opener.beginning(nonce, octets[at + NONCE:at + NONCE + LOOK])
        if _is_head(inside):
            yield Found(match.start(), nonce, int.from_bytes(inside[5:9], "big"))


def wraps(octets, key, wanted):
    """Every wrap by the key of one of the keys `wanted`: (place, key)."""
    opener = Opener(key)
    for match in re.finditer(re.escape(WRAP), octets):
        at = match.start() + 1
        inside = opener.beginning(octets[at:at + NONCE], octets[at + NONCE:at + NONCE + KEY]) if at + NONCE < len(octets) else b""
        if inside in wanted:
            yield match.start(), inside
