"""A mailbox of a store.db: its folders, entries and messages (crypto/FORMAT.md, section 6)."""

from collections import Counter
from typing import NamedTuple

import records
from place import Kind, Place
from sealing import CHUNK_SIZE, ArrivalOpener, Corrupt, open_chunk, open_record, open_wrap, require

APPLICATION_ID, VERSIONS = 0x53454D4C, range(2, 5)
BLOCKS = 1 << 26


class Folder(NamedTuple):
    name: str
    id: int
    special_use: str
    state: records.State
    entries: list


class Mailbox:
    """keys: the mailbox's keys by epoch, two while the key is being changed."""

    def __init__(self, tables, number, keys):
        self.tables, self.id, self.keys = tables, number, keys
        self.epoch, sealed = tables.row("mailbox", "ib", "select epoch, tree from mailbox where id = ?", number)
        self.key = self._key(self.epoch, f"mailbox {number} is sealed")
        self.root = self._root()
        self.tree = records.tree(self._record(Kind.TREE, 0, self.root.tree if self.root else 0, sealed))

    def _root(self):
        """What is current; None where it was not opened since before there were versions."""
        self.versions, self.generation = {}, 0
        found = list(self.tables.rows("iib", "select generation, filed, d from root where mailbox = ?", self.id)) \
            if self.tables.has("root") else []
        for self.generation, filed, sealed in found:
            root = records.root(self._record(Kind.MAILBOX_ROOT, self.generation, 0, sealed))
            require(root.filed == filed, f"mailbox {self.id}: the root says otherwise which arrivals were filed")
            self.versions = self._versions(root.records, -self.id, records.RECORDS)
            return root

    def _versions(self, versions, row, of):
        if not versions.list_version:
            return versions.with_list({})
        sealed, = self.tables.row("list of versions", "b", "select d from versions where id = ?", row)
        return versions.with_list(records.versions_list(self._record(Kind.VERSIONS, row, versions.list_version, sealed), of))

    def _version(self, kind, row):
        if not self.root:
            return 0
        require((kind, row) in self.versions, f"{Kind(kind).name.lower()} {row} has no version")
        return self.versions[kind, row][0]

    def _key(self, epoch, what):
        require(epoch in self.keys, f"{what} by the mailbox key of epoch {epoch}, which is not there")
        return self.keys[epoch]

    def _record(self, kind, row, version, stored):
        return open_record(self.key, Place(kind, self.id, row, version, self.epoch), stored)

    def folders(self):
        """All names; one without a folder has neither state nor entries."""
        for name in self.tree.names:
            require(name.folder or not name.rights, "rights on a name without a folder")
            if not name.folder:
                yield Folder(name.name, 0, name.special_use, None, [])
                continue
            mailbox, sealed = self.tables.row("folder", "ib", "select mailbox, state from folder where id = ?", name.folder)
            require(mailbox == self.id, f"folder {name.folder} is of another mailbox")
            state = records.folder_state(
                self._record(Kind.FOLDER_STATE, name.folder, self._version(Kind.FOLDER_STATE, name.folder), sealed))
            require((state.blocks is None) == (self.root is None), f"the state of folder {name.folder} is of another version")
            entries = list(self._entries(name.folder, state))
            self._check(state, entries, name.folder)
            yield Folder(name.name, name.folder, name.special_use, state, entries)

    def _blocks(self, table, folder):
        for number, sealed in self.tables.rows("ib", f"select id, d from {table} where id between ? and ? order by id",
                                               folder * BLOCKS, folder * BLOCKS + BLOCKS - 1):
            yield number - folder * BLOCKS, number, sealed

    def _entries(self, folder, state):
        versions = self._versions(state.blocks, folder, records.BLOCKS) if self.root else None
        for number, row, sealed in self._blocks("folder_block", folder):
            require(versions is None or number in versions, f"folder block {row} does not belong there")
            version, slots = versions.pop(number) if versions is not None else (0, None)
            entries = records.folder_block(self._record(Kind.FOLDER_BLOCK, row, version, sealed), number)
            require(slots is None or slots == sum(1 << e.uid % 64 for e in entries), f"folder block {row} has other entries")
            yield from entries
        require(not versions, f"folder {folder} lacks a block")

    def _check(self, state, entries, folder):
        found = (len(entries), sum(not e.flags & records.SEEN for e in entries),
                 sum(bool(e.flags & records.DELETED) for e in entries), sum(e.size for e in entries))
        require(found == state[4:8], f"folder {folder} does not hold what its state says")
        require(all(e.uid < state.uid_next and e.modseq <= state.highest_modseq and
                    e.keywords >> len(self.tree.keywords) == 0 for e in entries),
                f"folder {folder} has an entry beyond its state or the keywords")

    def annotations(self):
        """{folder id, 0 for the server, -1 for other mailboxes: {name: value}}; a store of version 2 has none."""
        if not self.tables.has("annotation"):
            return {}
        folders = {name.folder for name in self.tree.names} | {0, -1}
        found = {folder: records.annotations(
                     self._record(Kind.ANNOTATIONS, folder, self._version(Kind.ANNOTATIONS, folder), sealed))
                 for folder, sealed in self.tables.rows("ib", "select folder, d from annotation where mailbox = ?", self.id)}
        require(found.keys() <= folders, f"mailbox {self.id} has annotations of a folder that it does not have")
        return found

    def flags(self, entry):
        return [flag for bit, flag in enumerate(records.SYSTEM_FLAGS) if entry.flags >> bit & 1]

    def keywords(self, entry):
        return [keyword for bit, keyword in enumerate(self.tree.keywords) if entry.keywords >> bit & 1]

    def message_key(self, message):
        mailbox, = self.tables.row("message", "i", "select mailbox from message where id = ?", message)
        require(mailbox == self.id, f"message {message} is of another mailbox")
        epoch, wrapped = self.tables.row(
            "the key of message", "ib", "select epoch, wrapped from message_key where message = ?", message)
        by = self._key(epoch, f"the key of message {message} is wrapped")
        return open_wrap(by, Place(Kind.MESSAGE_KEY, self.id, message, epoch=epoch), wrapped)

    def message(self, entry):
        """The octets of a message, whole."""
        key, place = self.message_key(entry.message), Place(Kind.BODY, self.id, entry.message)
        count = max(1, -(-entry.size // CHUNK_SIZE))
        chunks, = self.tables.row("message", "i", "select chunks from message where id = ?", entry.message)
        require(chunks == count, f"message {entry.message} has {chunks} chunks, its entry says {count}")
        octets = bytearray()
        for number in range(count):
            sealed, = self.tables.row("body row", "b", "select d from body where id = ?", (entry.message << 16) + number)
            octets += open_chunk(key, place, number, number == count - 1, sealed)
            require(len(octets) == min(entry.size, (number + 1) * CHUNK_SIZE), f"{place}: a chunk of another length")
        return bytes(octets)

    def delivery_key(self):
        """The private half, or None."""
        for epoch, wrapped in self.tables.rows("ib", "select epoch, wrapped from delivery_key where mailbox = ?", self.id):
            by = self._key(epoch, f"the delivery key of mailbox {self.id} is wrapped")
            return open_wrap(by, Place(Kind.DELIVERY_KEY, self.id, epoch=epoch), wrapped)

    def arrivals(self):
        """What is not filed yet, in order: (id, records.Arrival)."""
        for number, chunks, ephemeral in self.tables.rows(
                "iib", "select id, chunks, ephemeral from arrival where mailbox = ? and state = 1 order by id", self.id):
            opener = ArrivalOpener(self.delivery_key(), ephemeral, Place(Kind.ARRIVAL, self.id, number))
            stored = [sealed for sealed, in self.tables.rows(
                "b", "select d from arrival_body where id between ? and ? order by id", number << 16, (number << 16) + 65535)]
            require(len(stored) == chunks, f"arrival {number} does not have {chunks} chunks")
            yield number, records.arrival(b"".join(
                opener.chunk(at, at + 1 == chunks, sealed) for at, sealed in enumerate(stored)))

    def check(self):
        """Opens all that reading alone does not need: counts of references, derived records, list blocks."""
        shared, shown, opened = {}, Counter(), sum(1 for _ in self.arrivals()) + len(self.annotations())
        for folder in self.folders():
            summaries = {64 * number + slot: found for number, row, sealed in self._blocks("list_block", folder.id)
                         for slot, found in records.list_block(self._record(Kind.LIST_BLOCK, row, 0, sealed)).items()}
            for entry in folder.entries:
                self.message(entry)
                summary, opened = self._derived(entry.message), opened + 4
                require(summaries.pop(entry.uid, (entry.message, summary)) == (entry.message, summary),
                        f"the list block shows another summary of message {entry.message}")
                shown[entry.message] += 1
                shared[entry.message] = shared.get(entry.message, True) and entry.shared
            require(not summaries, f"a list block of folder {folder.id} shows what its folder block does not")
        if dict(self.tables.rows("ii", "select id, refs from message where mailbox = ?", self.id)) != dict(shown):
            raise Corrupt(f"messages of mailbox {self.id} are not shown as often as they say")
        require(all(count == 1 or shared[message] for message, count in shown.items()) or not self.root,
                f"mailbox {self.id} has a copy that is not marked as one")
        require(not self.root or max(shown, default=0) <= self.root.last_message,
                f"mailbox {self.id} has a message beyond its root")
        return opened

    def summary(self, message):
        """What is kept to list it by: a record of imap/mime/summary.h, encoded."""
        sealed, = self.tables.row("what is derived of message", "b", "select summary from derived where message = ?", message)
        return open_record(self.message_key(message), Place(Kind.SUMMARY, self.id, message), sealed)

    def _derived(self, message):
        key = self.message_key(message)
        sealed = self.tables.row("what is derived of message", "bbb",
                                 "select summary, header, body from derived where message = ?", message)
        kinds = (Kind.SUMMARY, Kind.HEADER_TEXT, Kind.BODY_TEXT)
        summary, *texts = (open_record(key, Place(kind, self.id, message), s) for kind, s in zip(kinds, sealed))
        for text in texts:
            require(text.isascii() or text == text.decode(errors="replace").encode(), f"derived text of {message} is not UTF-8")
        return summary
