"""An SQLite 3 file and its WAL as octets: pages, cells, and what lies between them (https://www.sqlite.org/fileformat2.html).
SQLite itself shows rows; a thief looks at everything else, too."""

import struct
from typing import NamedTuple

TABLE_LEAF, TABLE_INTERIOR, INDEX_LEAF, INDEX_INTERIOR = 13, 5, 10, 2
WAL_HEADER, FRAME_HEADER = 32, 24


def varint(octets, at):
    """(value, place behind it)"""
    value = 0
    for n in range(9):
        octet = octets[at + n]
        if n == 8:
            return value << 8 | octet, at + 9
        value = value << 7 | octet & 0x7F
        if octet < 0x80:
            return value, at + n + 1


class Cell(NamedTuple):
    row: int  # None in an index
    values: list  # of a blob or text with overflow pages: what is in this page
    sizes: list  # whole, in octets; None for a number or null
    start: int
    end: int


def _value(kind, octets):
    if kind in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[kind]
    if kind < 7:
        return int.from_bytes(octets, "big", signed=True)
    if kind == 7:
        return struct.unpack(">d", octets)[0] if len(octets) == 8 else None
    return bytes(octets) if kind % 2 == 0 else octets.decode(errors="replace")


def _size(kind):
    return (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[kind] if kind < 12 else (kind - 12) // 2


def record(payload):
    """(values, sizes) of a row; where `payload` ends too early, the last values are short."""
    head, at = varint(payload, 0)
    values, sizes, data = [], [], head
    while at < head:
        kind, at = varint(payload, at)
        size = _size(kind)
        values.append(_value(kind, payload[data:data + size]))
        sizes.append(size if kind >= 12 else None)
        data += size
    return values, sizes


class Page:
    """A b-tree page: its cells, and the octets that belong to none."""

    def __init__(self, number, octets, usable):
        self.number, self.octets, self.usable = number, octets, usable
        self.head = 100 if number == 1 else 0
        self.kind, self.first_free, self.count, self.content, _ = struct.unpack(">BHHHB", octets[self.head:self.head + 8])
        self.content = self.content or 65536
        self.directory = self.head + (8 if self.leaf else 12)

    @property
    def leaf(self):
        return self.kind in (TABLE_LEAF, INDEX_LEAF)

    def places(self):
        return struct.unpack(f">{self.count}H", self.octets[self.directory:self.directory + 2 * self.count])

    def children(self):
        if self.leaf:
            return
        for at in self.places():
            yield int.from_bytes(self.octets[at:at + 4], "big")
        yield int.from_bytes(self.octets[self.head + 8:self.head + 12], "big")

    def _local(self, size):
        most = self.usable - 35 if self.kind == TABLE_LEAF else (self.usable - 12) * 64 // 255 - 23
        if size <= most:
            return size
        least = (self.usable - 12) * 32 // 255 - 23
        local = least + (size - least) % (self.usable - 4)
        return local if local <= most else least

    def cells(self):
        if self.kind == TABLE_INTERIOR:
            return
        for start in self.places():
            at = start if self.leaf else start + 4
            size, at = varint(self.octets, at)
            row = None
            if self.kind == TABLE_LEAF:
                row, at = varint(self.octets, at)
                row -= (row >> 63) << 64
            local = self._local(size)
            values, sizes = record(self.octets[at:at + local])
            yield Cell(row, values, sizes, start, at + local + (4 if local < size else 0))

    def unused(self):
        """The octets of no cell: the gap before the cells, and what was freed between them."""
        taken = bytearray(self.octets)
        for cell in self.cells():
            taken[cell.start:cell.end] = bytes(cell.end - cell.start)
        taken[:self.directory + 2 * self.count] = bytes(self.directory + 2 * self.count)
        if self.kind == TABLE_INTERIOR:
            for at in self.places():
                end = varint(self.octets, at + 4)[1]
                taken[at:end] = bytes(end - at)
        at = self.first_free  # two numbers at the start of each freed piece are SQLite's own
        while at:
            after = int.from_bytes(taken[at:at + 2], "big")
            taken[at:at + 4] = bytes(4)
            at = after
        return bytes(taken)


class Frame(NamedTuple):
    page: int
    commit: int  # pages of the database with this frame; 0 where more of the transaction follows
    current: bool  # of what the WAL holds now; else left from before it began anew
    octets: bytes


class File:
    """A database and what is in its WAL. `page(n)` is the newest octets of a page."""

    def __init__(self, path):
        self.octets = path.read_bytes()
        wal = path.with_name(path.name + "-wal")
        self.wal = wal.read_bytes() if wal.exists() else b""
        first = self.octets or next((f.octets for f in self._frames(4096) if f.page == 1), b"")
        size = int.from_bytes(first[16:18], "big")
        self.size = 65536 if size == 1 else size
        self.usable = self.size - first[20]
        self.frames = list(self._frames(self.size))
        self.in_file = len(self.octets) // self.size
        self.newest = {}
        pending = {}
        for frame in self.frames:
            if frame.current:
                pending[frame.page] = frame.octets
                if frame.commit:
                    self.newest |= pending
                    pending = {}
                    self.pages = frame.commit
        if not self.newest:
            self.pages = self.in_file

    def _frames(self, size):
        salts = self.wal[16:24]
        for at in range(WAL_HEADER, len(self.wal) - FRAME_HEADER - size + 1, FRAME_HEADER + size):
            page, commit = struct.unpack(">II", self.wal[at:at + 8])
            yield Frame(page, commit, self.wal[at + 8:at + 16] == salts,
                        self.wal[at + FRAME_HEADER:at + FRAME_HEADER + size])

    def page(self, number):
        return self.newest.get(number) or self.octets[(number - 1) * self.size:number * self.size]

    def tree(self, root):
        """Every page of the b-tree."""
        page = Page(root, self.page(root), self.usable)
        yield page
        for child in page.children():
            yield from self.tree(child)

    def free_pages(self):
        """(lists of free pages, free pages)"""
        trunks, leaves = [], []
        at = int.from_bytes(self.page(1)[32:36], "big")
        while at:
            trunks.append(at)
            octets = self.page(at)
            at, count = struct.unpack(">II", octets[:8])
            leaves += struct.unpack(f">{count}I", octets[8:8 + 4 * count])
        return trunks, leaves

    def is_btree(self, page, octets):
        """Whether it may be a b-tree page, by its shape alone: what a page of a WAL was, nothing else tells."""
        head = 100 if page == 1 else 0
        if octets[head] not in (TABLE_LEAF, TABLE_INTERIOR, INDEX_LEAF, INDEX_INTERIOR) or self.is_pointer_map(page):
            return False
        _, _, count, content, fragments = struct.unpack(">BHHHB", octets[head:head + 8])
        end = head + (8 if octets[head] in (TABLE_LEAF, INDEX_LEAF) else 12) + 2 * count
        return fragments <= 60 and end <= (content or 65536) <= self.usable

    def is_pointer_map(self, page):
        return page >= 2 and (page - 2) % (self.usable // 5 + 1) == 0
