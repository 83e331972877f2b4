#!/usr/bin/env python3
"""The same mail in Dovecot, with and without mail-crypt and a word index, and in Sealpost; then the disk is stolen. Prints how
much of it is read, as the table of BOUNDARY.md.

  tests/run lab-dovecot          (as root, on Linux with overlay file systems)"""

import shutil
import sys
import tempfile
import time
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path

import clear_numbers
from dovecot import VARIANTS, Dovecot
from letters import COUNT, TOTALS, letter, looked_at, octets_of, shown

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/system"))

from installation import Installation  # noqa: E402

UNPACKED = ROOT / "build/unpacked/dovecot"


def of_dovecot(variant, directory):
    post = Dovecot(UNPACKED, directory / "live", variant)
    post.fill()
    return post.stolen(directory / "stolen")


def date_of(letter):
    return BytesHeaderParser().parsebytes(letter)["Date"]


def of_sealpost(directory):
    letters = [letter(n) for n in range(COUNT)]
    with Installation() as post:
        began = int(time.time())
        post.deliver(letters)
        ended = int(time.time()) + 1
        with post.imap_client() as client:
            looked_at(client)
        shutil.copytree(post.data, directory / "stolen")
    octets, numbers = octets_of(directory / "stolen"), list(clear_numbers.values(directory / "stolen"))
    written = {date: int(parsedate_to_datetime(date).timestamp()) for date in map(date_of, letters)}
    return shown(octets) | {"exact sizes": clear_numbers.exact_sizes(numbers, letters),
                            "dates": clear_numbers.dates(numbers, octets, written, (began, ended))}


def compared():
    """{store: {kind: how many}}"""
    columns = {}
    with tempfile.TemporaryDirectory(prefix="sealpost-peers-") as name:
        Path(name).chmod(0o755)  # Dovecot runs as nobody
        for number, variant in enumerate(VARIANTS):
            columns[variant] = of_dovecot(variant, Path(name) / str(number))
        (Path(name) / "own").mkdir()
        columns["Sealpost"] = of_sealpost(Path(name) / "own")
    return columns


def table(columns):
    """As BOUNDARY.md has it, a line each."""
    yield f"| read of | {' | '.join(columns)} | shown by |"
    yield "| --- |" + " --- |" * (len(columns) + 1)
    for kind, total in TOTALS.items():
        yield f"| {kind} ({total}) | {' | '.join(str(found[kind]) for found in columns.values())} | `system/peers` |"


if __name__ == "__main__":
    if not UNPACKED.exists():
        sys.exit("error: Dovecot could not be had from Debian; see build/unpacked/log")
    print("\n".join(table(compared())))
