"""Mail as its senders encrypt it, as far as one sees without a key: whole, and of random octets."""

import base64
import random
import textwrap


def lines(octets, end="\r\n"):
    return "".join(line + end for line in textwrap.wrap(base64.b64encode(octets).decode(), 64))


def packets(size, seed=1):
    """A session key and encrypted data (RFC 4880 section 5.1, 5.13)."""
    chance = random.Random(seed)
    key, data = b"\3" + chance.randbytes(8) + b"\1" + chance.randbytes(258), b"\1" + chance.randbytes(size)
    return b"\x85" + len(key).to_bytes(2, "big") + key + b"\xd2\xff" + len(data).to_bytes(4, "big") + data


def armour(octets, end="\r\n"):
    return f"-----BEGIN PGP MESSAGE-----{end}{end}{lines(octets, end)}-----END PGP MESSAGE-----{end}"


def der(tag, *inside):
    octets = b"".join(inside)
    size = len(octets).to_bytes(4, "big")
    return bytes([tag, 0x84]) + size + octets if len(octets) > 127 else bytes([tag, len(octets)]) + octets


def oid(text):
    return der(6, bytes.fromhex(text))


def enveloped(size, seed=1):
    """EnvelopedData with one recipient (RFC 5652 section 6)."""
    chance = random.Random(seed)
    recipient = der(0x30, b"\2\1\2", der(0x80, chance.randbytes(20)), der(0x30, oid("2a864886f70d010101"), b"\5\0"),
                    der(4, chance.randbytes(256)))
    cipher = der(0x30, oid("60864801650304012a"), der(4, chance.randbytes(16)))
    content = der(0x30, oid("2a864886f70d010701"), cipher, der(0x80, chance.randbytes(size)))
    return der(0x30, oid("2a864886f70d010703"), der(0xa0, der(0x30, b"\2\1\2", der(0x31, recipient), content)))
