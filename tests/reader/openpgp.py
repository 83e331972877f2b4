"""OpenPGP messages as packets (RFC 4880 section 4), without a key."""

SESSION_KEYS = {1: b"\3\6", 3: b"\4\5\6"}  # with their versions
DATA = {18: b"\1\2", 20: b"\1"}


def packet(octets, at):
    """(tag, body, in pieces, where it ends)"""
    first = octets[at]
    at += 1
    if not first & 0x80:
        raise ValueError("no packet")
    if not first & 0x40:
        size = first & 3
        end = len(octets) if size == 3 else at + (1 << size) + int.from_bytes(octets[at:at + (1 << size)], "big")
        begin = at if size == 3 else at + (1 << size)
        return first >> 2 & 0x0f, whole(octets, begin, end), size == 3, end
    body, pieces = b"", False
    while True:
        length, at = octets[at], at + 1
        if 192 <= length < 224:
            length, at = (length - 192 << 8) + octets[at] + 192, at + 1
        elif length == 255:
            length, at = int.from_bytes(whole(octets, at, at + 4), "big"), at + 4
        elif length >= 224:
            pieces, size = True, 1 << (length & 0x1f)
            body, at = body + whole(octets, at, at + size), at + size
            continue
        return first & 0x3f, body + whole(octets, at, at + length), pieces, at + length


def whole(octets, begin, end):
    if end > len(octets):
        raise ValueError("cut")
    return octets[begin:end]


def enciphered_data(octets):
    """What is encrypted in a message of session keys and encrypted data; of anything else nothing."""
    at, has_key = 0, False
    try:
        while True:
            tag, body, pieces, at = packet(octets, at)
            if body[:1] and body[:1] in SESSION_KEYS.get(tag, b"") and not pieces:
                has_key = True
                continue
            is_data = tag == 9 or bool(body) and body[:1] in DATA.get(tag, b"")
            return body if has_key and is_data and at == len(octets) else b""
    except (IndexError, ValueError):
        return b""
