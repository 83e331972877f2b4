"""Random changes of single rows, as one can make them who has the files and no key: swapped, copied, cut, flipped, renumbered,
removed, rolled back; within a table, between mailboxes, columns and databases. Each says what it may harm."""

import sqlite3
from typing import NamedTuple

ALL = "all"


class Harm(NamedTuple):
    mailbox: int  # or ALL, or None: nobody's reading
    message: int = None  # it alone


class Database:
    """A database file being changed, with what owns its rows, as it was."""

    def __init__(self, path, earlier, name):
        self.name, self.db = name, sqlite3.connect(path, isolation_level=None)
        self.earlier = sqlite3.connect(f"file:{earlier}?mode=ro", uri=True)
        self.db.execute("drop trigger if exists record_stays")
        self.db.execute("drop trigger if exists record_is_kept")
        self.tables = {table: [row[1:6] for row in self.db.execute(f"pragma table_info({table})")] for table, in self.db.execute(
            "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'").fetchall()}
        self.owner = dict(self.db.execute("select id, mailbox from message")) if "message" in self.tables else {}
        self.folder = dict(self.db.execute("select id, mailbox from folder")) if "folder" in self.tables else {}
        self.renewed = [(table, row) for table in sorted(self.tables) for row in self.rows(table) if self.is_stale(table, row)]

    def close(self):
        self.db.close()
        self.earlier.close()

    def key(self, table):
        return [name for name, _, _, _, primary in self.tables[table] if primary]

    def columns(self, table, kinds):
        return [name for name, kind, _, _, primary in self.tables[table] if not primary and kind in kinds]

    def rows(self, table):
        return self.db.execute(f"select {', '.join(self.key(table))} from {table}").fetchall()

    def where(self, table):
        return " and ".join(f"{name} = ?" for name in self.key(table))

    def get(self, table, column, row, earlier=False):
        found = (self.earlier if earlier else self.db).execute(
            f"select {column} from {table} where {self.where(table)}", row).fetchone()
        return found and found[0]

    def is_stale(self, table, row):
        """Whether it was there earlier, as another than now."""
        columns = self.columns(table, ("BLOB", "INTEGER"))
        before = [self.get(table, name, row, earlier=True) for name in columns]
        now = [self.get(table, name, row) for name in columns]
        return any(value is not None for value in before) and any(value is not None for value in now) and before != now

    def put(self, table, column, row, value):
        self.db.execute(f"update {table} set {column} = ? where {self.where(table)}", [value, *row])

    def harm(self, table, row):
        if not self.name.startswith("mail/"):
            return self._directory_harm(table, row) if self.name == "directory.db" else Harm(None)
        if table in ("message", "message_key", "derived", "body"):
            message = row[0] >> 16 if table == "body" else row[0]
            return Harm(self.owner.get(message), message)
        if table in ("folder", "folder_block", "list_block"):
            return Harm(self.folder.get(row[0] if table == "folder" else row[0] >> 26, ALL))
        if table == "versions":
            return Harm(-row[0] if row[0] < 0 else self.folder.get(row[0], ALL))
        if table == "annotation":
            return Harm(self.get(table, "mailbox", row))
        return Harm(row[0] if table in ("mailbox", "root", "delivery_key") else ALL)

    def _directory_harm(self, table, row):
        if table in ("account", "alias", "credential"):
            account = row[0] if table == "account" else self.get(table, "account", row)
            return Harm(self.db.execute("select mailbox from account where id = ?", [account]).fetchone()[0])
        return Harm(row[0] if table in ("mailbox", "quota", "delivery_key") else ALL)


