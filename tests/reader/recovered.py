"""What a set of assets opens in a copy: every key that follows from another, with each way to it, and then the mail."""

import functools
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses

import records
import spool
from mailbox import Mailbox
from place import Kind, Place
from sealing import Corrupt, open_record, open_wrap

ADDRESSES = ("from", "to", "cc", "bcc", "sender", "reply-to")


class Keys:
    """key by what it is for, and the ways to each: (assets, steps)."""

    def __init__(self):
        self.keys, self.ways = {}, {}

    def add(self, what, key, assets, steps):
        self.keys[what] = key
        self.ways.setdefault(what, set()).add((frozenset(assets), steps))

    def shortest(self, what):
        """Without ways that begin as another does and want more, or only go through more of a backup."""
        ways = self.ways[what]
        return sorted(([sorted(assets), list(steps)] for assets, steps in ways if not any(
            begun[0] == steps[0] and other <= assets and (len(other), detours(begun)) < (len(assets), detours(steps))
            for other, begun in ways)), key=repr)


ELSEWHERE = ", as wrapped in the "


def step(text, source):
    return text if source.name == "copy" else text + ELSEWHERE + source.name


def detours(steps):
    return sum(ELSEWHERE in each for each in steps)


def needs(source):
    return set() if source.name == "copy" else {source.name}


@functools.cache
def opened_by(asset, source, dep, version, *wrap):
    return asset.dep_key(source, Place(Kind.DEP_KEY, 0, dep, version), *wrap)


def dep_keys(sources, assets):
    found = Keys()
    for source in sources:
        for dep, version, *wrap in source.dep_wraps():
            for asset in assets:
                opened = opened_by(asset, source, dep, version, *wrap)
                if opened:
                    found.add((dep, version), opened[1], {asset.name, *needs(source)},
                              (f"{asset.name}: {opened[0]}", step(f"DEP {dep}, version {version}", source)))
        for asset in assets:
            for what, key in asset.dep_keys(source).items():
                found.add(what, key, {asset.name, *needs(source)}, (f"{asset.name}: key of DEP {what[0]}, version {what[1]}",))
    return found


def mailbox_keys(sources, assets):
    deps, found = dep_keys(sources, assets), Keys()
    for source in sources:
        for row in source.mailboxes.values():
            by = deps.keys.get((row.dep, row.version))
            for epoch, wrapped in row.wraps.items() if by else ():
                try:
                    key = open_wrap(by, Place(Kind.MAILBOX_KEY, row.id, row.dep, row.version, epoch), wrapped)
                except Corrupt:
                    continue
                for names, steps in deps.ways[row.dep, row.version]:
                    found.add((row.id, epoch), key, names | needs(source),
                              (*steps, step(f"mailbox key of epoch {epoch}", source)))
        for asset in assets:
            for (number, epoch), key in asset.mailbox_keys(source).items():
                found.add((number, epoch), key, {asset.name, *needs(source)}, (f"{asset.name}: mailbox key of epoch {epoch}",))
    return found


class Tally:
    """What was read of one mailbox."""

    def __init__(self, samples):
        self.samples, self.messages, self.octets, self.entries, self.damaged, self.opaque = samples, 0, 0, 0, 0, 0
        self.named = {name: set() for name in ("subjects", "addresses", "message_ids", "attachments", "folders", "keywords")}
        self.flags, self.dates, self.annotations, self.arrivals, self.spooled, self.shown = 0, 0, 0, 0, 0, []

    def mail(self, octets):
        head = BytesHeaderParser().parsebytes(octets)
        self.messages += 1
        self.octets += len(octets)
        self.opaque += is_opaque(head)
        subject = str(head.get("Subject") or "")
        if len(self.shown) < self.samples:
            self.shown.append(subject)
        self.named["subjects"] |= {subject} - {""}
        self.named["message_ids"] |= {str(head.get("Message-ID") or "")} - {""}
        fields = [str(value) for name in ADDRESSES for value in head.get_all(name, [])]
        self.named["addresses"] |= {address for _, address in getaddresses(fields) if address}
        if head.get_content_maintype() == "multipart":
            self.named["attachments"] |= {str(part.get_filename()) for part in BytesParser().parsebytes(octets).walk()
                                          if part.get_filename()}

    def line(self):
        fields = {name: len(found) for name, found in self.named.items()}
        fields |= {"flags": self.flags, "dates": self.dates, "annotations": self.annotations}
        line = {"messages": self.messages, "octets": self.octets, "arrivals": self.arrivals, "spooled": self.spooled,
                "opaque": self.opaque, "damaged": self.damaged, "fields": fields}
        return line | ({"samples": self.shown} if self.samples else {})


def is_opaque(head):
    """Sealed once more, by its sender or by the mailbox's level: S/MIME (RFC 8551) or PGP/MIME (RFC 3156)."""
    kind = head.get_content_type()
    if kind == "multipart/encrypted":
        return True
    return kind in ("application/pkcs7-mime", "application/x-pkcs7-mime") and \
        str(head.get_param("smime-type") or "enveloped-data").lower() != "signed-data"


def read(source, number, keys, skip=frozenset(), samples=0):
    """A Tally of a mailbox without the messages of `skip`; None where its tree does not open."""
    tables, tally, seen = source.stores[source.mailboxes[number].database], Tally(samples), set(skip)
    try:
        mailbox = Mailbox(tables, number, keys)
        folders = list(mailbox.folders())
        tally.annotations = sum(len(found) for found in mailbox.annotations().values())
    except Corrupt:
        return None
    tally.named["folders"] = {folder.name for folder in folders}
    tally.named["keywords"] = set(mailbox.tree.keywords)
    for entry in (entry for folder in folders for entry in folder.entries):
        tally.dates, tally.flags = tally.dates + 1, tally.flags + bool(entry.flags or entry.keywords)
        if entry.message in seen:
            continue
        seen.add(entry.message)
        try:
            tally.mail(mailbox.message(entry))
        except Corrupt:
            tally.damaged += 1
    try:
        for _, arrival in mailbox.arrivals():
            tally.arrivals += 1
            tally.octets += len(arrival.octets)
        tally.spooled = len(spool.opened_of(source.others["spool.db"], number, mailbox.delivery_key())) \
            if "spool.db" in source.others else 0
    except Corrupt:
        tally.damaged += 1
    return tally


def account_of(source, row, key):
    for mailbox, sealed in source.directory.rows("ib", "select mailbox, sealed from account where id = ?", row.account):
        return records.account(open_record(key, Place(Kind.ACCOUNT, mailbox, row.account), sealed)).name


@functools.cache
def of_directory(source, key):
    """Names, verifiers, roles and what was done: what the directory key opens."""
    return source.opened_rows(key)
