"""The sealed forms and what is inside them (crypto/FORMAT.md, sections 2, 4 and 5). What is not exactly as
described is refused as Corrupt; there is never partial plaintext."""

import ctypes
import hashlib
import hmac
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD, CHUNK, WRAP, ARRIVAL = b"\x11", b"\x12", b"\x13", b"\x14"
CHUNK_SIZE, RECORD_SIZE = 65536, 64 << 20
NONCE, TAG, KEY, HEAD = 24, 16, 32, 9
OPAQUE = 0x80  # of a chunk, beside the method

# Of Debian's libzstd1, which dpkg itself needs: so the reader asks for no further package.
_zstd = ctypes.CDLL("libzstd.so.1")
_zstd.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
_zstd.ZSTD_getFrameContentSize.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
_zstd.ZSTD_findFrameCompressedSize.restype = ctypes.c_size_t
_zstd.ZSTD_findFrameCompressedSize.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
_zstd.ZSTD_decompress.restype = ctypes.c_size_t
_zstd.ZSTD_decompress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]


class Corrupt(Exception):
    """Stored octets that are not what FORMAT.md describes, or do not belong where they are."""


def require(holds, what):
    if not holds:
        raise Corrupt(what)


def _aes_block(key, block):
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


def xaes_open(key, nonce, sealed, associated):
    """XAES-256-GCM; Corrupt if the tag does not match."""
    require(len(key) == KEY and len(nonce) == NONCE and len(sealed) >= TAG, "sealed octets of a wrong length")
    shifted = int.from_bytes(_aes_block(key, bytes(16)), "big") << 1
    if shifted >> 128:
        shifted ^= 1 << 128 | 0x87
    k1 = shifted.to_bytes(16, "big")
    derived = b""
    for counter in (1, 2):
        m = bytes([0, counter]) + b"X\0" + nonce[:12]
        derived += _aes_block(key, bytes(a ^ b for a, b in zip(m, k1)))
    try:
        return AESGCM(derived).decrypt(nonce[12:], sealed, associated)
    except InvalidTag:
        raise Corrupt("the seal does not match") from None


def padded(length):
    """P of section 4."""
    if length <= 256:
        return 256
    e = length.bit_length() - 1
    unit = 1 << (e - e.bit_length())
    return (length + unit - 1) // unit * unit


def unzstd(content, real):
    """Exactly one frame that says and holds `real` octets."""
    require(_zstd.ZSTD_findFrameCompressedSize(content, len(content)) == len(content), "not exactly one zstd frame")
    require(_zstd.ZSTD_getFrameContentSize(content, len(content)) == real, "a zstd frame of another size")
    out = ctypes.create_string_buffer(real)
    require(_zstd.ZSTD_decompress(out, real, content, len(content)) == real, "a zstd frame that does not unpack")
    return out.raw


def unpack(inner, most):
    """What was sealed, out of method, lengths, content and padding."""
    require(len(inner) >= HEAD, "inner octets too short")
    method, stored, real = struct.unpack(">BII", inner[:HEAD])
    require(method in (0, 1), f"method {method} is unknown")
    require(stored <= real <= most, "lengths out of bounds")
    require(len(inner) == padded(HEAD + stored), "not padded as it must be")
    content = inner[HEAD:HEAD + stored]
    require(not any(inner[HEAD + stored:]), "padding that is not zero")
    if method == 1:
        require(padded(HEAD + stored) < padded(HEAD + real), "compressed without a gain")
        return unzstd(content, real)
    require(stored == real, "raw content of another length")
    return content


def _opened(form, key, place, nonce, stored, start):
    require(isinstance(stored, bytes) and stored[:1] == form, f"{place} is not of form {form.hex()}")
    try:
        return xaes_open(key, nonce, stored[start:], form + place.encoded())
    except Corrupt as why:
        raise Corrupt(f"{place}: {why}") from None


def open_record(key, place, stored):
    return _inside(_opened(RECORD, key, place, stored[1:1 + NONCE], stored, 1 + NONCE), RECORD_SIZE, place)


def open_marked_chunk(key, place, number, last, stored):
    """(plaintext, whether it is of a message that came encrypted end to end)"""
    nonce = b"message body" + struct.pack(">BBHII", place.kind, last, 0, place.part, number)
    inner = _opened(CHUNK, key, place, nonce, stored, 1)
    return _inside(bytes([inner[0] & ~OPAQUE]) + inner[1:], CHUNK_SIZE, place), bool(inner[0] & OPAQUE)


def open_chunk(key, place, number, last, stored):
    return open_marked_chunk(key, place, number, last, stored)[0]


def open_wrap(key, place, stored):
    require(isinstance(stored, bytes) and len(stored) == 73, f"{place}: a wrap is 73 octets")
    return _opened(WRAP, key, place, stored[1:1 + NONCE], stored, 1 + NONCE)


# ---- arrivals, section 2.4: HPKE of RFC 9180

KEM_SUITE, SUITE = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"


def _extract(suite, salt, label, ikm):
    return hmac.new(salt, b"HPKE-v1" + suite + label + ikm, "sha256").digest()


def _expand(suite, prk, label, info, size):
    return hmac.new(prk, struct.pack(">H", size) + b"HPKE-v1" + suite + label + info + b"\1", "sha256").digest()[:size]


def public_of(private):
    key = X25519PrivateKey.from_private_bytes(private).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


class ArrivalOpener:
    """Opens the chunks of one arrival."""

    def __init__(self, private, ephemeral, place):
        require(len(private) == KEY and len(ephemeral) == KEY, f"{place}: a key of a wrong length")
        self.place = place
        try:
            agreed = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(ephemeral))
        except ValueError:
            raise Corrupt(f"{place}: no public key") from None
        shared = _expand(KEM_SUITE, _extract(KEM_SUITE, b"", b"eae_prk", agreed), b"shared_secret",
                         ephemeral + public_of(private), KEY)
        context = b"\0" + _extract(SUITE, b"", b"psk_id_hash", b"") + \
            _extract(SUITE, b"", b"info_hash", place.encoded())
        secret = _extract(SUITE, shared, b"secret", b"")
        self.key = _expand(SUITE, secret, b"key", context, KEY)
        self.nonce = int.from_bytes(_expand(SUITE, secret, b"base_nonce", context, 12), "big")

    def chunk(self, number, last, stored):
        require(isinstance(stored, bytes) and stored[:1] == ARRIVAL and len(stored) > TAG,
                f"{self.place} is not of form {ARRIVAL.hex()}")
        try:
            inner = AESGCM(self.key).decrypt((self.nonce ^ number).to_bytes(12, "big"), stored[1:],
                                             ARRIVAL + bytes([last]))
        except InvalidTag:
            raise Corrupt(f"{self.place}: the seal does not match") from None
        return _inside(inner, CHUNK_SIZE, self.place)


def open_root_payload(place, payload):
    """The DEP key out of what a root unwrapped, if it was wrapped for this place."""
    require(len(payload) == 2 * KEY, f"{place}: a root payload is 64 octets")
    bound = hashlib.sha256(place.encoded()).digest()
    require(hmac.compare_digest(payload[KEY:], bound), f"{place}: the root wrapped a key for another place")
    return payload[:KEY]


def _inside(inner, most, place):
    try:
        return unpack(inner, most)
    except Corrupt as why:
        raise Corrupt(f"{place}: {why}") from None


def keyed_hash(directory_key, purpose, value):
    message = b"sealpost keyed hash 1" + bytes([len(purpose)]) + purpose + value
    return hmac.new(directory_key, message, "sha256").digest()
