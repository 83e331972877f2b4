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
