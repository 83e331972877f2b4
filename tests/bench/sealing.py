"""What encryption costs: Sealpost, and the same with a cipher that only copies (null_cipher/), in alternating turns."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

from installation import PROGRAMS
from rows import delivery, reading
from systems.sealpost import Sealpost
from table import OWN, costs, short, verdict

NULL = "null-cipher"
PROGRAM = PROGRAMS.parents[1] / NULL / "server/sealpost"
WORD = {"SEALPOST_NULL_CIPHER": "store-mail-unencrypted"}  # without it that program does not run
REFUSED = 78
ROUNDS = 6
MOST = 0.10  # of CPU
FILE = Path(__file__).parent / "SEALING.md"
HEAD = """# What encryption costs

Written by `tests/run bench --null-cipher --write`: Sealpost, and the same program in which sealing and opening only copy (same sizes,
nonces and tags; keys, compression, padding and counting as ever), in alternating turns in one run. Such a program is built into a
directory of its own, is not installed, does not run without a word in its environment and says in its log what it is; neither opens what the
other has stored (checked in each run).
"""

REPEATED = ["deliver 4 KB, 4 connections", "deliver mixed, 4 connections", "download everything", "single messages at random"]
ROWS = [row if row is reading.ROWS[0] else replace(row, rounds=ROUNDS) for row in delivery.ROWS + reading.ROWS
        if row is reading.ROWS[0] or row.name in REPEATED]


def made():
    os.environ.update(WORD)
    system = Sealpost(NULL)
    system.post.program = PROGRAM
    return system


def ended_by_itself(program, config, environment):
    done = subprocess.run([program, "serve", "--config", config], env=environment, capture_output=True, timeout=30)
    return done.returncode, done.stderr.decode()


def check_apart(systems):
    """Neither serves what the other has stored, and the one without a cipher does not run by accident."""
    own, null = (next(one for one in systems if one.name == name) for name in (OWN, NULL))
    for one in (own, null):
        one.stop()
    without = {name: value for name, value in os.environ.items() if name not in WORD}
    status, said = ended_by_itself(PROGRAM, null.post.config, without)
    if status != REFUSED:
        raise AssertionError(f"without its word the null cipher gave {status}: {said}")
    for program, other in ((PROGRAM, own), (own.post.program, null)):
        status, said = ended_by_itself(program, other.post.config, os.environ)
        if status in (0, REFUSED) or "ready" in said:
            raise AssertionError(f"{program} took the data of {other.name}: {status}: {said}")
    for one in (own, null):
        one.start()


def shares(rows, found):
    """A line a row: which part of the CPU is encryption."""
    lines = ["| row | CPU with, µs | without, µs | encryption |", "|---|---|---|---|"]
    for row in rows:
        each, bare = (costs(found[row.name][name])[1] for name in (OWN, NULL))
        share = 1 - bare / each
        lines.append(f"| {row.name} | {short(each)} | {short(bare)} | {share:.1%} of at most {MOST:.0%}{verdict(share <= MOST)} |")
    return "\n".join(lines)


def write(about, text, _):
    FILE.write_text(HEAD + "\n" + "".join(f"- {line}\n" for line in about) + f"\n{text}\n")
