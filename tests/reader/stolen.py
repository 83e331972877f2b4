"""A stolen data directory (a copy, or a backup of another day) as it lies: its databases, and in clear who wraps whom."""

import contextlib
import pathlib
import re
from typing import NamedTuple

import audit
import directory
import ledger
import mailbox
import records
import spool
from place import Kind, Place
from sealing import Corrupt, open_record
from snapshot import Snapshot
from vault import KID, SLOTS

GENERATION = re.compile("[0-9]{0,18}")  # the kid of an availability key
OF_ACCOUNT = "(select mailbox from account where account.id = {0}.account)"
SEALED_ROWS = (  # of the directory key: file, table, column, kind; mailbox, row and part of its place, as SQL
    ("directory.db", "account", "sealed", Kind.ACCOUNT, "mailbox", "id", "0"),
    ("directory.db", "alias", "sealed", Kind.ALIAS, OF_ACCOUNT.format("alias"), "id", "0"),
    ("directory.db", "credential", "sealed", Kind.CREDENTIAL, OF_ACCOUNT.format("credential"), "id", "0"),
    ("directory.db", "dep", "sealed", Kind.DEP_RECORD, "0", "id", "0"),
    ("directory.db", "dep_key", "made", Kind.DEP_RECORD, "0", "dep", "version"),
    ("directory.db", "outage", "sealed", Kind.ROOT_ANSWER, "0", "dep", "version"),
    ("directory.db", "protection", "sealed", Kind.PROTECTION, "mailbox", "0", "0"),
    ("directory.db", "purge", "sealed", Kind.PURGE, "0", "id", "0"),
    ("directory.db", "quota", "sealed", Kind.QUOTA, "mailbox", "0", "0"),
    ("directory.db", "role_grant", "sealed", Kind.ROLE_GRANT, "0", "id", "0"),
    ("directory.db", "root_denial", "sealed", Kind.ROOT_ANSWER, "0", "dep", "0"),
    ("directory.db", "share", "sealed", Kind.SHARES, "0", "id", "0"),
    ("audit.db", "record", "sealed", Kind.AUDIT_RECORD, "0", "number", "0"),
    ("ledger.db", "ledger", "sealed", Kind.LEDGER, "0", "id", "0"),
    ("ledger.db", "notice", "sealed", Kind.LEDGER, "0", "id", "1"))
OTHERS = {"audit.db": (audit.APPLICATION_ID, (audit.VERSION,)), "ledger.db": (ledger.APPLICATION_ID, ledger.VERSIONS),
          "spool.db": (spool.APPLICATION_ID, spool.VERSIONS)}


class MailboxRow(NamedTuple):
    id: int
    account: int
    database: int
    dep: int
    version: int
    epoch: int
    wraps: dict  # by epoch
    tree_epoch: int  # of the key that seals its folders; None where its database does not have it
    proof: tuple  # (place, a record that this key opens)


class Source:
    """with Source("copy", data) as source"""

    def __init__(self, name, data):
        self.name, self.data, self.open = name, pathlib.Path(data), contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as opening:
            def opened(path, application, versions):
                return opening.enter_context(Snapshot(path, application, versions))
            self.directory = opened(self.data / "directory.db", directory.APPLICATION_ID, directory.VERSIONS)
            self.stores = {int(path.parent.name): opened(path, mailbox.APPLICATION_ID, mailbox.VERSIONS)
                           for path in sorted(self.data.glob("mail/*/store.db"))}
            self.others = {name: opened(self.data / name, *kind) for name, kind in OTHERS.items() if (self.data / name).exists()}
            self.mailboxes = {row.id: row for row in self._mailboxes()}
            self.open = opening.pop_all()
        return self

    def __exit__(self, *_):
        self.open.close()

    def _mailboxes(self):
        for number, account, database, dep, version, epoch, wrapped, former_epoch, former, renewal in self.directory.rows(
                "iiiiiibibi", "select id, account, database, dep, dep_version, epoch, wrapped, former_epoch, former_wrapped,"
                " renewal from mailbox order by id"):
            tree_epoch, proof = self._proof(database, number)
            yield MailboxRow(number, account, database, dep, version, epoch,
                             {epoch: wrapped} | ({former_epoch: former} if renewal else {}), tree_epoch, proof)

    def _proof(self, database, number):
        """What tells whether a key is the mailbox's: its root, or of before there were versions, its tree."""
        tables = self.stores.get(database)
        for epoch, tree in tables.rows("ib", "select epoch, tree from mailbox where id = ?", number) if tables else ():
            for generation, root in tables.rows("ib", "select generation, d from root where mailbox = ?", number) \
                    if tables.has("root") else ():
                return epoch, (Place(Kind.MAILBOX_ROOT, number, generation, 0, epoch), root)
            return epoch, (Place(Kind.TREE, number, 0, 0, epoch), tree)
        return None, None

    def dep_wraps(self):
        """(dep, version, slot, kid, wrapped), without those whose kid is malformed."""
        for *place, kid, wrapped in self.directory.rows(
                "iiibb", "select dep, version, slot, cast(kid as blob), wrapped from dep_key order by dep, version, slot"):
            text = kid.decode(errors="replace")
            if (GENERATION if place[2] == SLOTS["availability"] else KID).fullmatch(text):
                yield *place, text, wrapped

    def messages(self, number):
        """The ids of a mailbox's messages, as they stand in clear."""
        tables = self.stores.get(self.mailboxes[number].database)
        rows = () if not tables else tables.rows("i", "select id from message where mailbox = ? and refs > 0", number)
        return {message for message, in rows}

    def deps(self, key):
        """{id: name}, as far as they are sealed; before, they lie in clear."""
        if self.directory.has_column("dep", "name"):
            return dict(self.directory.rows("it", "select id, name from dep"))
        return {number: records.dep(open_record(key, Place(Kind.DEP_RECORD, row=number), sealed)).name
                for number, sealed in self.directory.rows("ib", "select id, sealed from dep")} if key else {}

    def opened_rows(self, key):
        """{table: how many of its rows the directory key opens}"""
        found = {}
        for file, table, column, kind, *place in SEALED_ROWS:
            tables = self.directory if file == "directory.db" else self.others.get(file)
            if not tables or not tables.has(table) or not tables.has_column(table, column):
                continue
            found[table] = 0
            for mailbox_id, row, part, sealed in tables.rows("iiib", f"select {', '.join(place)}, {column} from {table}"):
                try:
                    open_record(key, Place(kind, mailbox_id, row, part), sealed)
                    found[table] += 1
                except Corrupt:
                    continue
        return found
