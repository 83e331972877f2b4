"""ledger.db: how often mail was opened, why and for whom (crypto/FORMAT.md, section 15)."""

import datetime
import hashlib

import records
from place import Kind, Place
from records import Cursor
from sealing import Corrupt, keyed_hash, open_record, require
from snapshot import Snapshot

APPLICATION_ID, VERSIONS = 0x53454c47, (1, 2)
CAUSES = ("fetch", "search", "sort", "preview", "index", "deliver", "copy", "export", "rewrap", "integrity", "lab")
CLASSES = ("user", "system")
DAY, MONTH, ALL = 1, 2, 3
COUNTS, NOTICE = 0, 1


def row_of(key, purpose, value):
    return int.from_bytes(keyed_hash(key, purpose, value.encode())[:8], "big") >> 1


def start(span, number, slot):
    """Seconds since 1970-01-01 UTC; nothing where there is no time."""
    if span == DAY:
        return number * 86400 + slot * 3600
    if span == MONTH:
        return int(datetime.datetime(number // 12, number % 12 + 1, slot, tzinfo=datetime.timezone.utc).timestamp())
    return None


def inside(plain):
    cursor = Cursor(plain, "a record of the ledger", (1, 2))
    record = dict(zip(("mailbox", "span", "number", "since"), cursor.numbers("qBiq")))
    require(record["span"] in (DAY, MONTH, ALL), "a period of an unknown kind")
    record["others"] = [cursor.numbers("Bi") for _ in range(cursor.number("I"))]
    record["counts"] = []
    for _ in range(cursor.number("I")):
        slot, dep, cause, kind, account, admin, operations, octets = cursor.numbers("BqBBqqQQ")
        opaque = cursor.number("Q") if cursor.version > 1 else 0
        require(cause < len(CAUSES) and kind < len(CLASSES), "a crossing of an unknown kind")
        require(opaque <= octets, "more octets are opaque than there are")
        record["counts"].append({"start": start(record["span"], record["number"], slot), "dep": dep,
                                 "cause": CAUSES[cause], "class": CLASSES[kind], "account": account or None,
                                 "admin": None if admin < 0 else admin, "operations": operations, "bytes": octets,
                                 "opaqueBytes": opaque})
    cursor.end()
    return record


def generation(directory, tables):
    """(number, whether the rows are those that the server left there); nothing in one from before."""
    if not tables.has("generation"):
        return None
    sealed, = tables.row("generation", "b", "select sealed from generation where id = ?", 1)
    number, stored = records.generation(open_record(directory.key, Place(Kind.GENERATION, row=2), sealed))
    total = 0
    for part, table in ((COUNTS, "ledger"), (NOTICE, "notice")):
        for row, sealed in tables.rows("ib", f"select id, sealed from {table}"):
            text = f"{part}:{row}:{hashlib.sha256(sealed).hexdigest()}"
            total ^= int.from_bytes(keyed_hash(directory.key, b"ledger sum", text.encode()), "big")
    return number, total == int.from_bytes(stored, "big")


def state(directory, known):
    """How it is not as the server left it, if it is not."""
    file = directory.data / "ledger.db"
    if not file.exists():
        return "missing" if known else None
    try:
        with Snapshot(file, APPLICATION_ID, VERSIONS) as tables:
            found, whole = generation(directory, tables) or (0, True)
    except Corrupt:
        return "changed"
    return "older" if found < known else None if whole else "changed"


def crossings(directory):
    """A line for each number of crossings, then one for each mailbox that wants notices."""
    with Snapshot(directory.data / "ledger.db", APPLICATION_ID, VERSIONS) as tables:
        records = []
        for number, sealed in tables.rows("ib", "select id, sealed from ledger"):
            record = inside(open_record(directory.key, Place(Kind.LEDGER, row=number, part=COUNTS), sealed))
            value = f"{record['mailbox']}:{record['span']}:{record['number']}"
            require(row_of(directory.key, b"ledger", value) == number, "counts stand in another row")
            records.append(record)
        there = {(r["mailbox"], r["span"], r["number"]) for r in records}
        for record in sorted(records, key=lambda r: (r["mailbox"], -r["span"], r["number"])):
            for other in record["others"]:
                require((record["mailbox"], *other) in there, f"a record of mailbox {record['mailbox']} is missing")
            for line in record["counts"]:
                yield {"mailbox": record["mailbox"], "span": ("hour", "day", "all")[record["span"] - 1]} | line
        for number, sealed in tables.rows("ib", "select id, sealed from notice"):
            cursor = Cursor(open_record(directory.key, Place(Kind.LEDGER, row=number, part=NOTICE), sealed), "a notice")
            mailbox, last = cursor.numbers("qi")
            cursor.end()
            require(row_of(directory.key, b"ledger notice", str(mailbox)) == number, "a notice stands in another row")
            yield {"mailbox": mailbox, "notice": "monthly", "last": last}
