"""spool.db: mail on its way to other domains (crypto/FORMAT.md, section 12)."""

import hashlib
import struct

import records
from place import Kind, Place
from records import Cursor
from sealing import ArrivalOpener, keyed_hash, open_record, require
from snapshot import Snapshot

APPLICATION_ID, VERSIONS = 0x53455350, (1, 2)
STATES = ("prepared", "waiting", "handing over", "held")
OUTCOMES = ("waiting", "failed", "relayed")


def opened(private, ephemeral, place, chunks):
    opener = ArrivalOpener(private, ephemeral, place)
    return b"".join(opener.chunk(at, at + 1 == len(chunks), sealed) for at, sealed in enumerate(chunks))


def unpacked(envelope):
    chunks, at = [], 0
    while at < len(envelope):
        require(at + 4 <= len(envelope), "an envelope ends too early")
        size, = struct.unpack(">I", envelope[at:at + 4])
        chunks.append(envelope[at + 4:at + 4 + size])
        require(len(chunks[-1]) == size, "an envelope ends too early")
        at += 4 + size
    return chunks


def inside(plain):
    cursor = Cursor(plain, "envelope")
    flags = cursor.number("B")
    require(flags < 8, "an envelope with unknown flags")
    line = {"utf8": bool(flags & 1), "require_tls": bool(flags & 2), "delay_told": bool(flags & 4),
            "sender": cursor.text("H"), "parameters": cursor.text("H")}
    line |= dict(zip(("size", "accepted", "next_try", "tries", "uncertain", "count"), cursor.numbers("QqqIII")))
    line["recipients"] = []
    for _ in range(line.pop("count")):
        recipient = {"address": cursor.text("H"), "parameters": cursor.text("H"), "outcome": OUTCOMES[cursor.number("B")],
                     "code": cursor.number("H")}
        line["recipients"].append(recipient | {"status": cursor.text("H"), "text": cursor.text("H")})
    cursor.end()
    return line


def opened_message(tables, private, place, chunks, ephemeral, sealed_by, envelope):
    """(octets, envelope)"""
    stored = [sealed for sealed, in tables.rows("b", "select d from spooled_body where id between ? and ? order by id",
                                                place.row << 16, (place.row << 16) + 65535)]
    require(len(stored) == chunks, f"message {place.row} does not have {chunks} chunks")
    octets = opened(private, ephemeral, place, stored)
    line = inside(opened(private, sealed_by, place._replace(part=1), unpacked(envelope)))
    require(len(octets) == line["size"], f"message {place.row} is of another size than its envelope says")
    return octets, line


def opened_of(tables, mailbox, private):
    """What one mailbox has in the queue; whether the server wrote it is not looked at."""
    return [opened_message(tables, private, Place(Kind.SPOOLED, mailbox, number), *rest) for number, *rest in tables.rows(
        "iibbb", "select id, chunks, ephemeral, envelope_ephemeral, envelope from spooled where mailbox = ? and state > 0"
        " order by id", mailbox)]


def check_sum(directory, tables):
    """That the rows are those which the server left there."""
    if not tables.has("generation"):
        return
    sealed, = tables.row("generation", "b", "select sealed from generation where id = ?", 1)
    _, stored = records.generation(open_record(directory.key, Place(Kind.GENERATION, row=1), sealed))
    total = 0
    for proof, in tables.rows("b", "select proof from spooled"):
        total ^= int.from_bytes(keyed_hash(directory.key, b"spool sum", proof), "big")
    require(total == int.from_bytes(stored, "big"), "the spool is not as the server left it")


def messages(directory, mailboxes):
    """Every message, in order; Corrupt where one is not as the server wrote it. `mailboxes`: by id, (account, Mailbox)."""
    with Snapshot(directory.data / "spool.db", APPLICATION_ID, VERSIONS) as tables:
        check_sum(directory, tables)
        for number, mailbox, state, chunks, ephemeral, sealed_by, envelope, proof in tables.rows(
                "iiiibbbb", "select id, mailbox, state, chunks, ephemeral, envelope_ephemeral, envelope, proof from spooled"
                " order by id"):
            text = (f"{number}:{mailbox}:{state}:{chunks}:{ephemeral.hex()}:{sealed_by.hex()}:"
                    f"{hashlib.sha256(envelope).hexdigest()}")
            require(keyed_hash(directory.key, b"spool", text.encode()) == proof, f"message {number} is not proven")
            require(mailbox in mailboxes, f"message {number} belongs to no mailbox")
            account, private = mailboxes[mailbox]
            octets, line = opened_message(tables, private, Place(Kind.SPOOLED, mailbox, number), chunks, ephemeral, sealed_by, envelope)
            yield {"id": number, "account": account, "state": STATES[state],
                   "sha256": hashlib.sha256(octets).hexdigest()} | line
