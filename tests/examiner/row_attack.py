"""Attacks that write: rows altered at random, and databases of an earlier day. The judge is the independent reader, with the
keys that the assets give: what it reads must be what was there, or be refused."""

import hashlib
import pathlib
import random
import shutil
import tempfile
from collections import deque

import anchors
import audit
from directory import Directory
from mailbox import Mailbox
from mutations import Database, Mutator
from recovered import mailbox_keys
from sealing import Corrupt
from snapshot import Snapshot
from stolen import Source
from vault import Keys

KINDS = ("flip", "cut", "swap", "copy", "renumber", "remove")
AT_ONCE = 10
NO_KEYS = "it wants keys to judge by: --service-keys, --vault-a or --vault-b"
NO_STORES = "the copy has no mail/*/store.db: its mail is not there"


class Seen:
    """{(mailbox, folder, uid): digest}, and how much was refused."""

    def __init__(self, data, assets):
        self.messages, self.refused, self.mailboxes = {}, 0, 0
        try:
            with Source("copy", data) as source:
                keys = mailbox_keys([source], assets).keys
                for number in source.mailboxes:
                    self._mailbox(source, number, {epoch: key for (of, epoch), key in keys.items() if of == number})
        except (Corrupt, KeyError, ValueError, OverflowError):
            self.refused += 1

    def _mailbox(self, source, number, keys):
        try:
            if not keys:
                return
            mailbox = Mailbox(source.stores[source.mailboxes[number].database], number, keys)
            folders = list(mailbox.folders())
            self.mailboxes += 1
        except (Corrupt, KeyError, OverflowError):
            self.refused += 1
            return
        for folder in folders:
            for entry in folder.entries:
                try:
                    digest = hashlib.sha256(mailbox.message(entry)).digest()
                    self.messages[number, folder.id, entry.uid] = digest
                except (Corrupt, OverflowError):
                    self.refused += 1


def databases(copy, earlier):
    for path in sorted(copy.glob("mail/*/store.db")) + [copy / "directory.db"]:
        name = str(path.relative_to(copy))
        yield Database(path, (earlier or copy) / name, name)


def untried(copy, assets, true):
    """Why there is nothing to judge by; None where there is."""
    if not assets:
        return NO_KEYS
    if not any(copy.glob("mail/*/store.db")):
        return NO_STORES
    if not true.mailboxes:
        return "the keys given open no mailbox of this copy"
    if not true.messages:
        opens = "1 mailbox opens" if true.mailboxes == 1 else f"{true.mailboxes} mailboxes open"
        return f"{opens}, and no message is in {'it' if true.mailboxes == 1 else 'them'}: nothing to judge by"
    return None


def not_attacked(copy, assets):
    """Of each mailbox that the attacks on mail do not reach, why: only what keys open shows whether it was altered."""
    with Source("copy", copy) as source:
        keys = mailbox_keys([source], assets).keys
        for row in source.mailboxes.values():
            if row.database not in source.stores:
                yield f"mailbox {row.id}: mail/{row.database}/store.db is missing"
            elif (row.id, row.tree_epoch) not in keys:
                yield f"mailbox {row.id}: no key given opens it" if row.proof else f"mailbox {row.id}: its database has nothing of it"
            elif not source.messages(row.id):
                yield f"mailbox {row.id}: it is empty"


def altered(copy, earlier, assets, rounds, seed):
    """Rows of both mail and directory; with a backup, rolled back, too."""
    true = Seen(copy, assets)
    if why := untried(copy, assets, true):
        return "not tried", why
    chance, wrong, refused, kinds = random.Random(seed), 0, 0, KINDS + (("roll_back",) if earlier else ())
    for _ in range(0, rounds, AT_ONCE):
        with tempfile.TemporaryDirectory(prefix="sealpost-attack-") as scratch:
            work = pathlib.Path(scratch) / "copy"
            shutil.copytree(copy, work)
            opened = list(databases(work, earlier))
            for _ in range(AT_ONCE):
                Mutator(opened, chance).mutate(kinds)
            for each in opened:
                each.close()
            seen = Seen(work, assets)
        wrong += sum(true.messages.get(at) != digest for at, digest in seen.messages.items())
        refused += seen.refused
    text = f"{rounds} rows altered, {AT_ONCE} at a time (seed {seed}): {wrong} messages that are not what was there, {refused} refusals"
    return ("broken" if wrong else "held"), text


def rolled_back(earlier, service_keys):
    """The directory of the earlier day stands in for that of today: what in today's service keys tells?"""
    if not earlier or not service_keys:
        return "not tried", "it wants --backup, the directory of an earlier day, and --service-keys of today"
    told, keys = [], Keys(service_keys, [], None, lambda _: None)
    try:
        deque(audit.records(earlier, keys), 0)
    except (Corrupt, OSError) as why:
        told.append(f"the audit log: {why}")
    if (pathlib.Path(service_keys) / "anchors.db").exists():
        with Directory(earlier, keys) as directory, Source("backup", earlier) as source, \
                Snapshot(keys.service_keys / "anchors.db", anchors.APPLICATION_ID, anchors.VERSIONS) as tables:
            kinds = [line["kind"] for line in anchors.rolled_back(directory)]
            rows = kinds.count("row")
            known = dict(tables.rows("ii", "select mailbox, number from generation"))
            older = [str(mailbox) for store in source.stores.values() if store.has("root")
                     for mailbox, number in store.rows("ii", "select mailbox, generation from root order by mailbox")
                     if number < known.get(mailbox, 0)]
        told += [f"the anchors: {rows} rows of directory.db"] if rows else []
        told += [f"the anchors: mailboxes {', '.join(older)}"] if older else []
        told += ["the anchors: the ledger"] if "ledger" in kinds else []
    return ("held", "noticed by " + "; ".join(told)) if told else ("broken", "nothing tells that the backup is of an earlier day")
