"""What a set of assets opens in a copy: every key that follows from another, with each way to it, and then the mail."""

import functools

import records
import spool
from contents import Inventory, Tally, of_index, of_mail
from mailbox import Mailbox
from place import Kind, Place
from sealing import Corrupt, open_record, open_wrap


class Keys:
    """key by what it is for, and the ways to each: (assets, steps)."""

    def __init__(self):
        self.keys, self.ways = {}, {}

    def add(self, what, key, assets, steps):
        self.keys[what] = key
        self.ways.setdefault(what, set()).add((frozenset(assets), steps))

    def shortest(self, what):
        """Without ways that begin as another does and want more, or only go through more of a backup."""
        ways = self.ways[what]
        return sorted(([sorted(assets), list(steps)] for assets, steps in ways if not any(
            begun[0] == steps[0] and other <= assets and (len(other), detours(begun)) < (len(assets), detours(steps))
            for other, begun in ways)), key=repr)


ELSEWHERE = ", as wrapped in the "


def step(text, source):
    return text if source.name == "copy" else text + ELSEWHERE + source.name


def detours(steps):
    return sum(ELSEWHERE in each for each in steps)


def needs(source):
    return set() if source.name == "copy" else {source.name}


@functools.cache
def opened_by(asset, source, dep, version, *wrap):
    return asset.dep_key(source, Place(Kind.DEP_KEY, 0, dep, version), *wrap)


def dep_keys(sources, assets):
    found = Keys()
    for source in sources:
        for dep, version, *wrap in source.dep_wraps():
            for asset in assets:
                opened = opened_by(asset, source, dep, version, *wrap)
                if opened:
                    found.add((dep, version), opened[1], {asset.name, *needs(source)},
                              (f"{asset.name}: {opened[0]}", step(f"DEP {dep}, version {version}", source)))
        for asset in assets:
            for what, key in asset.dep_keys(source).items():
                found.add(what, key, {asset.name, *needs(source)}, (f"{asset.name}: key of DEP {what[0]}, version {what[1]}",))
    return found


def mailbox_keys(sources, assets):
    deps, found = dep_keys(sources, assets), Keys()
    for source in sources:
        for row in source.mailboxes.values():
            by = deps.keys.get((row.dep, row.version))
            for epoch, wrapped in row.wraps.items() if by else ():
                try:
                    key = open_wrap(by, Place(Kind.MAILBOX_KEY, row.id, row.dep, row.version, epoch), wrapped)
                except Corrupt:
                    continue
                for names, steps in deps.ways[row.dep, row.version]:
                    found.add((row.id, epoch), key, names | needs(source),
                              (*steps, step(f"mailbox key of epoch {epoch}", source)))
        for asset in assets:
            for (number, epoch), key in asset.mailbox_keys(source).items():
                found.add((number, epoch), key, {asset.name, *needs(source)}, (f"{asset.name}: mailbox key of epoch {epoch}",))
    return found


def held(mailbox, folders):
    """What is counted of a mailbox that is not mail."""
    entries = [entry for folder in folders for entry in folder.entries]
    return {"folders": len({folder.name for folder in folders}), "keywords": len(set(mailbox.tree.keywords)),
            "flags": sum(bool(entry.flags or entry.keywords) for entry in entries), "dates": len(entries),
            "annotations": sum(len(found) for found in mailbox.annotations().values())}


def entries_of(folders, skip):
    """Of each message one."""
    found = {}
    for entry in (entry for folder in folders for entry in folder.entries if entry.message not in skip):
        found.setdefault(entry.message, entry)
    return found.values()


def waiting(source, mailbox):
    """("arrivals" or "spooled", octets) of what is not filed yet, and of what is on its way elsewhere."""
    yield from (("arrivals", arrival.octets) for _, arrival in mailbox.arrivals())
    if "spool.db" in source.others:
        yield from (("spooled", octets) for octets, _ in spool.opened_of(
            source.others["spool.db"], mailbox.id, mailbox.delivery_key()))


def opened(source, number, keys):
    """(Mailbox, its folders); None where its tree does not open."""
    try:
        mailbox = Mailbox(source.stores[source.mailboxes[number].database], number, keys)
        return mailbox, list(mailbox.folders())
    except Corrupt:
        return None


def read(source, number, keys, skip=frozenset(), samples=0):
    """A Tally of a mailbox without the messages of `skip`; None where it does not open."""
    found, tally = opened(source, number, keys), Tally(samples)
    if not found:
        return None
    mailbox, folders = found
    try:
        tally.held = held(mailbox, folders)
    except Corrupt:
        return None
    for entry in entries_of(folders, skip):
        try:
            tally.mail("messages", mailbox.message(entry))
        except Corrupt:
            tally.counts["damaged"] += 1
    try:
        for what, octets in waiting(source, mailbox):
            tally.mail(what, octets)
    except Corrupt:
        tally.counts["damaged"] += 1
    return tally


def indexed(mailbox, entry):
    """A Piece by what the mailbox keeps of a message; where that does not say it all, by the message."""
    try:
        piece = of_index(entry.size, mailbox.summary(entry.message))
    except Corrupt:
        piece = None
    return piece or of_mail(mailbox.message(entry))


def inventory(source, number, keys, skip=frozenset()):
    """An Inventory of a mailbox, by the same rules, of its index; None where it does not open."""
    found = opened(source, number, keys)
    if not found:
        return None
    mailbox, folders = found
    try:
        all_of_it = Inventory(held(mailbox, folders))
        all_of_it.waiting = [of_mail(octets) for _, octets in waiting(source, mailbox)]
    except Corrupt:
        return None
    for entry in entries_of(folders, skip):
        try:
            all_of_it.messages[entry.message] = indexed(mailbox, entry)
        except Corrupt:
            continue
    return all_of_it


def account_of(source, row, key):
    for mailbox, sealed in source.directory.rows("ib", "select mailbox, sealed from account where id = ?", row.account):
        return records.account(open_record(key, Place(Kind.ACCOUNT, mailbox, row.account), sealed)).name


@functools.cache
def of_directory(source, key):
    """Names, verifiers, roles and what was done: what the directory key opens."""
    return source.opened_rows(key)
