"""The memory of a process that this user may read: its locked pages, where the keys are, or all pages of its own."""

import re
from pathlib import Path

LARGEST = 256 << 20  # the sanitizers reserve terabytes
MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+)")


def mappings(pid):
    """(start, end, locked) of pages that no file is behind."""
    found = None
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        head = MAPPING.match(line)
        if head:
            found = int(head[1], 16), int(head[2], 16), head[3].startswith("rw") and head[4] == "0"
        elif line.startswith("VmFlags:") and found[2] and found[1] - found[0] <= LARGEST:
            yield found[0], found[1], "lo" in line.split()


def dumped(pid, path, locked=False):
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory, open(path, "wb") as out:
        for start, end, is_locked in mappings(pid):
            if locked and not is_locked:
                continue
            memory.seek(start)
            try:
                out.write(memory.read(end - start))
            except OSError:
                continue  # gone meanwhile
