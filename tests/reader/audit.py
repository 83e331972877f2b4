"""audit.db and its checkpoint (crypto/FORMAT.md, section 10)."""

import hashlib
import pathlib
import struct

from cryptography.exceptions import InvalidSignature

from place import Kind, Place
from records import Cursor
from sealing import open_record, require
from snapshot import Snapshot

APPLICATION_ID = 0x53454155
VERSION = 1
CHECKPOINT, PLACE = 128, 512


def inside(octets):
    cursor = Cursor(octets, "an audit record")
    time, kind = cursor.numbers("qH")
    names = ("organisation", "operation", "actor", "result", "request")
    line = {"time": time, "type": kind} | {name: cursor.text("H") for name in names}
    line |= {"dep": cursor.number("q"), "dep_name": cursor.text("H"), "dep_version": cursor.number("I"),
             "mailbox": cursor.number("q"), "account": cursor.text("H")}
    line["details"] = [[cursor.text("H"), cursor.text("H")] for _ in range(cursor.number("B"))]
    cursor.end()
    return line


def checkpoint(keys):
    """(number of records, hash of the last) of the later checkpoint that holds."""
    public, found = keys.signing_key().public_key(), []
    file = (keys.service_keys / "audit.checkpoint").read_bytes()
    for place in (0, PLACE):
        octets = file[place:place + CHECKPOINT]
        if len(octets) < CHECKPOINT or octets[:8] != b"sealaud\x01":
            continue
        value, purpose = octets[:64], b"audit checkpoint"
        try:
            public.verify(octets[64:], b"sealpost signature 1" + bytes([len(purpose)]) + purpose + value)
        except InvalidSignature:
            continue
        generation, count, _ = struct.unpack(">Qqq", octets[8:32])
        found.append((generation, count, octets[32:64]))
    require(found, "no checkpoint holds")
    return max(found)[1:]


def records(data, keys):
    """Every record, in order; Corrupt where the log is not whole."""
    signed, head = checkpoint(keys)  # first: the log may grow meanwhile
    key, before, number = keys.directory_key(), bytes(32), 0
    with Snapshot(pathlib.Path(data) / "audit.db", APPLICATION_ID, (VERSION,)) as tables:
        for number, sealed, stored in tables.rows("ibb", "select number, sealed, hash from record order by number"):
            linked = hashlib.sha256(b"sealpost audit 1" + struct.pack(">q", number) + before + sealed).digest()
            require(linked == stored, f"audit record {number} does not follow the one before it")
            require(number != signed or stored == head, f"audit record {number} is not the one that was signed for")
            yield {"number": number} | inside(open_record(key, Place(Kind.AUDIT_RECORD, row=number), sealed))
            before = stored
    require(number >= signed, f"{signed} audit records were signed for, {number} are there")
