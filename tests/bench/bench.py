#!/usr/bin/env python3
"""Sealpost against Dovecot and Cyrus, on one corpus, in one run: throughput, CPU, memory and disk. What is stored, read and found is
compared with what was sent (results.py says how far).

    tests/run bench [--quick]      as root, on Linux with overlay file systems

Or else Sealpost alone: how its cost grows (--growth), and what of it is encryption (--null-cipher)."""

import argparse
import datetime
import json
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/system"), str(Path(__file__).parent)]

import results as results_file  # noqa: E402
import sealing  # noqa: E402
from corpus import Corpus  # noqa: E402
from growth import run as growth  # noqa: E402
from installation import PASSWORD, PROGRAMS  # noqa: E402
from measured import together  # noqa: E402
from rows import changes, connections, delivery, reading, search  # noqa: E402
from systems.cyrus import Cyrus  # noqa: E402
from systems.dovecot import VARIANTS, Dovecot  # noqa: E402
from systems.sealpost import Sealpost  # noqa: E402
from table import table  # noqa: E402

ROWS = delivery.ROWS + reading.ROWS + search.ROWS + changes.ROWS + connections.ROWS
SYSTEMS = [*VARIANTS, "cyrus", "sealpost"]
LOAD = "tests/bench/load/bench_load"  # of a build
WATCHERS = 8192
FILES = 100_000  # that a server may have open
SPARE = 500  # files of a process beside its connections
ONCE = 20  # seconds: a row that takes longer is not repeated for that system


class Bench:
    """What rows need: the corpora, how much is done, and what has been done with each system."""

    reader, folder_user, first_person, first_watched, watched = 16, 17, 18, 26, 16  # users, by number
    users = first_watched + watched

    def __init__(self, messages, quick, systems, build):
        self.load = build / LOAD
        self.messages = messages
        self.deliveries, self.fetches, self.logins = (200, 500, 400) if quick else (2000, 5000, 4000)
        self.long_enough, self.most_searches, self.most_changes = (0.2, 20, 1) if quick else (1.0, 200, 5)
        self.push_seconds, self.mix_seconds, self.new_mail_turns = (2, 2, 1) if quick else (10, 10, 3)
        self.most_held = 500 if quick else 20_000
        cache = ROOT / "build/corpus"
        self.large = Corpus(cache, "mixed", messages + search.NEW * self.new_mail_turns)
        self.mixed, self.small = Corpus(cache, "mixed", 6 * self.deliveries, seed=2), Corpus(cache, "small", 8 * self.deliveries)
        self.used, self.filled, self.copies, self.at_work = {}, {}, {}, set()
        self.uids = {name: {} for name in systems}
        self.delivered = dict.fromkeys(systems, messages)  # of the large corpus

    def present(self, system):
        return set(range(self.delivered[system.name]))


def made(name, directory):
    if name in ("sealpost", sealing.NULL):
        return Sealpost(name) if name == "sealpost" else sealing.made()
    files = ROOT / "build/peers" / ("cyrus" if name == "cyrus" else "dovecot")
    if not files.exists():
        raise SystemExit(f"error: {name} has not been unpacked\nhint: see build/peers/log")
    tls = directory / "tls.crt", directory / "tls.key"
    return (Cyrus if name == "cyrus" else Dovecot)(name, files, directory / name, tls, PASSWORD)


def certificate(directory):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost", "-keyout",
                    directory / "tls.key", "-out", directory / "tls.crt"], check=True, capture_output=True)
    (directory / "tls.key").chmod(0o644)  # Cyrus reads it as its own user


def started(names, directory):
    systems = []
    try:
        for name in names:
            print(f"starting {name}", file=sys.stderr, flush=True)
            systems.append(made(name, directory))
            systems[-1].make_users(Bench.users)
            systems[-1].start()
            systems[-1].make_mailboxes(Bench.users)
    except BaseException:
        ended(systems)
        raise
    return systems


def many_watchers():
    """Dovecot's processes in IDLE each have an inotify instance; Linux gives a user 128, and Dovecot says to raise that."""
    limit = Path("/proc/sys/fs/inotify/max_user_instances")
    if int(limit.read_text()) < WATCHERS:
        limit.write_text(f"{WATCHERS}\n")


