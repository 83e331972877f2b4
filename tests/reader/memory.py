"""Keys in a dump of a process's memory: 32 octets that look random and open something of a copy. RSA keys, and the keys of
single messages, are not looked for."""

import mmap

from place import Kind, Place
from sealing import KEY, Corrupt, open_record, open_wrap

ALIGNED, PAGE = 16, 4096
DISTINCT = 22  # of 32 random octets fewer differ once in 10 million


def candidates(path):
    """Each once."""
    found, empty = set(), bytes(PAGE)
    with open(path, "rb") as file:
        if not file.seek(0, 2):
            return found
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
            for start in range(0, len(memory), PAGE):
                page = memory[start:start + PAGE + KEY - ALIGNED]
                if page[:PAGE] == empty:
                    continue
                for at in range(0, len(page) - KEY + 1, ALIGNED):
                    if len(set(page[at:at + KEY])) >= DISTINCT:
                        found.add(page[at:at + KEY])
    return found


def targets(source):
    """{what a key would be: (how it is tried, place, stored)} for a stolen.Source."""
    for number, mailbox, sealed in source.directory.rows("iib", "select id, mailbox, sealed from account limit 1"):
        yield ("directory key",), (open_record, Place(Kind.ACCOUNT, mailbox, number), sealed)
    for dep, version, slot, kid, wrapped in source.dep_wraps():
        if slot == 2:
            yield ("availability key", dep, int(kid or 1)), (open_wrap, Place(Kind.DEP_KEY, 0, dep, version), wrapped)
    for mailbox in source.mailboxes.values():
        place = Place(Kind.MAILBOX_KEY, mailbox.id, mailbox.dep, mailbox.version, mailbox.epoch)
        yield ("DEP key", mailbox.dep, mailbox.version), (open_wrap, place, mailbox.wraps[mailbox.epoch])
        if mailbox.proof:
            yield ("mailbox key", mailbox.id, mailbox.tree_epoch), (open_record, *mailbox.proof)


def keys(keys_to_try, source):
    """{what: key}, of those that open something."""
    left, found = dict(targets(source)), {}
    for key in keys_to_try:
        for what, (how, place, stored) in list(left.items()):
            try:
                how(key, place, stored)
            except Corrupt:
                continue
            found[what] = key
            del left[what]
    return found
