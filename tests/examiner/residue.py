#!/usr/bin/env python3
"""Everything that can be read in a stolen data directory without a key: `residue.py --data DIR [--json]`.

Files, tables, columns and what their values look like; texts in clear; what is in pages, free pages and WAL beside the rows.
The result is what is found, not what ought to be there: BOUNDARY.md lists that, and tests/system/boundary_test.py compares."""

import argparse
import json
import pathlib
import re
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict

import shapes
from sqlite_file import File, Page

TEXT = re.compile(rb"[\x20-\x7e]{24,}")
LOCK = re.compile(rb"[0-9]{1,10}\n")
SQLITE = b"SQLite format 3\0"


def file_name(path, data):
    """Its name in the list: numbers of databases are one."""
    return re.sub(r"(^|/)[0-9]+/", r"\1N/", str(path.relative_to(data)))


def copied(data, into, tries=20):
    """As a thief would, also while the server runs: each database with its WAL of one moment."""
    for path in sorted(p for p in data.rglob("*") if p.is_file()):
        target = into / path.relative_to(data)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not path.name.endswith(("-wal", "-shm")):
            group = [p for p in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm"))]
            for _ in range(tries):
                before = [p.stat().st_mtime_ns if p.exists() else 0 for p in group]
                for p in group:
                    if p.exists():
                        shutil.copyfile(p, target.with_name(p.name))
                if before == [p.stat().st_mtime_ns if p.exists() else 0 for p in group]:
                    break


class Column:
    def __init__(self):
        self.looks, self.sizes, self.times = Counter(), Counter(), defaultdict(list)

    def add(self, value):
        look = shapes.of_value(value)
        self.looks[look] += 1
        if look.startswith("time in "):
            self.times[look[8:]].append(value)
        if isinstance(value, (bytes, str)):
            self.sizes[len(value)] += 1

    def found(self):
        """What its values look like."""
        return sorted(f"{look}, to the {shapes.grain(self.times[look[8:]], look[8:])}" if look.startswith("time in ") else look
                      for look in self.looks)


class Residue:
    """All that was found in a copy of a data directory."""

    def __init__(self, copy):
        self.copy = pathlib.Path(copy)
        self.files = {}  # name: what it is
        self.columns = {}  # (database, table, column): Column
        self.texts = defaultdict(set)  # database: texts of columns
        self.hidden = defaultdict(Counter)  # database: what is beside its rows, octets
        self.strange = []  # what fits nothing
        for path in sorted(p for p in self.copy.rglob("*") if p.is_file()):
            self._file(path)

    def _file(self, path):
        name, octets = file_name(path, self.copy), path.read_bytes()
        if octets.startswith(SQLITE):
            self.files[name] = "database"
            self._rows(path)
            self._pages(path)
        elif name.endswith("-wal"):
            self.files[name] = "WAL"
            if octets and octets[:3] != b"\x37\x7f\x06":
                self.strange.append(f"{name} is no WAL")
        elif name.endswith("-shm"):
            self.files[name] = "index of a WAL"
        elif LOCK.fullmatch(octets):
            self.files[name] = "number"
        else:
            self.files[name] = "other"
        if not octets.startswith(SQLITE) and not name.endswith("-wal"):
            for text in TEXT.findall(octets):
                self.strange.append(f"{name} has the text {text[:80]!r}")

    def _rows(self, path):
        with tempfile.TemporaryDirectory(prefix="sealpost-residue-") as scratch:
            for beside in (path, path.with_name(path.name + "-wal")):
                if beside.exists():
                    shutil.copyfile(beside, pathlib.Path(scratch) / beside.name)
            db = sqlite3.connect(pathlib.Path(scratch) / path.name)
            db.text_factory = lambda octets: octets.decode(errors="replace")
            for kind, table, of, sql in db.execute("select type, name, tbl_name, sql from sqlite_schema").fetchall():
                self.texts[path.name] |= {sql or "", f"{kind}{table}{of}"}
                if kind != "table":
                    continue
                names = [row[1] for row in db.execute(f"pragma table_info({table})")]
                columns = [self.columns.setdefault((path.name, table, column), Column()) for column in names]
                for row in db.execute(f"select * from {table}"):
                    for column, value in zip(columns, row):
                        column.add(value)
                        if isinstance(value, str):
                            self.texts[path.name].add(value)
            db.close()

    def _pages(self, path):
        file, count = File(path), self.hidden[path.name]
        trees = set()
        for root in self.roots(file):
            for page in file.tree(root):
                trees.add(page.number)
                if any(page.unused()):
                    count["octets between rows"] += sum(map(bool, page.unused()))
                    self._search(path, page.unused())
        trunks, leaves = file.free_pages()
        for number in leaves:
            if any(file.page(number)):
                count["octets of free pages"] += file.size
                self._search(path, file.page(number))
        count["frames of the WAL"] += len(file.frames)
        count["frames of before the WAL began anew"] += sum(not frame.current for frame in file.frames)
        for frame in file.frames:
            if file.is_btree(frame.page, frame.octets):
                self._frame(path, Page(frame.page, frame.octets, file.usable))
            self._search(path, frame.octets)
        for at in range(0, len(file.octets), file.size):
            self._search(path, file.octets[at:at + file.size])

    @staticmethod
    def roots(file):
        yield 1
        for page in file.tree(1):
            yield from (cell.values[3] for cell in page.cells() if cell.values[3])

    def _frame(self, path, page):
        """Rows of any moment that the WAL remembers; which table they were of, nobody knows."""
        looks = {look for (database, _, _), column in self.columns.items() if database == path.name for look in column.looks}
        for cell in page.cells():
            for value, size in zip(cell.values, cell.sizes):
                look = shapes.of_value(value, size)
                if look == "text":
                    self.texts[path.name].add(value)
                elif look not in looks | {"null", "number", "nothing", "beyond this page"}:
                    self.strange.append(f"the WAL of {path.name} has a {look}")

    def _search(self, path, octets):
        for known in self._known(path.name):
            octets = octets.replace(known, b"\0")
        for text in TEXT.findall(octets):  # with up to two octets of chance on each side
            if not any(text[2:-2] in known for known in self._known(path.name)):
                self.strange.append(f"{path.name} has the text {text[:80]!r}")

    def _known(self, database):
        """The texts of its columns and of its schema, long ones first."""
        return sorted((text.encode() for text in self.texts[database] if len(text) > 8), key=len, reverse=True)

    def as_json(self):
        return {"files": self.files,
                "columns": [{"database": d, "table": t, "column": c, "looks": column.found(), "rows": column.looks.total(),
                             "sizes": sorted(column.sizes)} for (d, t, c), column in sorted(self.columns.items())],
                "texts": {name: sorted(text for text in texts if not text.lower().startswith("create "))
                          for name, texts in self.texts.items()},
                "hidden": self.hidden, "strange": sorted(set(self.strange))}


def examined(data):
    """Of a copy that is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="sealpost-residue-") as scratch:
        copied(pathlib.Path(data), pathlib.Path(scratch))
        return Residue(scratch)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = examined(given.data).as_json()
    if given.json:
        print(json.dumps(found, indent=1))
        return
    for name, what in found["files"].items():
        print(f"{name:32} {what}")
    for column in found["columns"]:
        where = f"{column['database']} {column['table']}.{column['column']}"
        print(f"{where:48} {', '.join(column['looks']) or 'no rows'}")
    for name, texts in found["texts"].items():
        print(f"texts in {name}: {', '.join(texts)}")
    for name, hidden in found["hidden"].items():
        print(f"beside the rows of {name}: {', '.join(f'{n} {what}' for what, n in hidden.items())}")
    for strange in found["strange"]:
        print(f"!! {strange}")


if __name__ == "__main__":
    sys.exit(main())
