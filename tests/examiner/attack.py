#!/usr/bin/env python3
"""Attacks on a throw-away copy of a data directory, each with its verdict, as JSON. `sealpost lab attack` runs it.

  attack.py COPY [--service-keys DIR] [--vault-a DIR] [--vault-b DIR] [--backup DIR] [--canary TEXT]...
            [--rounds N] [--seed N] [--memory-dump FILE | --pid PID]

A verdict is `held`, `broken`, or `not tried`, with what it would take. COPY itself is not written to."""

import argparse
import json
import os
import pathlib
import sqlite3
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "reader"))

import memory_attack  # noqa: E402
import residue  # noqa: E402
import row_attack  # noqa: E402
import scan_attack  # noqa: E402
from assets import ServiceKeys, StolenVault  # noqa: E402
from sealing import Corrupt  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("copy", type=pathlib.Path)
    for name in ("--service-keys", "--vault-a", "--vault-b", "--memory-dump"):
        parser.add_argument(name)
    parser.add_argument("--backup", type=pathlib.Path)
    parser.add_argument("--canary", action="append", default=[], help="a text that must not be found")
    parser.add_argument("--rounds", type=int, default=200, help="how many rows are altered")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pid", type=int)
    return parser.parse_args()


def assets_of(given):
    if given.service_keys:
        yield ServiceKeys(given.service_keys)
    for name, path in (("vault-a", given.vault_a), ("vault-b", given.vault_b)):
        if path:
            yield StolenVault(name, path)


def attacks(given, copy, assets):
    """(name, verdict, what was seen)"""
    yield "scan", *scan_attack.scanned(copy, given.canary)
    yield "equal octets", *scan_attack.equal(copy)
    yield "rows", *row_attack.altered(copy, given.backup, assets, given.rounds, given.seed)
    yield "roll back", *row_attack.rolled_back(given.backup, given.service_keys)
    yield "carve", *scan_attack.carved(copy, assets)
    yield "memory", *memory_attack.found(copy, given.memory_dump, given.pid)


def main():
    given = arguments()
    os.umask(0o077)
    try:
        with tempfile.TemporaryDirectory(prefix="sealpost-attack-") as scratch:
            copy, assets = pathlib.Path(scratch) / "copy", list(assets_of(given))
            residue.copied(given.copy, copy)
            lines = [{"attack": name, "verdict": verdict, "seen": seen} for name, verdict, seen in attacks(given, copy, assets)]
            left = list(row_attack.not_attacked(copy, assets)) if assets else []
        print(json.dumps({"attacks": lines, "not_attacked": left, "held": all(line["verdict"] != "broken" for line in lines)}))
    except (Corrupt, OSError, sqlite3.Error, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
