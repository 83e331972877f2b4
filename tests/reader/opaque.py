"""Mail that is sealed once more, by its sender or by the mailbox's level: S/MIME (RFC 8551) and OpenPGP (RFC 4880, RFC 3156), told by
its octets and not by its labels. Opaque is a message of which nothing but its own header can be read: something in it is
encrypted, the whole of it is there, and beside that there is nothing."""

import base64
import re
from email.parser import BytesParser

from cms import enciphered_content, is_detached_signature
from openpgp import enciphered_data

BLANK = " \t\r\n\xa0\xc2"
SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature"}
PREAMBLES = {"", "This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)",
             "This is an OpenPGP/MIME encrypted message (RFC 2440 and 3156)", "This is an S/MIME signed message",
             "This is a cryptographically signed message in MIME format.", "This is a multi-part message in MIME format."}
BEGIN, END = "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----"
MARK, EOL = r"[ \t\r>]*", r"[ \t\r]*(?:\n|\Z)"
LINES = re.compile(rf"{BEGIN}[^\n]*(?:\n|\Z)(?:{MARK}[A-Za-z]+:[^\n]*(?:\n|\Z))*(?:{MARK}\n)*"
                   rf"((?:{MARK}[A-Za-z0-9+/=]+{EOL})*)(?:{MARK}{END}{EOL})?")
WHOLE = re.compile(rf"{MARK}{BEGIN}{EOL}(?:{MARK}(?:Version|Comment|MessageID|Hash|Charset):[^\n]{{0,75}}\n){{0,5}}(?:{MARK}\n)*"
                   rf"((?:{MARK}[A-Za-z0-9+/]+{EOL})*(?:{MARK}[A-Za-z0-9+/]*={{1,2}}{EOL})?)(?:{MARK}=[A-Za-z0-9+/]{{4}}{EOL})?"
                   rf"{MARK}{END}{EOL}")
ENDS_LINE = re.compile(rf"{MARK}(?:\n|\Z)")
CODED = re.compile(r"[A-Za-z0-9+/\s]*[=\s]*")
TEXT = re.compile(rb"(?:[\t\r\n -~]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+")
PIECE, SHORTEST = 48, 16  # octets of text that no cipher makes; of the shortest message
LONGEST_HEADER = 1024  # of a part


def armour(text, start=0):
    """(begin, end) of the first one; in lines, or as text of HTML may have it, all in one."""
    begin = text.find(BEGIN, start)
    if begin < 0:
        return None
    inside = begin + len(BEGIN)
    end = -1 if ENDS_LINE.match(text, inside) else text.find("-----", inside)
    if end >= 0 and text.startswith(END, end):
        return begin, end + len(END)
    line = text.rfind("\n", start, begin) + 1 or start
    return begin if text[line:begin].strip(BLANK + ">") else line, LINES.match(text, begin).end()


def without_armour(text):
    kept, at = [], 0
    while found := armour(text, at):
        kept.append(text[at:found[0]])
        at = found[1]
    return "".join(kept) + text[at:]


def is_blank(text):
    return not text.strip(BLANK)


def shows_text(octets):
    return any(len(run[0]) >= min(PIECE, len(octets)) for run in TEXT.finditer(octets))


def is_cipher_text(octets):
    return len(octets) >= SHORTEST and not shows_text(octets)


def is_openpgp(packets):
    return not shows_text(packets) and is_cipher_text(enciphered_data(packets))


def packets_of(lines):
    whole = WHOLE.fullmatch(lines)
    coded = re.sub(r"[\s>]", "", whole[1]).rstrip("=") if whole else ""
    return base64.b64decode(coded[:len(coded) - (len(coded) % 4 == 1)] + "=" * (-len(coded) % 4))


READABLE, EMPTY, SEALED = range(3)


def of_armour(text):
    at, found = 0, EMPTY
    while next_one := armour(text, at):
        begin, end = next_one
        if not is_blank(text[at:begin]) or not is_openpgp(packets_of(text[begin:end])):
            return READABLE
        at, found = end, SEALED
    return found if is_blank(text[at:]) else READABLE


def has_plain_header(part):
    fields = [(name.lower(), value) for name, value in part.items()]
    return (all(name.startswith("content-") or name == "mime-version" for name, _ in fields)
            and sum(len(name) + len(str(value)) + 4 for name, value in fields) <= LONGEST_HEADER)


def is_pgp_mime(part):
    """RFC 3156 section 4."""
    inside = [each.get_content_type() for each in part.get_payload()]
    return (str(part.get_param("protocol", "")).lower() == "application/pgp-encrypted"
            and inside == ["application/pgp-encrypted", "application/octet-stream"])


def of_multipart(part):
    if part.get_content_type() == "multipart/encrypted" and not is_pgp_mime(part):
        return READABLE
    silent = (part.preamble or "").strip(BLANK) in PREAMBLES and is_blank(part.epilogue or "")
    return EMPTY if silent else READABLE


def judged(part, parent):
    if part.is_multipart():
        return of_multipart(part) if part.get_content_maintype() == "multipart" else READABLE
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64" and not CODED.fullmatch(part.get_payload() or ""):
        return READABLE
    kind, octets = part.get_content_type(), part.get_payload(decode=True) or b""
    if kind == "application/pgp-encrypted":
        return EMPTY if octets.strip(BLANK.encode("latin-1")) == b"Version: 1" else READABLE
    if kind in SIGNATURES and is_detached_signature(octets):
        return EMPTY
    if not kind.startswith("text/") and is_cipher_text(enciphered_content(octets)):
        return SEALED
    found = of_armour(octets.decode("latin-1"))
    return SEALED if found == READABLE and parent == "multipart/encrypted" and is_openpgp(octets) else found


def entities(part, parent=""):
    """(part, the type of what holds it, what it is); messages inside are not entered."""
    yield part, judged(part, parent) if not parent or has_plain_header(part) else READABLE
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        for each in part.get_payload():
            yield from entities(each, part.get_content_type())


def is_opaque(octets):
    found = [what for _, what in entities(BytesParser().parsebytes(octets))]
    return SEALED in found and READABLE not in found
