"""anchors.db: what the data directory was when the server last wrote to it (crypto/FORMAT.md, section 14)."""

import hashlib
import struct

import ledger
import records
from place import Kind, Place
from sealing import open_record
from snapshot import Snapshot

APPLICATION_ID, VERSIONS = 0x5345414E, (1,)
LEDGER = -2  # in `generation`, as if it were a mailbox


def columns(row):
    octets = b""
    for value in row:
        if isinstance(value, int):
            octets += b"\x01" + struct.pack(">q", value)
        elif value is None:
            octets += b"\x05"
        else:
            value, kind = (value.encode(), b"\x03") if isinstance(value, str) else (value, b"\x04")
            octets += kind + struct.pack(">Q", len(value)) + value
    return octets


def digest(row):
    return hashlib.sha256(columns(row)).digest()


def rows(directory):
    """{(table, row): digest} of directory.db."""
    connection, found = directory.tables.connection, {}
    for name, in connection.execute("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'").fetchall():
        if name != "generation":
            for number, *row in connection.execute(f'select rowid, * from "{name}"'):
                found[name, number] = digest(row)
    return found


def rolled_back(directory):
    """What of directory.db and of the ledger is not as the anchors have it, a line each."""
    there = rows(directory)
    with Snapshot(directory.keys.service_keys / "anchors.db", APPLICATION_ID, VERSIONS) as tables:
        known = dict(tables.rows("ii", "select mailbox, number from generation")).get(LEDGER, 0)
        if how := ledger.state(directory, known):
            yield {"kind": "ledger", "how": how}
        (anchored,), = tables.rows("i", "select generation from directory")
        sealed, = directory.tables.row("generation", "b", "select sealed from generation where id = ?", 1)
        number, _ = records.generation(open_record(directory.key, Place(Kind.GENERATION), sealed))
        if number > anchored:
            yield {"kind": "anchors", "how": "older than the data"}
            return
        known = {(name, row): (mark, after) for name, row, mark, after in
                 tables.connection.execute("select name, row, digest, next from directory_row")}
        for at in sorted(there.keys() | known.keys()):
            is_now, right = there.get(at, b""), known.get(at, (b"",))
            if is_now not in right:
                how = "added" if at not in known else "missing" if not is_now else "changed"
                yield {"kind": "row", "table": at[0], "row": at[1], "how": how}
