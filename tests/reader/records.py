"""What is inside the records of crypto/FORMAT.md, sections 6 and 7."""

import struct
from typing import NamedTuple

from sealing import Corrupt, require

SPECIAL_USES = (None, "archive", "drafts", "junk", "sent", "trash")
SYSTEM_FLAGS = ("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft")
SEEN, DELETED = 1, 8
RIGHTS = "lrswipkxtea"


class Cursor:
    """Reads forward; `end` says that nothing may follow."""

    def __init__(self, octets, what, versions=(1,)):
        self.octets, self.at, self.what = octets, 0, what
        self.version = self.number("B")
        require(self.version in versions, f"{what}: unknown version")

    def take(self, count):
        start, self.at = self.at, self.at + count
        require(self.at <= len(self.octets), f"{self.what}: ends too early")
        return self.octets[start:self.at]

    def numbers(self, layout):
        return struct.unpack(">" + layout, self.take(struct.calcsize(">" + layout)))

    def number(self, layout):
        return self.numbers(layout)[0]

    def text(self, layout):
        try:
            return self.take(self.number(layout)).decode()
        except UnicodeDecodeError:
            raise Corrupt(f"{self.what}: a text that is not UTF-8") from None

    def end(self):
        require(self.at == len(self.octets), f"{self.what}: octets after its end")


class Arrival(NamedTuple):
    internal_date: int
    zone: int
    octets: bytes


def arrival(octets):
    cursor = Cursor(octets, "arrival")
    return Arrival(*cursor.numbers("qh"), octets[cursor.at:])


class Name(NamedTuple):
    name: str
    folder: int
    special_use: str
    rights: dict  # {(account, taken away): letters}


class Tree(NamedTuple):
    last_uid_validity: int
    names: list
    subscriptions: list
    keywords: list


class Root(NamedTuple):
    tree: int
    last_message: int
    filed: int
    unfiled: list
    records: "Versions"  # {(kind, row): (version,)}


class Versions(NamedTuple):
    """Of records, by what names each: what changed lately, and the version of the list with the others."""
    list_version: int
    recent: dict

    def with_list(self, listed):
        """{name: version}, of what exists; the last number of a version is 0 where there is no such record."""
        return {name: version for name, version in {**listed, **self.recent}.items() if version[-1]}


class State(NamedTuple):
    uid_validity: int
    uid_next: int
    highest_modseq: int
    first_recent: int
    messages: int
    unseen: int
    deleted: int
    size: int
    blocks: Versions = None  # {number: (version, slots)}; None in one of before there were versions


class Entry(NamedTuple):
    uid: int
    message: int
    modseq: int
    flags: int
    keywords: int
    internal_date: int
    zone: int
    saved: int
    size: int
    shared: bool


class Account(NamedTuple):
    name: str
    password_hash: str
    enabled: bool
    created: int


def _ascending(texts):
    octets = [text.encode() for text in texts]
    return all(a < b for a, b in zip(octets, octets[1:]))


def rights_list(c):
    found = []
    for _ in range(c.number("B")):
        account, negative, bits = c.numbers("qBH")
        require(negative < 2 and bits < 1 << len(RIGHTS), "folder tree: an unknown right")
        found.append(((account, bool(negative)), "".join(right for n, right in enumerate(RIGHTS) if bits >> n & 1)))
    require(all(a[0] < b[0] for a, b in zip(found, found[1:])), "folder tree: rights out of order")
    return dict(found)


def tree(octets):
    c = Cursor(octets, "folder tree", (1, 2))
    validity = c.number("I")
    names = []
    for _ in range(c.number("I")):
        name, (folder, use) = c.text("H"), c.numbers("qB")
        require(use < len(SPECIAL_USES) and folder >= 0, "folder tree: an unknown special use or a bad folder id")
        names.append(Name(name, folder, SPECIAL_USES[use], rights_list(c) if c.version == 2 else {}))
    subscriptions = [c.text("H") for _ in range(c.number("I"))]
    keywords = [c.text("B") for _ in range(c.number("B"))]
    c.end()
    require(_ascending([n.name for n in names]) and _ascending(subscriptions), "folder tree: names out of order")
    folders = [n.folder for n in names if n.folder]
    require(len(folders) == len(set(folders)) and len(keywords) <= 128, "folder tree: a folder twice, or 129 keywords")
    return Tree(validity, names, subscriptions, keywords)


RECORDS, BLOCKS = ("Bq", "I"), ("I", "IQ")


def _pairs(c, count, names, versions):
    found = [(c.numbers(names), c.numbers(versions)) for _ in range(count)]
    require(all(a[0] < b[0] for a, b in zip(found, found[1:])), f"{c.what}: versions out of order")
    return {name if len(name) > 1 else name[0]: version for name, version in found}


def _versions(c, of):
    return Versions(c.number("I"), _pairs(c, c.number("H"), *of))


def versions_list(octets, of):
    c = Cursor(octets, "list of versions")
    listed = _pairs(c, c.number("I"), *of)
    c.end()
    return listed


def root(octets):
    c = Cursor(octets, "root")
    tree, last, filed = c.numbers("Iqq")
    found = Root(tree, last, filed, [c.number("q") for _ in range(c.number("I"))], _versions(c, RECORDS))
    c.end()
    return found


