#!/usr/bin/env python3
"""What a thief reads in a copy of a data directory with what else he has, from crypto/FORMAT.md alone; as JSON. `sealpost lab`
runs it and puts its own prediction beside it.

  lab.py COPY [--service-keys DIR] [--vault-a DIR] [--vault-b DIR] [--memory-dump FILE] [--backup DIR]
              [--password FILE] [--admin] [--samples N] [--lattice]

--lattice: for each subset of what is given. Nothing is written where it reads; needs Debian's python3-cryptography."""

import argparse
import contextlib
import itertools
import json
import os
import sqlite3
import sys

import recovered
from assets import Asset, Memory, Password, ServiceKeys, StolenVault
from sealing import Corrupt
from stolen import Source


class Lab:
    """What was read once with the same keys is not read again."""

    def __init__(self, copy, backup, samples):
        self.copy, self.backup, self.samples, self.known = copy, backup, samples, {}

    def read(self, source, number, keys):
        at = (source.name, number, tuple(sorted(keys.items())))
        if at not in self.known:
            tally = recovered.read(source, number, keys, self.skipped(source, number), self.samples)
            self.known[at] = tally and tally.line()
        return self.known[at]

    def skipped(self, source, number):
        """Of the backup, what the copy has, too."""
        return self.copy.messages(number) if source is self.backup and number in self.copy.mailboxes else frozenset()

    def inventory(self, assets):
        """Of each mailbox that opens, what is in it by its index."""
        sources = [self.copy] + ([self.backup] if self.backup else [])
        keys = recovered.mailbox_keys(sources, assets)
        for source in sources:
            for number, mine in opening(source, keys):
                found = recovered.inventory(source, number, mine, self.skipped(source, number))
                if found:
                    yield {"source": source.name, "mailbox": number} | found.line()

    def with_(self, assets, with_backup):
        sources = [self.copy] + ([self.backup] if with_backup else [])
        keys = recovered.mailbox_keys(sources, assets)
        directory = next(filter(None, (asset.directory_key(source) for source in sources for asset in assets)), None)
        return {"assets": sorted([asset.name for asset in assets] + (["backup"] if with_backup else [])),
                "directory": recovered.of_directory(self.copy, directory) if directory else {},
                "deps": sorted(self.copy.deps(directory).items()),
                "mailboxes": [line for source in sources for line in self.lines(source, keys, directory)]}

    def lines(self, source, keys, directory):
        for number, mine in opening(source, keys):
            tally, row = self.read(source, number, mine), source.mailboxes[number]
            if tally:
                yield {"source": source.name, "mailbox": number,
                       "account": recovered.account_of(source, row, directory) if directory else None,
                       "ways": keys.shortest((number, row.tree_epoch))} | tally


def opening(source, keys):
    """(mailbox, its keys by epoch) of those that any are known of."""
    for row in source.mailboxes.values():
        mine = {epoch: key for (number, epoch), key in keys.keys.items() if number == row.id}
        if mine and row.proof:
            yield row.id, mine


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("copy")
    for name in ("--service-keys", "--vault-a", "--vault-b", "--memory-dump", "--backup", "--password"):
        parser.add_argument(name)
    parser.add_argument("--admin", action="store_true", help="a role at the running server: no octets to try")
    parser.add_argument("--samples", type=int, default=0, help="show so many subjects of each mailbox")
    parser.add_argument("--lattice", action="store_true")
    return parser.parse_args()


def assets_of(given):
    if given.service_keys:
        yield ServiceKeys(given.service_keys)
    for name in ("vault-a", "vault-b"):
        path = getattr(given, name.replace("-", "_"))
        if path:
            yield StolenVault(name, path)
    if given.memory_dump:
        yield Memory(given.memory_dump)
    if given.password:
        yield Password(given.password)
    if given.admin:
        yield Asset("admin")


def subsets(assets, backup):
    for count in range(len(assets) + 1):
        for chosen in itertools.combinations(assets, count):
            yield from ((chosen, with_backup) for with_backup in ([False, True] if backup else [False]))


def found_in_memory(assets, sources):
    """{source: [[what, ...]]}: what a dump holds is not to be predicted."""
    return {source.name: sorted(map(list, asset.keys(source))) for asset in assets if asset.name == "memory"
            for source in sources}


def main():
    given = arguments()
    os.umask(0o077)
    try:
        with contextlib.ExitStack() as stack:
            copy = stack.enter_context(Source("copy", given.copy))
            backup = stack.enter_context(Source("backup", given.backup)) if given.backup else None
            assets, lab = list(assets_of(given)), Lab(copy, backup, given.samples)
            chosen = subsets(assets, backup) if given.lattice else [(assets, bool(backup))]
            print(json.dumps({"memory": found_in_memory(assets, filter(None, (copy, backup))),
                              "inventory": list(lab.inventory(assets)), "found": [lab.with_(*each) for each in chosen]}))
    except (Corrupt, OSError, sqlite3.Error, ValueError, KeyError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
