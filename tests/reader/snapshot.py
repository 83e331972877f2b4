"""Copies of a data directory's databases, opened read-only: the server may be running, and is not disturbed."""

import pathlib
import shutil
import sqlite3
import tempfile

from sealing import require

TRIES = 20


def _mark(paths):
    """Differs when any of the files was written. The first octets of a WAL change when it starts anew."""
    marks = []
    for path in paths:
        if path.exists():
            at = path.stat()
            with path.open("rb") as file:
                marks.append((at.st_ino, at.st_size, at.st_mtime_ns, file.read(32)))
        else:
            marks.append(None)
    return marks


def _copied(database, into):
    """A copy of the database and its WAL of one moment."""
    paths = [database, database.with_name(database.name + "-wal")]
    for _ in range(TRIES):
        before = _mark(paths)
        for path in paths:
            (into / path.name).unlink(missing_ok=True)
            if path.exists():
                shutil.copyfile(path, into / path.name)
        if before == _mark(paths):
            return into / database.name
    raise OSError(f"{database} changes too quickly to be copied; try again, or stop the server")


class Tables:
    """Rows of a database whose columns have the types that are asked for: i, t and b for integer, text and blob."""

    TYPES = {"i": int, "t": str, "b": bytes}

    def __init__(self, connection):
        self.connection = connection

    def has(self, table):
        return bool(self.connection.execute("select 1 from sqlite_schema where name = ?", (table,)).fetchall())

    def has_column(self, table, column):
        return any(name == column for _, name, *_ in self.connection.execute(f"pragma table_info({table})"))

    def rows(self, types, query, *values):
        for row in self.connection.execute(query, values).fetchall():
            require(all(isinstance(value, self.TYPES[t]) for t, value in zip(types, row, strict=True)),
                    f"a column of another type than described: {query}")
            yield row

    def row(self, what, types, query, number):
        found = list(self.rows(types, query, number))
        require(len(found) == 1, f"{what} {number} is missing")
        return found[0]


class Snapshot:
    """with Snapshot(path, application_id, versions) as tables: of a copy, deleted afterwards."""

    def __init__(self, path, application_id, versions):
        self.path, self.application_id, self.versions = pathlib.Path(path), application_id, versions

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory(prefix="sealpost-reader-")
        try:
            copy = _copied(self.path, pathlib.Path(self.directory.name))
            self.db = sqlite3.connect(f"file:{copy}?mode=ro", uri=True)
            found = [self.db.execute(f"pragma {name}").fetchone()[0] for name in ("application_id", "user_version")]
            require(found[0] == self.application_id and found[1] in self.versions,
                    f"{self.path} is not a database of the kind and version that this reader knows")
        except BaseException:
            self.directory.cleanup()
            raise
        return Tables(self.db)

    def __exit__(self, *_):
        self.db.close()
        self.directory.cleanup()