def folder_state(octets):
    c = Cursor(octets, "folder state", (1, 2))
    state = State(*c.numbers("IIQIIIIQ"), _versions(c, BLOCKS) if c.version == 2 else None)
    c.end()
    return state


def folder_block(octets, number):
    """The entries of the block with UIDs from 64 * number."""
    c = Cursor(octets, "folder block", (1, 2))
    most = 32 if c.version == 1 else 256
    entries = []
    for _ in range(c.number("B")):
        slot, message, modseq, flags, low, high, date, zone, saved, size = c.numbers("BqQBQQqhqQ")
        require(slot < 64 and 64 * number + slot > 0 and message > 0 and flags < most and not flags & 96,
                "folder block: a bad entry")
        entries.append(Entry(64 * number + slot, message, modseq, flags & 31, high << 64 | low, date, zone, saved, size,
                             c.version == 1 or flags >= 128))
    c.end()
    require(all(a.uid < b.uid for a, b in zip(entries, entries[1:])), "folder block: slots out of order")
    return entries


def list_block(octets):
    """{slot: (message, summary)}"""
    c = Cursor(octets, "list block")
    summaries, last = {}, -1
    for _ in range(c.number("B")):
        slot, message, length = c.numbers("BqI")
        require(last < slot < 64, "list block: slots out of order")
        last, summaries[slot] = slot, (message, c.take(length))
    c.end()
    return summaries


FIELDS_KEPT, ENCRYPTED, PLAIN = 4, 8, 16  # bits of a summary
SLOTS = 14


class Summary(NamedTuple):
    bits: int
    bodystructure: bytes
    header_fields: bytes


def summary(octets):
    """As imap/mime/summary.h describes it, without the rest."""
    head = 52 + 4 * SLOTS
    require(len(octets) >= head and octets[0] == 1, "summary: unknown version")
    sizes = struct.unpack(f"<{SLOTS}I", octets[52:head])
    require(head + sum(sizes) == len(octets), "summary: lengths that do not add up")
    starts = [head + sum(sizes[:slot]) for slot in range(SLOTS)]
    return Summary(octets[1], *(octets[starts[slot]:starts[slot] + sizes[slot]] for slot in (2, 3)))


def annotations(octets):
    """{name: value}"""
    c = Cursor(octets, "annotations")
    found = [(c.text("H"), c.take(c.number("I"))) for _ in range(c.number("H"))]
    c.end()
    require(_ascending([name for name, _ in found]), "annotations: names out of order")
    return dict(found)


def quota(octets):
    """{resource: limit, None for unlimited, or "default"}"""
    c = Cursor(octets, "quota")
    found = {}
    for resource in ("octets", "messages", "folders"):
        kind, limit = c.numbers("BQ")
        require(kind < 3, "quota: an unknown kind")
        found[resource] = ("default", None, limit)[kind]
    c.end()
    return found


def protection(octets):
    """{level, converted, since, by, certificates in DER}"""
    c = Cursor(octets, "protection")
    level, converted, since = c.numbers("BBq")
    require(level == 1 and converted < 2, "protection: an unknown level")
    found = {"level": "end-to-end", "converted": bool(converted), "since": since, "by": c.text("H"),
             "certificates": [c.take(c.number("H")) for _ in range(c.number("B"))]}
    c.end()
    require(found["certificates"], "protection: no certificate")
    return found


def shares(octets):
    """(account, mailboxes)"""
    c = Cursor(octets, "shares")
    account, mailboxes = c.number("q"), [c.number("q") for _ in range(c.number("I"))]
    c.end()
    require(all(a < b for a, b in zip(mailboxes, mailboxes[1:])), "shares: out of order")
    return account, mailboxes


def account(octets):
    c = Cursor(octets, "account", (1, 2))
    name, password_hash, (enabled, created) = c.text("H"), c.text("H"), c.numbers("Bq")
    if c.version == 2:
        rest_of_password(c)
    c.end()
    require(enabled in (0, 1), "account: enabled is neither 0 nor 1")
    return Account(name, password_hash, bool(enabled), created)


def rest_of_password(c):
    form, iterations = c.numbers("BI")
    require(form in (0, 1), "account: hashed in an unknown form")
    if iterations:
        sizes = [len(c.take(c.number("B"))) for _ in ("salt", "StoredKey", "ServerKey")]
        require(sizes == [16, 32, 32], "account: a SCRAM verifier of other sizes")


def alias(octets):
    c = Cursor(octets, "alias")
    address = c.text("H")
    c.end()
    return address


class Dep(NamedTuple):
    name: str
    description: str
    created: int


def dep(octets):
    c = Cursor(octets, "DEP")
    found = Dep(c.text("H"), c.text("H"), c.number("q"))
    c.end()
    return found


def time(octets):
    """When a version of a DEP's key was made, or since when none opens it."""
    c = Cursor(octets, "time")
    found = c.number("q")
    c.end()
    return found


def denial(octets):
    """(kid, since, what it said)"""
    c = Cursor(octets, "denial")
    found = c.text("H"), c.number("q"), c.text("H")
    c.end()
    return found


def generation(octets):
    """(number, sum)"""
    c = Cursor(octets, "generation")
    found = c.number("Q"), c.take(c.number("B"))
    c.end()
    require(len(found[1]) in (0, 32), "generation: a sum of another size")
    return found
