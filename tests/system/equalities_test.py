"""The same message stored a thousand times, in one mailbox and in two, mixed with others: no two sealed values begin alike, in
rows, in pages between them or in the WAL, and no size is outside of the documented buckets. SEALPOST_EQUAL sets how many."""

import os
import sqlite3
import sys
import tempfile
import unittest
from pathlib import Path

from installation import Installation

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/examiner"))

import residue  # noqa: E402
import shapes  # noqa: E402
from sqlite_file import File, Page  # noqa: E402

MESSAGES = int(os.environ.get("SEALPOST_EQUAL", "1000"))
ADA, BOB = "ada@example.org", "bob@example.org"
SAME = b"From: x@example.net\r\nSubject: the same\r\n\r\n" + b"the same words, again and again\r\n" * 40
LONG = b"Subject: the same, and long\r\n\r\n" + b"\r\n".join(os.urandom(36).hex().encode() for _ in range(1600)) + b"\r\n"
BEGINNING = 16


def blobs(copy, cut):
    """(where, octets) of every blob, of rows as SQLite reads them and of what the WAL remembers of them. Of what goes on in another
    page the WAL tells the beginning: `cut` gets its size."""
    for path in sorted(copy.rglob("*.db")):
        name, file = str(path.relative_to(copy)), File(path)
        for frame in file.frames:
            if file.is_btree(frame.page, frame.octets):
                for cell in Page(frame.page, frame.octets, file.usable).cells():
                    if cell.row is None:
                        continue  # an index: values of rows once more
                    for column, value in enumerate(cell.values):
                        if isinstance(value, bytes) and len(value) >= BEGINNING:
                            if len(value) < cell.sizes[column]:
                                cut[value] = cell.sizes[column]
                            yield (name, cell.row, column), value
        db = sqlite3.connect(path)
        tables = [table for table, in db.execute("select name from sqlite_schema where type = 'table'")]
        for table in tables:
            row = 0
            for values in db.execute(f"select * from {table}").fetchall():
                row = values[0] if isinstance(values[0], int) else row + 1
                for column, value in enumerate(values):
                    if isinstance(value, bytes) and len(value) >= BEGINNING:
                        yield (name, row, column), value
        db.close()


def repeated(found):
    """Beginnings, first octet apart, that stand at more than one place. The same value in the same row of two pages of the WAL
    is one place: that row was not written anew."""
    places = {}
    for where, octets in found:
        places.setdefault(octets[1:1 + BEGINNING], set()).add(where)
    return {beginning: where for beginning, where in places.items() if len(where) > 1}


def inner_repeated(found):
    """How many pieces of them, further in, come twice in different values."""
    seen, twice = set(), 0
    for octets in {octets for _, octets in found}:
        pieces = {octets[at:at + BEGINNING] for at in range(1, len(octets) - BEGINNING, BEGINNING)}
        if octets[1:1 + BEGINNING] not in seen:  # else the rest of what a page of the WAL has the beginning of
            twice += len(pieces & seen)
            seen |= pieces
    return twice


class Equalities(unittest.TestCase):
    def test_the_same_message_leaves_no_equal_octets(self):
        with tempfile.TemporaryDirectory(prefix="sealpost-test-") as scratch, Installation(vaults=False) as post:
            self.store(post)
            residue.copied(post.data, Path(scratch))
            cut = {}
            found = list(blobs(Path(scratch), cut))
            wholes = (octets.ljust(cut.get(octets, 0), b"\0") for _, octets in found)
            looks = {shapes.of_blob(octets) for octets in wholes if len(octets) < 2000}
            self.assertGreater(len({octets for _, octets in found}), 4 * MESSAGES)
            self.assertEqual(list(repeated(found).items())[:5], [])
            self.assertEqual([look for look in looks if look.startswith("blob")], [], "a size that is in no bucket")
            self.assertEqual(inner_repeated(found), 0)

    def store(self, post):
        with post.lmtp_client() as client:
            for n in range(MESSAGES * 3 // 4):
                client.sendmail("x@example.net", [(ADA, BOB)[n % 2]], LONG if n % 50 < 2 else SAME)
        for name in (ADA, BOB):
            with post.imap_client(name) as client:
                for n in range(MESSAGES // 8):
                    client.append("Drafts", r"(\Seen)", None, SAME)
                client.select("INBOX")
                client.copy("1:*", "Archive")  # shows the same rows once more
                client.store("1:50", "+FLAGS", r"(\Flagged)")
                client.store("1:50", "-FLAGS", r"(\Flagged)")  # as they were before

    def test_equal_octets_are_found(self):
        sealed = os.urandom(60)
        self.assertEqual(len(repeated([(("a", 1, 1), b"\x11" + sealed), (("a", 2, 1), b"\x11" + sealed[:30] + b"x")])), 1)
        self.assertEqual(repeated([(("a", 1, 1), b"\x11" + sealed), (("a", 1, 1), b"\x11" + sealed)]), {})


if __name__ == "__main__":
    unittest.main(verbosity=2)
