"""Attacks that only look: texts in clear, canaries, values that come twice, and what is left of what was deleted."""

import math
import sqlite3
from collections import Counter

import carve
import residue
from canaries import needles
from recovered import mailbox_keys
from row_attack import NO_STORES
from stolen import Source

SEALED = 41  # octets of the shortest record without content


def rows(copy):
    """(database, table, column, value) of each blob."""
    for path in sorted(copy.rglob("*.db")):
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        for table, in db.execute("select name from sqlite_schema where type = 'table'").fetchall():
            found = db.execute(f"select * from {table}")
            names = [column[0] for column in found.description]
            for row in found:
                yield from ((path.name, table, name, value) for name, value in zip(names, row) if isinstance(value, bytes))
        db.close()


def scanned(copy, canaries):
    strange = sorted(set(residue.Residue(copy).strange))
    files = {str(path.relative_to(copy)): path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    found = sorted(name for name, octets in files.items() if canaries and needles(canaries).search(octets))
    seen = f"{len(files)} files, {sum(map(len, files.values()))} octets; texts that are not in the published list: " \
           f"{len(strange)}; canaries: {len(canaries)}, in files: {', '.join(found) or 'none'}"
    return ("broken" if strange or found else "held"), seen + "".join(f"; {text}" for text in strange[:3])


def entropy(octets):
    """Bits an octet."""
    counts = Counter(octets)
    return -sum(n / len(octets) * math.log2(n / len(octets)) for n in counts.values()) if octets else 0.0


def equal(copy):
    sealed = [value for *_, value in rows(copy) if len(value) >= SEALED]
    twice = sum(count - 1 for count in Counter(value[:SEALED] for value in sealed).values())
    if not sealed:
        return "not tried", "there is no sealed value in the copy"
    octets = b"".join(value[25:] for value in sealed)
    seen = f"{len(sealed)} sealed values, {twice} that begin as another does; {entropy(octets):.4f} bits of entropy an octet"
    return ("broken" if twice else "held"), seen


def carved(copy, assets):
    """With the mailbox keys that the assets give: records at any place that no row has."""
    with Source("copy", copy) as source:
        keys = mailbox_keys([source], assets).keys
    if not assets:
        return "not tried", "it wants keys: --service-keys, --vault-a or --vault-b"
    if not any(copy.glob("mail/*/store.db")):
        return "not tried", NO_STORES
    if not keys:
        return "not tried", "the keys given open no mailbox of this copy"
    live = {value[1:25] for *_, value in rows(copy) if value[:1] == b"\x11"}
    gone = Counter(str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file() for key in keys.values()
                   for found in carve.records(path.read_bytes(), key) if found.nonce not in live)
    seen = f"with {len(keys)} mailbox keys: {gone.total()} records of earlier or deleted things; {', '.join(gone) or 'in no file'}"
    return ("broken" if gone else "held"), seen
