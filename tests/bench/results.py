"""RESULTS.md: what was measured, on what, with which settings; and what is written there by hand, which stays."""

import datetime
import re
import subprocess
from pathlib import Path

import measure

FILE = Path(__file__).parent / "RESULTS.md"
BY_HAND = "## What bounds the rows that miss their target"
HEAD = """# Sealpost, Dovecot and Cyrus, measured

Written by `tests/run bench --write`, but for the last part. Each cell: operations a second (p50/p99 in milliseconds), octets where they
count, and CPU of the server for each operation. All systems run at once on loopback and are measured in turn, without TLS unless a
row says so; mail is synced before it is acknowledged, but flags within a second after STORE's OK, as Dovecot's are. Ratios are Sealpost to the peer in this run, above 1 where it
is better. With what was sent are compared: mail that was stored, or is fetched in the whole or in parts, octet by octet; what is found,
sorted and threaded; the first sync of each round; how many messages, folders or flags an answer has; what is there after STORE on all
messages and after people at work, and what these read. All else must have been answered by OK. **WRONG** says how many answers were not right.
"""


def about(root):
    revision = subprocess.run(["git", "-C", str(root), "describe", "--always", "--dirty"], capture_output=True).stdout.decode()
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    return [today, *measure.machine(), f"Sealpost at {revision.strip()}"]


def without_paths(text):
    return re.sub(r"/[\w/.-]*/sealpost-(bench|test)-\w+", "DIRECTORY", text)


def write(about_it, table, systems):
    old = FILE.read_text() if FILE.exists() else ""
    by_hand = old[old.index(BY_HAND):] if BY_HAND in old else BY_HAND + "\n"
    settings = "".join(f"### {system.name}\n\n```\n{without_paths(system.settings).strip()}\n```\n\n" for system in systems)
    FILE.write_text(f"{HEAD}\n## Run\n\n" + "".join(f"- {line}\n" for line in about_it) +
                    f"\n## Table\n\n{table}\n\n## Settings\n\n{settings}{by_hand}")
