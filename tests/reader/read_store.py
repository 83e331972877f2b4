#!/usr/bin/env python3
"""Reads a Sealpost data directory from what crypto/FORMAT.md says, sharing no code with the product.

  read_store.py --data DIR --service-keys DIR [--vault URL --ca PEM --token FILE]... list
  read_store.py ... export --out DIR      every message as a file, and index.jsonl
  read_store.py ... check                 opens everything that is sealed, says how much
  read_store.py ... audit                 the records of the audit log, if it is whole
  read_store.py ... purges                what was asked to be destroyed, and the certificates
  read_store.py ... spool                 mail on its way to other domains
  read_store.py ... anchors               rows of directory.db that are of an older state
  read_store.py ... ledger                how often mail was opened, why and for whom

Needs Debian's python3-cryptography. Nothing in the data directory is written; the server may be running."""

import argparse
import hashlib
import json
import os
import pathlib
import sqlite3
import sys

import anchors
import audit
import ledger
import purges
import spool
from directory import Directory
from mailbox import APPLICATION_ID, VERSIONS, Mailbox
from sealing import Corrupt
from snapshot import Snapshot
from vault import SLOTS, Keys, Refused, Vault


def mailboxes(directory):
    """Every login with its mailbox, open."""
    for login in directory.logins():
        found = directory.mailbox_key(login)
        with Snapshot(found.database, APPLICATION_ID, VERSIONS) as tables:
            yield login, found, Mailbox(tables, login.mailbox, found.keys)


def listed(directory):
    """The lines of `list`, each with what opens its message: (line, mailbox, entry)."""
    for login, found, mailbox in mailboxes(directory):
        account = login.account
        yield {"kind": "account", "account": account.name, "aliases": login.aliases, "enabled": account.enabled,
               "created": account.created, "mailbox": login.mailbox, "dep": found.dep,
               "level": directory.level(login.mailbox)}, mailbox, None
        annotated = mailbox.annotations()
        for folder in mailbox.folders():
            line = {"kind": "folder", "account": account.name, "folder": folder.name, "special_use": folder.special_use,
                    "subscribed": folder.name in mailbox.tree.subscriptions, "selectable": bool(folder.id)}
            annotations = annotated.get(folder.id, {}) if folder.id else {}
            values = {name: value.decode(errors="replace") for name, value in annotations.items()
                      if name.startswith("/")}  # the rest are keys
            if values:
                line["annotations"] = values
            if folder.state:
                line |= {"uid_validity": folder.state.uid_validity, "uid_next": folder.state.uid_next,
                         "highest_modseq": folder.state.highest_modseq, "messages": folder.state.messages}
            yield line, mailbox, None
            for entry in folder.entries:
                yield {"kind": "message", "account": account.name, "folder": folder.name, "uid": entry.uid,
                       "flags": mailbox.flags(entry), "keywords": mailbox.keywords(entry), "size": entry.size,
                       "internal_date": entry.internal_date, "zone": entry.zone, "saved": entry.saved,
                       "modseq": entry.modseq}, mailbox, entry
        for number, arrival in mailbox.arrivals():
            yield {"kind": "arrival", "account": account.name, "id": number, "size": len(arrival.octets),
                   "internal_date": arrival.internal_date, "zone": arrival.zone,
                   "sha256": hashlib.sha256(arrival.octets).hexdigest()}, mailbox, None


def component(name):
    """A level of a folder's name as a file name: what a file system would mistake, as %XX."""
    safe = "".join(c if c.isprintable() and c not in "/%" else "".join(f"%{octet:02X}" for octet in c.encode())
                   for c in name) or "%"
    safe = "%2E" + safe[1:] if safe.startswith(".") else safe
    safe = safe[:-1] + "%6C" if safe.endswith(".eml") else safe
    if len(safe.encode()) > 200:
        safe = safe.encode()[:160].decode(errors="ignore") + "%" + hashlib.sha256(name.encode()).hexdigest()[:16]
    return safe


def export(directory, out):
    out.mkdir()
    with (out / "index.jsonl").open("x") as index:
        for line, mailbox, entry in listed(directory):
            if entry:
                octets = mailbox.message(entry)
                path = pathlib.Path(*(component(part) for part in [line["account"], *line["folder"].split("/")]))
                (out / path).mkdir(parents=True, exist_ok=True)
                line["file"] = str(path / f"{entry.uid}.eml")
                with (out / line["file"]).open("xb") as file:
                    file.write(octets)
            index.write(json.dumps(line, ensure_ascii=False) + "\n")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--service-keys", required=True)
    parser.add_argument("--vault", action="append", default=[], metavar="URL")
    parser.add_argument("--ca", action="append", default=[], metavar="PEM")
    parser.add_argument("--token", action="append", default=[], metavar="FILE")
    parser.add_argument("--by", choices=list(SLOTS), help="open DEP keys this way only; else in this order")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list")
    commands.add_parser("export").add_argument("--out", required=True, help="a directory that does not exist yet")
    commands.add_parser("check")
    commands.add_parser("audit")
    commands.add_parser("purges")
    commands.add_parser("spool")
    commands.add_parser("anchors")
    commands.add_parser("ledger")
    given = parser.parse_args()
    if not len(given.vault) == len(given.ca) == len(given.token):
        parser.error("each --vault takes one --ca and one --token")
    return given


def main():
    given = arguments()
    os.umask(0o077)
    try:
        vaults = [Vault(*each) for each in zip(given.vault, given.ca, given.token)]
        keys = Keys(given.service_keys, vaults, given.by, lambda text: print(f"note: {text}", file=sys.stderr))
        with Directory(given.data, keys) as directory:
            if given.command == "audit":
                for line in audit.records(given.data, keys):
                    print(json.dumps(line, ensure_ascii=False))
            elif given.command == "purges":
                for line in purges.purges(directory):
                    print(json.dumps(line, ensure_ascii=False))
            elif given.command == "spool":
                by_id = {login.mailbox: (login.account.name, mailbox.delivery_key())
                         for login, _, mailbox in mailboxes(directory)}
                for line in spool.messages(directory, by_id):
                    print(json.dumps(line, ensure_ascii=False))
            elif given.command == "anchors":
                for line in anchors.rolled_back(directory):
                    print(json.dumps(line))
            elif given.command == "ledger":
                for line in ledger.crossings(directory):
                    print(json.dumps(line, ensure_ascii=False))
            elif given.command == "list":
                for line, _, _ in listed(directory):
                    print(json.dumps(line, ensure_ascii=False))
            elif given.command == "export":
                export(directory, pathlib.Path(given.out))
            else:
                directory.quotas(), directory.shares(), directory.check_deps()
                print(json.dumps({login.account.name: mailbox.check() for login, _, mailbox in mailboxes(directory)}))
    except (Corrupt, Refused, OSError, sqlite3.Error) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
