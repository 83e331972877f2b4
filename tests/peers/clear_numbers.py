"""Exact sizes and dates of letters in what was stolen, without a key: integers and texts of every row, also of those that only a
WAL remembers, sizes of files, and dates as letters have them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examiner"))

from residue import Residue  # noqa: E402
from sqlite_file import File, Page  # noqa: E402

UNITS = (1, 10**3, 10**6, 10**9)  # of a second: s, ms, us, ns


def _pages(file, roots):
    """Every page of a table or index, now and as each frame of the WAL has it."""
    numbers = set()
    for root in roots:
        for page in file.tree(root):
            numbers.add(page.number)
            yield page
    for frame in file.frames:
        if frame.page in numbers and file.is_btree(frame.page, frame.octets):
            yield Page(frame.page, frame.octets, file.usable)


def values(stolen):
    """Each number of a row or of its name, and each text that is one; each size of a file."""
    for path in (path for path in stolen.rglob("*") if path.is_file()):
        yield path.stat().st_size
        if not path.name.endswith(".db"):
            continue
        file = File(path)
        for page in _pages(file, Residue.roots(file)):
            for cell in page.cells():
                yield from (value for value in (cell.row, *cell.values) if isinstance(value, (int, float)))
                yield from (int(value) for value in cell.values if isinstance(value, str) and value.isascii() and value.isdigit())


def exact_sizes(numbers, letters):
    found = set(numbers)
    return sum(len(letter) in found for letter in letters)


def dates(numbers, octets, written, between):
    """Of the letters' own dates, `written`: {text: its unix time}, and of their arrival `between` two unix times: how many."""
    found = set(numbers)
    own = sum(text.encode() in octets or any(seconds * unit in found for unit in UNITS) for text, seconds in written.items())
    arrived = sum(any(between[0] * unit <= number <= (between[1] + 1) * unit for unit in UNITS) for number in numbers)
    return min(max(own, arrived), len(written))
