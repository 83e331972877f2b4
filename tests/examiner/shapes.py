"""What a value in a stolen database looks like to somebody without keys. crypto/FORMAT.md, sections 2 and 4, says which lengths
sealed things have; a time is told by its size."""

import time

YEAR = 366 * 86400
UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
GRAINS = {"day": 86400, "hour": 3600, "minute": 60}
HEADS = {0x11: ("record", 41), 0x12: ("chunk", 17), 0x14: ("arrival chunk", 17)}
RSA = (256, 384, 512)


def padded(length):
    """P of section 4."""
    if length <= 256:
        return 256
    e = length.bit_length() - 1
    unit = 1 << (e - e.bit_length())
    return (length + unit - 1) // unit * unit


def of_number(number):
    for unit, each in UNITS.items():
        if abs(number / each - time.time()) < YEAR:
            return f"time in {unit}"
    return "number"


def _packed(octets, size):
    """The chunks of an envelope of the spool, each behind its length."""
    return size >= 277 and octets[:3] == b"\0\0\1" and octets[4:5] == b"\x14"


def of_blob(octets, size=None):
    """`octets` may be its beginning alone; `size` is that of the whole."""
    size = len(octets) if size is None else size
    if size == 0:
        return "nothing"
    if not octets:
        return "beyond this page"
    if octets[0] == 0x13 and size == 73:
        return "wrap"
    if octets[0] in HEADS:
        name, extra = HEADS[octets[0]]
        if size - extra >= 256 and padded(size - extra) == size - extra:
            return name
    if _packed(octets, size):
        return "packed chunks"
    if size == 32:
        return "32 octets"
    if size in RSA:
        return "RSA ciphertext"
    return f"blob of {size} octets that begins with {octets[:4].hex()}"


def of_value(value, size=None):
    if value is None:
        return "null"
    if isinstance(value, int):
        return of_number(value)
    if isinstance(value, bytes):
        return of_blob(value, size)
    return "text" if isinstance(value, str) else "real"


def grain(times, unit):
    """How exact times are."""
    for name, seconds in GRAINS.items():
        if all(t % (seconds * UNITS[unit]) == 0 for t in times):
            return name
    return "second" if all(t % UNITS[unit] == 0 for t in times) else "less than a second"
