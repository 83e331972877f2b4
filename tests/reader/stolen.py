"""A stolen data directory (a copy, or a backup of another day) as it lies: its databases, and in clear who wraps whom."""

import contextlib
import pathlib
from typing import NamedTuple

import directory
import mailbox
import spool
from place import Kind, Place
from sealing import Corrupt, open_record
from snapshot import Snapshot

SEALED_ROWS = {  # of directory.db: (its kind, and where the mailbox of its place stands)
    "account": (Kind.ACCOUNT, "mailbox"), "role_grant": (Kind.ROLE_GRANT, "0"), "purge": (Kind.PURGE, "0"),
    "alias": (Kind.ALIAS, "(select mailbox from account where account.id = alias.account)"),
    "credential": (Kind.CREDENTIAL, "(select mailbox from account where account.id = credential.account)"),
    "share": (Kind.SHARES, "0")}


class MailboxRow(NamedTuple):
    id: int
    account: int
    database: int
    dep: int
    version: int
    epoch: int
    wraps: dict  # by epoch
    tree: tuple  # (epoch, sealed), or None


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
            path = self.data / "spool.db"
            self.spool = opened(path, spool.APPLICATION_ID, spool.VERSIONS) if path.exists() else None
            self.mailboxes = {row.id: row for row in self._mailboxes()}
            self.open = opening.pop_all()
        return self

    def __exit__(self, *_):
        self.open.close()

    def _mailboxes(self):
        for number, account, database, dep, version, epoch, wrapped, former_epoch, former, renewal in self.directory.rows(
                "iiiiiibibi", "select id, account, database, dep, dep_version, epoch, wrapped, former_epoch, former_wrapped,"
                " renewal from mailbox order by id"):
            trees = list(self.stores[database].rows("ib", "select epoch, tree from mailbox where id = ?", number)) \
                if database in self.stores else []
            yield MailboxRow(number, account, database, dep, version, epoch,
                             {epoch: wrapped} | ({former_epoch: former} if renewal else {}), trees[0] if trees else None)

    def dep_wraps(self):
        """(dep, version, slot, kid, wrapped)"""
        return self.directory.rows("iiitb", "select dep, version, slot, kid, wrapped from dep_key order by dep, version, slot")

    def messages(self, number):
        """The ids of a mailbox's messages, as they stand in clear."""
        rows = self.stores[self.mailboxes[number].database].rows("i", "select id from message where mailbox = ?", number)
        return {message for message, in rows}

    def opened_rows(self, key):
        """{table: how many of its rows the directory key opens}"""
        found = {}
        for table, (kind, of_mailbox) in SEALED_ROWS.items():
            if not self.directory.has(table):
                continue
            found[table] = 0
            for number, mailbox_id, sealed in self.directory.rows("iib", f"select id, {of_mailbox}, sealed from {table}"):
                try:
                    open_record(key, Place(kind, mailbox_id, number), sealed)
                    found[table] += 1
                except Corrupt:
                    continue
        return found
