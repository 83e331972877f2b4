"""What a mailbox has in it, counted: of each piece of mail its octets and the fields that a thief looks for. From the mail itself,
or from what the mailbox keeps of it to list it by: that must come to the same."""

import re
from email.errors import MessageError
from email.header import decode_header, make_header
from email.parser import BytesParser
from email.utils import getaddresses
from typing import NamedTuple

import records
from opaque import is_opaque

ADDRESSES = ("from", "to", "cc", "bcc", "sender", "reply-to")
NO_SUBJECT = ("", "...", "[...]")  # what stands in its place where it is sealed with the mail
DIFFERENT = ("subjects", "addresses", "message_ids")  # values, counted once each
NAMED_PART = re.compile(rb'(?<!\\)"(?:FILE)?NAME[^" ]*" ', re.I)  # in a BODYSTRUCTURE


class Piece(NamedTuple):
    """A message, or one that waits."""
    octets: int
    opaque: bool
    attached: bool  # a part with a name; of what can be read
    values: tuple  # a set for each of DIFFERENT


def fields(octets):
    """(name, value) of a header, line by line: what is no field hides nothing that follows."""
    found, at, in_field = [], 0, False
    while at < len(octets):
        end = octets.find(b"\n", at) + 1 or len(octets)
        line, at = octets[at:end], end
        if not line.rstrip(b"\r\n"):
            break
        if line[:1] in b" \t":
            if in_field:
                found[-1][1].append(line)
            continue
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t")
        in_field = bool(colon and name) and all(octet > 32 and octet != 127 for octet in name)
        if in_field:
            found.append((name.decode("latin-1").lower(), [value]))
    return [(name, b"".join(lines).replace(b"\r", b"").replace(b"\n", b"").strip().decode(errors="surrogateescape"))
            for name, lines in found]


def values(header):
    named = {name: [value for of, value in header if of == name] for name in ("subject", "message-id", *ADDRESSES)}
    addresses = getaddresses([value for name in ADDRESSES for value in named[name]])
    return (set(named["subject"]) - {*NO_SUBJECT}, {address for _, address in addresses if address}, set(named["message-id"]) - {""})


def shown(subject):
    """As a person reads it; what is malformed as it is."""
    try:
        subject = str(make_header(decode_header(subject)))
    except (MessageError, ValueError, LookupError):
        pass
    return subject.encode(errors="replace").decode()


def of_mail(octets):
    opaque = is_opaque(octets)
    attached = not opaque and any(part.get_filename() for part in BytesParser().parsebytes(octets).walk())
    return Piece(len(octets), opaque, attached, values(fields(octets)))


def of_index(size, summary):
    """None where a summary does not say it all."""
    kept = records.summary(summary)
    if kept.bits & records.PLAIN or not kept.bits & records.FIELDS_KEPT:
        return None
    opaque = bool(kept.bits & records.ENCRYPTED)
    return Piece(size, opaque, not opaque and bool(NAMED_PART.search(kept.bodystructure)), values(fields(kept.header_fields)))


class Tally:
    """What was read of one mailbox."""

    def __init__(self, samples=0):
        self.samples, self.counts = samples, dict.fromkeys(("messages", "arrivals", "spooled", "octets", "opaque", "damaged"), 0)
        self.values, self.attached, self.held, self.shown = tuple(set() for _ in DIFFERENT), 0, {}, []

    def mail(self, what, octets):
        """`what`: messages, arrivals, spooled"""
        piece = of_mail(octets)
        self.counts[what] += 1
        self.counts["octets"] += piece.octets
        self.counts["opaque"] += piece.opaque
        self.attached += piece.attached
        for mine, its in zip(self.values, piece.values):
            mine |= its
        if len(self.shown) < self.samples and what == "messages":
            self.shown.append(shown(next((value for name, value in fields(octets) if name == "subject"), "")))

    def line(self):
        pieces = sum(self.counts[what] for what in ("messages", "arrivals", "spooled"))
        found = {name: len(mine) for name, mine in zip(DIFFERENT, self.values)}
        found |= {"bodies": pieces - self.counts["opaque"], "attachments": self.attached} | self.held
        return self.counts | {"fields": found} | ({"samples": self.shown} if self.samples else {})


class Inventory:
    """The pieces of one mailbox, for who adds up what some of them come to. A value stands as a number, the same for the same."""

    def __init__(self, held):
        self.held, self.numbers, self.messages, self.waiting = held, tuple({} for _ in DIFFERENT), {}, []

    def line(self):
        return {"held": self.held, "waiting": list(map(self._numbered, self.waiting)),
                "messages": [[message, *self._numbered(piece)] for message, piece in self.messages.items()]}

    def _numbered(self, piece):
        return [piece.octets, piece.opaque, piece.attached,
                *(sorted(known.setdefault(value, len(known)) for value in its) for known, its in zip(self.numbers, piece.values))]