class Mutator:
    def __init__(self, databases, random):
        self.databases, self.random = databases, random

    def any_row(self, kinds, weighted=True):
        """(database, table, column, row); rows of mail come most often."""
        while True:
            database = self.random.choice(self.databases)
            if weighted and not database.name.startswith("mail/") and self.random.random() < 0.7:
                continue
            table = self.random.choice(sorted(database.tables))
            columns, rows = database.columns(table, kinds), database.rows(table)
            if columns and rows:
                return database, table, self.random.choice(columns), self.random.choice(rows)

    def flip(self):
        database, table, column, row = self.any_row(("BLOB",))
        value = bytearray(database.get(table, column, row))
        if not value:
            return self.flip()
        value[self.random.randrange(len(value))] ^= 1 << self.random.randrange(8)
        database.put(table, column, row, bytes(value))
        return f"flip {database.name} {table}.{column} {row}", [database.harm(table, row)]

    def cut(self):
        database, table, column, row = self.any_row(("BLOB",))
        value = database.get(table, column, row)
        if not value:
            return self.cut()
        database.put(table, column, row, value[:self.random.randrange(len(value))])
        return f"cut {database.name} {table}.{column} {row}", [database.harm(table, row)]

    def swap(self):
        """One column of two rows of a table, of one mailbox or two."""
        database, table, column, row = self.any_row(("BLOB",))
        other = self.random.choice(database.rows(table))
        mine, theirs = (database.get(table, column, each) for each in (row, other))
        if mine == theirs:
            return self.swap()
        harms = [database.harm(table, each) for each in (row, other)]
        try:
            database.db.execute("begin")
            database.put(table, column, other, b"\x00swap")  # where it must not come twice
            database.put(table, column, row, theirs)
            database.put(table, column, other, mine)
            database.db.execute("commit")
        except sqlite3.IntegrityError:
            database.db.execute("rollback")
            return self.swap()
        return f"swap {database.name} {table}.{column} {row} {other}", harms

    def copy(self):
        """A value of any other row, column, table or database."""
        database, table, column, row = self.any_row(("BLOB",))
        origin, from_table, from_column, from_row = self.any_row(("BLOB",))
        value = origin.get(from_table, from_column, from_row)
        if value == database.get(table, column, row):
            return self.copy()
        try:
            database.put(table, column, row, value)
        except sqlite3.IntegrityError:
            return self.copy()
        return (f"copy {origin.name} {from_table}.{from_column} {from_row} to {database.name} {table}.{column} {row}",
                [database.harm(table, row)])

    def renumber(self):
        """A number: which mailbox, how many chunks, which epoch."""
        database, table, column, row = self.any_row(("INTEGER",))
        value, harm = database.get(table, column, row), database.harm(table, row)
        changed = self.random.choice([-1, 0, 1, 2, (value or 0) + 1, 1 << 40, 1 << 62])
        if changed == value:
            return self.renumber()
        try:
            database.put(table, column, row, changed)
        except sqlite3.IntegrityError:
            return self.renumber()
        return f"renumber {database.name} {table}.{column} {row}: {value} to {changed}", [harm, self._mailbox(column, changed)]

    @staticmethod
    def _mailbox(column, changed):
        """Another mailbox gets something."""
        return Harm(changed if column in ("mailbox", "account") else None)

    def remove(self):
        database, table, _, row = self.any_row(("BLOB", "INTEGER"))
        harm = database.harm(table, row)
        database.db.execute(f"delete from {table} where {database.where(table)}", row)
        return f"remove {database.name} {table} {row}", [harm]

    def roll_back(self):
        """A row as it was before: one that has changed since, not only by what was done here."""
        for _ in range(10_000):
            database, *_ = self.any_row(("BLOB", "INTEGER"))
            if not database.renewed:
                continue
            table, row = self.random.choice(database.renewed)
            if database.is_stale(table, row):
                for name in database.columns(table, ("BLOB", "INTEGER")):
                    database.put(table, name, row, database.get(table, name, row, earlier=True))
                harm = database.harm(table, row)
                return f"roll back {database.name} {table} {row} {harm.mailbox}", [harm]
        raise AssertionError("nothing has changed since")

    def mutate(self, kinds):
        return getattr(self, self.random.choice(kinds))()
