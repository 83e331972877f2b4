"""CMS (RFC 5652) in BER or DER, as far as one sees without a key what it holds."""

OIDS = {bytes.fromhex(octets): name for octets, name in (("2a864886f70d010702", "signed"), ("2a864886f70d010703", "enveloped"),
                                                         ("2a864886f70d0109100117", "authenticated"))}
DEPTH = 30
INTEGER, OCTETS, OID, SEQUENCE, SET, TAGGED = 0x02, 0x04, 0x06, 0x30, 0x31, 0xa0
RECIPIENTS = {SEQUENCE, 0xa1, 0xa2, 0xa3, 0xa4}  # RFC 5652 6.2


def element(octets, at, depth=0):
    """(tag, octets or what it consists of, where it ends)"""
    tag, length = octets[at], octets[at + 1]
    begin = at + 2
    if tag & 0x1f == 0x1f or depth > DEPTH:
        raise ValueError("no such tag in CMS")
    if length > 0x80:
        begin += length & 0x7f
        length = int.from_bytes(octets[at + 2:begin], "big")
    elif length == 0x80:
        length = None
    if length is not None and begin + length > len(octets):
        raise ValueError("cut")
    if not tag & 0x20:
        if length is None:
            raise ValueError("a value without a length")
        return tag, octets[begin:begin + length], begin + length
    inside, at = [], begin
    while octets[at:at + 2] != b"\0\0" if length is None else at < begin + length:
        *each, at = element(octets, at, depth + 1)
        inside.append(each)
    if length is not None and at != begin + length:
        raise ValueError("longer than what holds it")
    return tag, inside, at + 2 * (length is None)


def content(octets):
    """(name, what [0] of ContentInfo consists of)"""
    try:
        tag, inside, end = element(octets, 0)
        (kind, name), (tagged, (within,)) = inside
        if (tag, kind, tagged, within[0], end) == (SEQUENCE, OID, TAGGED, SEQUENCE, len(octets)):
            return OIDS.get(name, ""), within[1]
    except (IndexError, TypeError, ValueError):
        pass
    return "", []


def joined(value):
    return value if isinstance(value, bytes) else b"".join(joined(each) for tag, each in value if tag & 0xdf == OCTETS)


def enciphered_content(octets):
    """Of EnvelopedData and AuthEnvelopedData with a recipient; of anything else nothing."""
    name, inside = content(octets)
    rest = [each for each in inside[1:] if each[0] != TAGGED][:2]
    if name not in ("enveloped", "authenticated") or [tag for tag, _ in rest] != [SET, SEQUENCE]:
        return b""
    recipients, data = rest[0][1], rest[1][1]
    if not recipients or any(tag not in RECIPIENTS for tag, _ in recipients) or [tag for tag, _ in data[:2]] != [OID, SEQUENCE]:
        return b""
    return joined(data[2][1]) if len(data) == 3 and data[2][0] in (0x80, TAGGED) else b""


def is_detached_signature(octets):
    name, inside = content(octets)
    return name == "signed" and [tag for tag, _ in inside[:3]] == [INTEGER, SET, SEQUENCE] and len(inside[2][1]) == 1