def ended(systems):
    for system in systems:
        system.end() if isinstance(system, Sealpost) else system.stop()


def measured(bench, row, systems):
    """{system: Measured}; the systems in turn, as often as the row says."""
    found = {system.name: [] for system in systems}
    for turn in range(row.rounds):
        for system in systems:
            if turn and found[system.name][0].seconds > ONCE:
                continue
            found[system.name].append(row.run(bench, system))
    return {name: together(rounds) for name, rounds in found.items()}


def wanted_rows(words):
    """Rows whose names have one of the words, and those that fill the mailbox they need."""
    if not words:
        return ROWS
    some = [row for row in ROWS if any(word.lower() in row.name.lower() for word in words)]
    if not some:
        raise SystemExit("error: no such row; there are:\n  " + "\n  ".join(row.name for row in ROWS))
    before = []
    if any(row in reading.ROWS + search.ROWS + changes.ROWS for row in some):
        before = [reading.ROWS[0], reading.ROWS[2]]
    if any("1,000" in row.name for row in some):
        before += [row for row in changes.ROWS if "1,000" in row.name]
    return [row for row in ROWS if row in some or row in before]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="2,000 messages and little of each row; not for publishing")
    parser.add_argument("--messages", type=int, help="in the large mailbox (20,000; with --quick 2,000)")
    parser.add_argument("--only", nargs="+", metavar="WORD", help="rows whose names have one of these")
    parser.add_argument("--peers", nargs="*", choices=SYSTEMS, default=SYSTEMS, metavar="PEER",
                        help=f"of {', '.join(SYSTEMS)}; without any: Sealpost alone")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all that was measured")
    parser.add_argument("--write", action="store_true", help="to tests/bench/RESULTS.md (GROWTH.md, SEALING.md)")
    parser.add_argument("--growth", nargs="*", choices=growth.PARTS, metavar="PART",
                        help=f"how cost grows; of {', '.join(growth.PARTS)}; without any: all, some half an hour")
    parser.add_argument("--null-cipher", action="store_true", help="what encryption costs")
    return parser.parse_args()


def open_files():
    """How many files a process may have open now: as many as wanted, or as the machine grants."""
    granted = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
        return FILES
    except ValueError:
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, granted))
        return granted


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    wanted = arguments()
    most_held = open_files() - SPARE
    if wanted.growth is not None:
        return growth.run(PROGRAMS.parent / LOAD, wanted.quick, wanted.growth, wanted.write, most_held)
    rows, names = wanted_rows(wanted.only), [name for name in SYSTEMS if name in wanted.peers or name == "sealpost"]
    if wanted.null_cipher:
        rows, names = sealing.ROWS, [sealing.NULL, "sealpost"]
    messages = wanted.messages or (2000 if wanted.quick else 20_000)
    bench, found, began = Bench(messages, wanted.quick, names, PROGRAMS.parent), {}, time.monotonic()
    directory = Path(tempfile.mkdtemp(prefix="sealpost-bench-"))
    directory.chmod(0o755)
    about = [*results_file.about(ROOT), f"{messages:,} messages in the large mailbox"]
    systems = []
    try:
        certificate(directory)
        many_watchers()
        bench.most_held = min(bench.most_held, most_held)
        systems = started(names, directory)
        for row in rows:
            found[row.name] = measured(bench, row, systems)
            print(table([row], found, names).splitlines()[-1], file=sys.stderr, flush=True)
        about += [f"{system.name}: {system.version()}" for system in systems]
        if wanted.null_cipher:
            sealing.check_apart(systems)
    finally:
        ended(systems)
        shutil.rmtree(directory, ignore_errors=True)
    about.append(f"took {datetime.timedelta(seconds=int(time.monotonic() - began))}")
    text = sealing.shares(rows, found) if wanted.null_cipher else table(rows, found, names)
    print(text, *about, sep="\n")
    if wanted.json:
        wanted.json.write_text(json.dumps({"about": about, "rows": {
            name: {system: asdict(one) for system, one in of.items()} for name, of in found.items()}}, indent=1))
    if wanted.write:
        (sealing if wanted.null_cipher else results_file).write(about, text, systems)
    return any(one.wrong for of in found.values() for name, one in of.items() if name == "sealpost")


if __name__ == "__main__":
    sys.exit(main())
