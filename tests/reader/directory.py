"""directory.db: accounts, their aliases and the keys of their mailboxes (crypto/FORMAT.md, section 7)."""

import hmac
import pathlib
from typing import NamedTuple

import records
from place import Kind, Place
from sealing import keyed_hash, open_record, open_wrap, require
from snapshot import Snapshot

APPLICATION_ID, VERSIONS = 0x53454449, range(4, 100)
ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class Login(NamedTuple):
    id: int
    mailbox: int
    account: records.Account
    aliases: list


class MailboxKey(NamedTuple):
    database: pathlib.Path
    dep: str
    keys: dict  # by epoch


class Directory:
    """with Directory(data, keys) as directory"""

    def __init__(self, data, keys):
        self.data, self.keys = pathlib.Path(data), keys
        self.snapshot = Snapshot(self.data / "directory.db", APPLICATION_ID, VERSIONS)

    def __enter__(self):
        self.key = self.keys.directory_key()
        self.tables = self.snapshot.__enter__()
        return self

    def __exit__(self, *failure):
        self.snapshot.__exit__(*failure)

    def logins(self):
        for number, mailbox, name_hash, sealed in self.tables.rows(
                "iibb", "select id, mailbox, name_hash, sealed from account order by id"):
            account = records.account(open_record(self.key, Place(Kind.ACCOUNT, mailbox, number), sealed))
            self._check_hash(b"account", account.name, name_hash)
            yield Login(number, mailbox, account, list(self._aliases(number, mailbox)))

    def quotas(self):
        """{mailbox: records.quota}"""
        return {mailbox: records.quota(open_record(self.key, Place(Kind.QUOTA, mailbox), sealed)) for mailbox, sealed in
                (self.tables.rows("ib", "select mailbox, sealed from quota") if self.tables.has("quota") else ())}

    def protections(self):
        """{mailbox: records.protection} of those at end-to-end"""
        return {mailbox: records.protection(open_record(self.key, Place(Kind.PROTECTION, mailbox), sealed))
                for mailbox, sealed in (self.tables.rows("ib", "select mailbox, sealed from protection")
                                        if self.tables.has("protection") else ())}

    def level(self, mailbox):
        """managed, customer key or end-to-end"""
        if mailbox in self.protections():
            return "end-to-end"
        managed, = self.tables.row("mailbox", "i", "select d.managed from mailbox m join dep d on d.id = m.dep"
                                   " where m.id = ?", mailbox)
        return "managed" if managed else "customer key"

    def shares(self):
        """{account: mailboxes in which it was given rights}"""
        found = {}
        for number, sealed in self.tables.rows("ib", "select id, sealed from share") if self.tables.has("share") else ():
            account, mailboxes = records.shares(open_record(self.key, Place(Kind.SHARES, row=number), sealed))
            hashed = keyed_hash(self.key, b"share", str(account).encode())
            require(int.from_bytes(hashed[:8], "big") >> 1 == number, "shares stand in another account's row")
            found[account] = mailboxes
        return found

    def dep(self, number):
        if self.tables.has_column("dep", "name"):  # before version 9
            return records.Dep(*self.tables.row("DEP", "tti", "select name, description, created from dep where id = ?", number))
        hashed, sealed = self.tables.row("DEP", "bb", "select name_hash, sealed from dep where id = ?", number)
        found = records.dep(open_record(self.key, Place(Kind.DEP_RECORD, row=number), sealed))
        self._check_hash(b"dep", found.name.translate(ASCII_LOWER), hashed)
        return found

    def check_deps(self):
        """Opens all that is sealed of DEPs; how many records."""
        if self.tables.has_column("dep", "name"):
            return 0
        opened = [self.dep(number) for number, in list(self.tables.rows("i", "select id from dep"))]
        for table, column, kind in (("dep_key", "made", Kind.DEP_RECORD), ("outage", "sealed", Kind.ROOT_ANSWER)):
            for number, version, sealed in self.tables.rows("iib", f"select dep, version, {column} from {table}"):
                opened.append(records.time(open_record(self.key, Place(kind, 0, number, version), sealed)))
        for number, kid, sealed in self.tables.rows("itb", "select dep, kid, sealed from root_denial"):
            said = records.denial(open_record(self.key, Place(Kind.ROOT_ANSWER, row=number), sealed))
            require(said[0] == kid, "a denial of another root stands in this row")
            opened.append(said)
        return len(opened)

    def _aliases(self, account, mailbox):
        for number, hashed, sealed in self.tables.rows(
                "ibb", "select id, hash, sealed from alias where account = ? order by id", account):
            address = records.alias(open_record(self.key, Place(Kind.ALIAS, mailbox, number), sealed))
            self._check_hash(b"alias", address, hashed)
            yield address

    def _check_hash(self, purpose, value, stored):
        require(hmac.compare_digest(keyed_hash(self.key, purpose, value.encode()), stored),
                f"the hash beside an {purpose.decode()} is not that of its name")

    def mailbox_key(self, login):
        account, database, dep, version, epoch, wrapped, former_epoch, former, renewal = self.tables.row(
            "mailbox", "iiiiibibi", "select account, database, dep, dep_version, epoch, wrapped, former_epoch,"
            " former_wrapped, renewal from mailbox where id = ?", login.mailbox)
        require(account == login.id, f"mailbox {login.mailbox} is not that of account {login.id}")
        require(renewal in (0, 1, 2) and bool(renewal) == bool(former), f"mailbox {login.mailbox} has half a former key")
        wraps = {slot: (kid, wrap) for slot, kid, wrap in self.tables.rows(
            "itb", "select slot, kid, wrapped from dep_key where dep = ? and version = ?", dep, version)}
        by = self.keys.dep_key(dep, version, wraps)
        wrapped_keys = {epoch: wrapped, **({former_epoch: former} if renewal else {})}
        return MailboxKey(self.data / "mail" / str(database) / "store.db", self.dep(dep).name, {
            of: open_wrap(by, Place(Kind.MAILBOX_KEY, login.mailbox, dep, version, of), wrap)
            for of, wrap in wrapped_keys.items()})
