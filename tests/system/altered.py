"""Ways to alter a data directory as one could who has the files and no key. `alteration` is a function of the
directory's and the store's connection and the id of the mailbox whose store it is."""

import shutil
import sqlite3


def altered(data, copy, alteration):
    """A copy of the data directory, altered."""
    shutil.copytree(data, copy)
    directory = sqlite3.connect(copy / "directory.db")
    mailbox, database = directory.execute("select id, database from mailbox order by id limit 1").fetchone()
    store = sqlite3.connect(copy / f"mail/{database}/store.db")
    alteration(directory, store, mailbox)
    for db in (directory, store):
        db.commit()
        db.close()


def keys_of(db, table, key, condition="true"):
    found = [row[0] for row in db.execute(f"select {key} from {table} where {condition} order by {key}")]
    if not found:
        raise AssertionError(f"nothing to alter in {table} where {condition}")
    return found


def put(db, table, key, number, column, value):
    changed = db.execute(f"update {table} set {column} = ? where {key} = ?", [value, number]).rowcount
    assert changed == 1, f"{changed} rows altered in {table}"


def get(db, table, key, number, column):
    return db.execute(f"select {column} from {table} where {key} = ?", [number]).fetchone()[0]


def flip(db, table, key, number, column, at=-20):
    """One bit of one octet."""
    value = bytearray(get(db, table, key, number, column))
    value[at] ^= 4
    put(db, table, key, number, column, bytes(value))


def swap(db, table, key, one, other, column):
    first, second = (get(db, table, key, number, column) for number in (one, other))
    assert first != second, "nothing is swapped"
    put(db, table, key, one, column, second)
    put(db, table, key, other, column, first)


def messages(store, mailbox, condition="true"):
    """Messages that some folder shows, in a mailbox."""
    return keys_of(store, "message", "id", f"mailbox = {mailbox} and refs > 0 and {condition}")


def folder_blocks(store, mailbox):
    folders = keys_of(store, "folder", "id", f"mailbox = {mailbox}")
    return keys_of(store, "folder_block", "id", f"id >> 26 in ({', '.join(map(str, folders))})")


def shorten(store, mailbox):
    """A message loses its last chunk, and the row says so."""
    message = messages(store, mailbox, "chunks > 2")[0]
    last = get(store, "message", "id", message, "chunks") - 1
    store.execute("delete from body where id = ?", [message * 65536 + last])
    put(store, "message", "id", message, "chunks", last)


def swap_chunks_within(store, mailbox):
    message = messages(store, mailbox, "chunks > 2")[0]
    swap(store, "body", "id", message * 65536, message * 65536 + 1, "d")


def swap_whole_messages(store, mailbox):
    """Two messages of one chunk change places with their keys."""
    one, other = messages(store, mailbox, "chunks = 1")[:2]
    swap(store, "body", "id", one * 65536, other * 65536, "d")
    swap(store, "message_key", "message", one, other, "wrapped")


def move_block(store, mailbox):
    block = folder_blocks(store, mailbox)[0]
    put(store, "folder_block", "id", block, "id", block + 1)


def later_version(store, mailbox):
    sealed = get(store, "mailbox", "id", mailbox, "tree")
    put(store, "mailbox", "id", mailbox, "tree", b"\x21" + sealed[1:])


def swap_states(store, mailbox):
    swap(store, "folder", "id", *keys_of(store, "folder", "id", f"mailbox = {mailbox}")[:2], "state")


def flip_dep_key(directory, mailbox):
    """Of the wrap by the availability key."""
    dep, version = directory.execute("select dep, dep_version from mailbox where id = ?", [mailbox]).fetchone()
    flip(directory, "dep_key", f"slot = 2 and dep = {dep} and version", version, "wrapped")


ALTERATIONS = {
    "a bit of a chunk": lambda d, s, m: flip(s, "body", "id", messages(s, m)[0] * 65536, "d"),
    "a bit of the tag of a chunk": lambda d, s, m: flip(s, "body", "id", messages(s, m)[-1] * 65536, "d", -1),
    "a bit of a message key": lambda d, s, m: flip(s, "message_key", "message", messages(s, m)[0], "wrapped"),
    "a bit of a message key's nonce": lambda d, s, m: flip(s, "message_key", "message", messages(s, m)[0], "wrapped", 3),
    "a bit of the folder tree": lambda d, s, m: flip(s, "mailbox", "id", m, "tree"),
    "a bit of a folder state": lambda d, s, m: flip(s, "folder", "id", keys_of(s, "folder", "id", f"mailbox = {m}")[0], "state"),
    "a bit of a folder block": lambda d, s, m: flip(s, "folder_block", "id", folder_blocks(s, m)[0], "d"),
    "a bit of a summary": lambda d, s, m: flip(s, "derived", "message", messages(s, m)[0], "summary"),
    "a bit of a search text": lambda d, s, m: flip(s, "derived", "message", messages(s, m)[0], "body"),
    "a bit of an account": lambda d, s, m: flip(d, "account", "id", keys_of(d, "account", "id")[0], "sealed"),
    "a bit of an account's hash": lambda d, s, m: flip(d, "account", "id", keys_of(d, "account", "id")[0], "name_hash"),
    "a bit of a mailbox key": lambda d, s, m: flip(d, "mailbox", "id", m, "wrapped"),
    "a bit of a DEP key": lambda d, s, m: flip_dep_key(d, m),
    "chunks of two messages": lambda d, s, m: swap(s, "body", "id", *(n * 65536 for n in messages(s, m)[:2]), "d"),
    "chunks of one message": lambda d, s, m: swap_chunks_within(s, m),
    "keys of two messages": lambda d, s, m: swap(s, "message_key", "message", *messages(s, m)[:2], "wrapped"),
    "two messages, with their keys": lambda d, s, m: swap_whole_messages(s, m),
    "states of two folders": lambda d, s, m: swap_states(s, m),
    "blocks of two folders": lambda d, s, m: swap(s, "folder_block", "id", *folder_blocks(s, m)[:2], "d"),
    "summaries of two messages": lambda d, s, m: swap(s, "derived", "message", *messages(s, m)[:2], "summary"),
    "two accounts": lambda d, s, m: swap(d, "account", "id", *keys_of(d, "account", "id")[:2], "sealed"),
    "keys of two mailboxes": lambda d, s, m: swap(d, "mailbox", "id", *keys_of(d, "mailbox", "id")[:2], "wrapped"),
    "a block under another number": lambda d, s, m: move_block(s, m),
    "a message without its last chunk": lambda d, s, m: shorten(s, m),
    "a block that is gone": lambda d, s, m: s.execute("delete from folder_block where id = ?", [folder_blocks(s, m)[0]]),
    "a mailbox without its root": lambda d, s, m: s.execute("delete from root where mailbox = ?", [m]),
    "a root of another generation": lambda d, s, m: s.execute("update root set generation = generation + 1 where mailbox = ?", [m]),
    "a root that says other arrivals were filed": lambda d, s, m: s.execute("update root set filed = filed + 1 where mailbox = ?", [m]),
    "a bit of a root": lambda d, s, m: flip(s, "root", "mailbox", m, "d"),
    "a form of a later version": lambda d, s, m: later_version(s, m),
    "a store of a later version": lambda d, s, m: s.execute("pragma user_version = 99"),
    "a number where octets belong": lambda d, s, m: put(s, "mailbox", "id", m, "tree", 7),
}
