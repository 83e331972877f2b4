"""Mail that is sealed once more, by its sender or by the mailbox's level: S/MIME (RFC 8551) and OpenPGP (RFC 4880, RFC 3156), told by
its octets and not by its labels. Opaque is a message of which nothing but its own header can be read: something in it is
encrypted, and beside that there is nothing."""

import html
import re
from email.parser import BytesParser

BLANK = " \t\r\n\xa0\xc2"
CONTROL = {"application/pgp-encrypted", "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
ENVELOPING = tuple(map(bytes.fromhex, ("2a864886f70d010703", "2a864886f70d0109100117", "2a864886f70d010706")))  # RFC 5652, RFC 5083
PACKETS = {1, 3, 9, 18, 20}  # session keys, and what is encrypted with them
BEGIN, END = "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----"
MARK, EOL = r"[ \t\r>]*", r"[ \t\r]*(?:\n|\Z)"
LINES = re.compile(rf"{BEGIN}[^\n]*(?:\n|\Z)(?:{MARK}[A-Za-z]+:[^\n]*(?:\n|\Z))*(?:{MARK}\n)*"
                   rf"((?:{MARK}[A-Za-z0-9+/=]+{EOL})*)(?:{MARK}{END}{EOL})?")
ENDS_LINE = re.compile(rf"{MARK}(?:\n|\Z)")
SILENT = re.compile(r"<(script|style|template)\b.*?(?:</\1[^>]*>|\Z)", re.S | re.I)
TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[A-Za-z/!?][^>]*(?:>|\Z)", re.S)
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"  # of base64
LONG = re.compile(r"[A-Za-z0-9+/=]{40,}")


def begins_encrypted(packets):
    if not packets or not packets[0] & 0x80:
        return False
    return (packets[0] & 0x3f if packets[0] & 0x40 else packets[0] >> 2 & 0x0f) in PACKETS


def is_cipher(coded):
    """Of the first characters of an armour's data."""
    first, second = (DIGITS.find(digit) for digit in coded[:2].ljust(2, "="))
    return first >= 0 and second >= 0 and begins_encrypted(bytes([first << 2 | second >> 4]))


def armour(text, start=0):
    """(begin, end, is it encrypted) of the first one; in lines, or as text of HTML may have it, all in one."""
    begin = text.find(BEGIN, start)
    if begin < 0:
        return None
    inside = begin + len(BEGIN)
    end = -1 if ENDS_LINE.match(text, inside) else text.find(END, inside)
    if end >= 0:
        word = LONG.search(text, inside, end)
        return begin, end + len(END), bool(word and is_cipher(word[0]))
    found, line = LINES.match(text, begin), text.rfind("\n", start, begin) + 1 or start
    return begin if text[line:begin].strip(BLANK + ">") else line, found.end(), is_cipher(found[1].strip(BLANK + ">"))


def without_armour(text):
    kept, at = [], 0
    while found := armour(text, at):
        kept.append(text[at:found[0]])
        at = found[1]
    return "".join(kept) + text[at:]


def is_blank(text):
    return not text.strip(BLANK)


def is_encrypted_text(text):
    found = armour(text)
    return bool(found) and found[2] and is_blank(text[:found[0]]) and is_blank(without_armour(text))


def shown(text):
    """What a person reads of HTML, near enough: tags, comments, scripts and styles gone."""
    return html.unescape(TAG.sub(" ", SILENT.sub(" ", text)))


def is_enveloped(octets):
    """ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, ... }"""
    if len(octets) < 4 or octets[0] != 0x30:
        return False
    oid = 2 + (octets[1] & 0x7f if octets[1] > 0x80 else 0)
    return octets[oid:oid + 1] == b"\x06" and any(octets[oid + 1:].startswith(bytes([len(e)]) + e) for e in ENVELOPING)


READABLE, EMPTY, SEALED = range(3)


def judged(part, parent):
    if part.get_content_maintype() == "text":
        text = (part.get_payload(decode=True) or b"").decode("latin-1")
        if part.get_content_subtype() == "html":
            text = shown(text)
        return EMPTY if is_blank(text) else SEALED if is_encrypted_text(text) else READABLE
    if part.get_content_type() in CONTROL:
        return EMPTY
    octets = part.get_payload(decode=True) or b""
    head = octets[:4096].decode("latin-1")
    if is_blank(head):
        return EMPTY
    found = armour(head)
    if is_enveloped(octets) or found and found[2] and is_blank(head[:found[0]]):
        return SEALED
    return SEALED if parent == "multipart/encrypted" and begins_encrypted(octets) else READABLE


def leaves(part, parent=""):
    """(part, the type of what holds it); what holds messages is a leaf."""
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        for each in part.get_payload():
            yield from leaves(each, part.get_content_type())
    else:
        yield part, parent


def is_opaque(octets):
    found = [READABLE if part.is_multipart() else judged(part, parent)
             for part, parent in leaves(BytesParser().parsebytes(octets))]
    return SEALED in found and READABLE not in found
