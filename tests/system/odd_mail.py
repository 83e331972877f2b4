"""Makes odd mail, the same for the same seed, and says what Python's email package makes of it."""

import base64
import email
import email.policy
import quopri
import random
import unicodedata

BODY_WORDS = ["Straße", "naïve", "CAFÉ", "déjà", "vu", "Ångström", "plain", "Words", "x=y", "100%", "--dash", "=3D", "ﬁne", "ＷＩＤＥ",
              "ünder", "coöperate", "O'Neil", "a.b.c", "<tag>", "tab\tbed", "Σίσυφος", "ΤΕΛΟΣ", "привет", "Договор", "会議", "資料"]
SUBJECT_WORDS = ["Quartal", "Übersicht", "бюджет", "Ёлка", "予算", "zwölf", "résumé", "İzmir", "ΛΟΓΟΣ", "Nr.7"]
CHARSETS = ["utf-8", "utf-8", "iso-8859-1", "windows-1252", "koi8-r", "iso-2022-jp", "iso-8859-7", "utf-16le"]


def folded(text):
    """As Unicode's NFKC_Casefold, with every run of white space one blank."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(text.split())


class OddMail:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.end, self.boundaries, self.inside = b"\r\n", 0, 0

    def message(self):
        self.end = self.random.choice([b"\r\n", b"\r\n", b"\r\n", b"\n"])
        return self.whole(4)

    def whole(self, depth):
        lines = [b"Subject: " + self.subject(), b"From: x@example.net", b"MIME-Version: 1.0"]
        self.random.shuffle(lines)
        return self.end.join(lines) + self.end + self.entity(depth)

    def subject(self):
        words = " ".join(self.random.choices(SUBJECT_WORDS, k=self.random.randint(1, 4)))
        kind = self.random.randint(0, 2)
        if kind == 0:
            return b"=?utf-8?B?" + base64.b64encode(words.encode()) + b"?="
        if kind == 1:
            return b"=?UTF-8?q?" + b"".join(b"=%02X" % octet for octet in words.encode()) + b"?="
        return words.encode("ascii", "ignore") or b"none"

    def entity(self, depth):
        kind = self.random.randint(0, 6) if depth else 6
        if kind <= 2:
            return self.multipart(depth - 1)
        if kind == 3:
            return b"Content-Type: message/rfc822" + self.end + self.end + self.whole(depth - 1)
        return self.leaf()

    def multipart(self, depth):
        self.boundaries += 1
        boundary = self.random.choice([b"b%d", b"=_%d_=", b"-- %d"]) % (self.boundaries * 1000 + 7)
        subtype = self.random.choice([b"mixed", b"ALTERNATIVE", b"related", b"x-odd"])
        out = b"content-type: multipart/" + subtype + b";" + self.end + b'\tBoundary="' + boundary + b'"' + self.end * 2
        out += self.random.choice([b"", b"preamble" + self.end])
        self.inside += 1
        for _ in range(self.random.randint(1, 4)):
            out += b"--" + boundary + self.random.choice([b"", b"", b" \t"]) + self.end + self.entity(depth) + self.end
        self.inside -= 1
        if self.inside == 0:  # left open at the end of all, Python takes the last line's end away
            return out + b"--" + boundary + b"--" + self.end
        return out + self.random.choice([b"", b"--" + boundary + b"--" + self.end + b"epilogue" + self.end,
                                         b"--" + boundary + b"--"])

    def text(self):
        lines = [" ".join(self.random.choices(BODY_WORDS, k=self.random.randint(1, 9))) for _ in range(self.random.randint(0, 6))]
        return self.end.decode().join(lines)

    def leaf(self):
        charset = self.random.choice(CHARSETS)
        octets = self.text().encode(charset, "ignore")
        kind = self.random.choice([b"text/plain", b"TEXT/Plain", b"application/octet-stream", b"image/png"])
        header = [b"Content-Type: " + kind + b'; charset="' + charset.encode() + b'"']
        if not kind.lower().startswith(b"text"):
            octets = self.random.randbytes(self.random.randint(0, 300))
        plain = charset not in ("utf-16le",) and kind.lower().startswith(b"text")
        encoding = self.random.choice([b"8bit", b"Binary", b"7bit", b"base64", b"QUOTED-PRINTABLE"] if plain else
                                      [b"base64", b"Base64", b"quoted-printable"])
        header.append(b"Content-Transfer-Encoding: " + encoding)
        self.random.shuffle(header)
        return self.end.join(header) + self.end * 2 + self.coded(octets, encoding.lower())

    def coded(self, octets, encoding):
        if encoding == b"base64":
            coded = base64.b64encode(octets)
            width = self.random.choice([4, 60, 76, 5000])
            return b"".join(coded[at:at + width] + self.end for at in range(0, len(coded), width))
        if encoding == b"quoted-printable":
            coded = quopri.encodestring(octets.replace(b"\r\n", b"\n"), quotetabs=self.random.random() < 0.5)
            return coded.replace(b"\n", self.end).replace(b"\r\r\n", b"\r\n")
        return octets


def children(part):
    payload = part.get_payload()
    return payload if isinstance(payload, list) else []


def tree(part):
    """(type, children), or (type, decoded octets) of a leaf."""
    kind = part.get_content_type()
    if part.is_multipart():
        return kind, [tree(child) for child in children(part)]
    return kind, part.get_payload(decode=True)


def texts(part):
    """Folded: of every text part."""
    if part.is_multipart():
        return [text for child in children(part) for text in texts(child)]
    if part.get_content_type() != "text/plain":
        return []
    return [folded(part.get_payload(decode=True).decode(part.get_content_charset("utf-8"), "replace"))]


def everything(part):
    """Folded, one after the other: texts, and before those of a message inside its header."""
    if part.get_content_type() == "message/rfc822":
        inside = children(part)[0]
        header = " ".join(f"{name}: {decoded(value)}" for name, value in inside.items())
        return " ".join(filter(None, [folded(header), everything(inside)]))
    if part.is_multipart():
        return " ".join(filter(None, map(everything, children(part))))
    return " ".join(filter(None, texts(part)))


def decoded(value):
    return str(email.header.make_header(email.header.decode_header(value)))


def read(raw):
    return email.message_from_bytes(raw, policy=email.policy.compat32)


def subject_of(message):
    return folded(decoded(message["Subject"]))
