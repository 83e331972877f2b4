"""BOUNDARY.md as data: its tables, each with the heading above it. What people read and what the tests compare is one list."""

import pathlib
import re
from typing import NamedTuple

SHOWN = "shown by"


class Row(NamedTuple):
    heading: str
    line: int
    cells: dict  # by the names of the table's head

    def names(self, column):
        """What stands in backquotes in a cell."""
        return re.findall(r"`([^`]+)`", self.cells.get(column, ""))

    def items(self, column):
        """What stands in a cell, between commas."""
        return [item.strip(" `") for item in self.cells.get(column, "").split(",")]


class Claim(NamedTuple):
    line: int
    tests: list  # that are said to show it


_BEGINS = re.compile(r"\s*([-*+>]|\d+[.)])(\s|$)")
_SEPARATOR = re.compile(r"\|[-:| ]*-[-:| ]*$")


def _cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def rows(path):
    """Every row of every table."""
    heading, head, found = "", None, []
    for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if not line.startswith("|"):
            head = None
        elif head is None:
            head = _cells(line)
        elif not set(line) <= set("|-: "):
            cells = _cells(line)
            if len(cells) != len(head):
                raise ValueError(f"{path}:{number}: {len(cells)} cells below a head of {len(head)}")
            found.append(Row(heading, number, dict(zip(head, cells))))
    return found


def under(path, heading):
    found = [row for row in rows(path) if row.heading == heading]
    if not found:
        raise ValueError(f"{path} has no table under the heading {heading!r}")
    return found


def _blocks(path):
    """(line, text) of each paragraph and list item, and of what looks like a table and has no head."""
    lines, open_at, text = pathlib.Path(path).read_text().splitlines(), 0, []
    for number, line in enumerate([*lines, ""], 1):
        after = lines[number] if number < len(lines) else ""
        table = line.startswith("|") and (_table_before(lines, number) or _SEPARATOR.match(after))
        ends = not line.strip() or line.startswith("#") or table
        if text and (ends or _BEGINS.match(line)):
            yield open_at, " ".join(text)
            text = []
        if not ends:
            open_at = open_at if text else number
            text.append(line)


def _table_before(lines, number):
    """Whether this line goes on with a table that has a head."""
    first = number - 1
    while first > 0 and lines[first - 1].startswith("|"):
        first -= 1
    return first + 1 < number and bool(_SEPARATOR.match(lines[first + 1]))


def _named(item):
    """A test's name; what is not in backquotes stays what it is, in parentheses, and is none."""
    return item[1:-1] if re.fullmatch("`[^`]+`", item) else f"({item})"


def claims(path):
    """Every row, list item and paragraph."""
    found = []
    for row in rows(path):
        listed = [item.strip() for item in row.cells.get(SHOWN, "").split(",")]
        found.append(Claim(row.line, [_named(item) for item in listed if item]))
    for line, text in _blocks(path):
        found.append(Claim(line, re.findall(r"`([A-Za-z]+/[\w-]+)`", text)))
    return sorted(found)
