"""What a stolen data directory tells is what BOUNDARY.md lists: everything that an examiner finds in one in which all places are
filled is compared with its tables, and none of the names and words that were put in is found in any form."""

import hashlib
import re
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

from populated import BOB, GUESSED, MARK, Populated

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/examiner"))

import boundary_page  # noqa: E402
import residue  # noqa: E402
from canaries import forms  # noqa: E402

PAGE = ROOT / "BOUNDARY.md"
MARKS = re.compile(b"|".join(re.escape(form) for form in sorted(set(forms(MARK)))))
SELDOM = {"unfinished", "versions"}  # while a message is being stored; in big folders


def listed_columns():
    """{(database, table, column): what its values may look like}"""
    return {(*table.split(" "), column): set(row.items("look like"))
            for row in boundary_page.under(PAGE, "Rows") for table in row.names("table") for column in row.names("columns")}


def joined(looks, listed):
    """A time and its grain are two items of a list. A few times may be whole minutes by chance."""
    found = {item for look in looks for item in look.split(", ")}
    return found - {"to the minute", "to the hour"} if "to the second" in listed else found


def digests(text):
    for variant in {text, text.upper(), text + "\n"}:
        for algorithm in ("md5", "sha1", "sha256"):
            digest = hashlib.new(algorithm, variant.encode()).digest()[:16]
            yield from (digest, digest.hex().encode(), digest.hex().upper().encode())


class Boundary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="sealpost-test-")))
        cls.post = cls.enterClassContext(Populated())
        cls.copies = [cls.copied("running")]
        cls.post.kill()
        cls.copies.append(cls.copied("killed"))
        cls.post.start()
        cls.post.stop()
        cls.copies.append(cls.copied("stopped"))
        cls.found = [residue.Residue(copy) for copy in cls.copies]

    @classmethod
    def copied(cls, name):
        if name == "running":
            residue.copied(cls.post.data, cls.scratch / name)
        else:
            shutil.copytree(cls.post.data, cls.scratch / name)
        return cls.scratch / name

    def test_files_are_those_that_are_listed(self):
        listed = {name: row.cells["what it is"] for row in boundary_page.under(PAGE, "Files") for name in row.names("file")}
        found = {name: what for one in self.found for name, what in one.files.items()}
        self.assertEqual(found, {name: what for name, what in listed.items() if name in found}, "not listed, or as another thing")
        self.assertEqual(set(listed) - set(found), set(), "listed, and not there any more")

    def test_columns_look_as_they_are_listed(self):
        listed, seen = listed_columns(), set()
        for one in self.found:
            for where, column in one.columns.items():
                self.assertIn(where, listed, "a column that BOUNDARY.md does not list")
                self.assertLessEqual(joined(column.found(), listed[where]), listed[where], where)
                seen.add(where)
        self.assertEqual(set(listed) - seen, set(), "listed, and not there any more")

    def test_every_column_that_can_be_was_filled(self):
        empty = {where for where in self.found[0].columns if not any(one.columns[where].looks for one in self.found)}
        self.assertEqual({table for _, table, _ in empty} - SELDOM, set())

    def test_nothing_is_strange_and_no_text_is_in_clear_but_those_listed(self):
        listed = {(d, t) for (d, t, _), looks in listed_columns().items() if "text" in looks}
        for one in self.found:
            self.assertEqual(sorted(set(one.strange)), [])
            for (database, table, column), found in one.columns.items():
                if "text" in found.looks:
                    self.assertIn((database, table), listed)

    def test_no_canary_in_any_form(self):
        for copy in self.copies:
            for path in copy.rglob("*"):
                if path.is_file():
                    self.assertIsNone(MARKS.search(path.read_bytes()), path)

    def test_no_hash_of_what_can_be_guessed(self):
        needles = {digest for text in [*GUESSED, "ada@example.org", BOB] for digest in digests(text)}
        for path in self.copies[0].rglob("*"):
            if path.is_file():
                octets = path.read_bytes()
                self.assertEqual([n for n in needles if n in octets], [], path)

    def test_the_examiner_finds_what_is_planted(self):
        """A word, a time, a hash, a table and a file that nobody listed."""
        import sqlite3
        copy = self.scratch / "planted"
        shutil.copytree(self.copies[2], copy)
        (copy / "notes.txt").write_text("some text that is longer than it may be")
        db = sqlite3.connect(copy / "directory.db")
        db.execute("create table extra(id integer primary key, said text, since integer, digest blob)")
        db.execute("insert into extra values(1, 'hello', strftime('%s', 'now'), x'00112233')")
        db.execute("update quota set sealed = sealed || x'00'")
        db.commit()
        db.close()
        found = residue.Residue(copy)
        self.assertEqual(found.files["notes.txt"], "other")
        looks = {column: found.columns["directory.db", "extra", column].found() for column in ("said", "since", "digest")}
        self.assertEqual(looks["said"], ["text"])
        self.assertEqual(looks["since"], ["time in s, to the second"])
        self.assertTrue(looks["digest"][0].startswith("blob of 4 octets"))
        self.assertNotEqual(found.columns["directory.db", "quota", "sealed"].found(), ["record"])
        self.assertTrue(any("notes.txt" in strange for strange in found.strange))


if __name__ == "__main__":
    unittest.main(verbosity=2)
