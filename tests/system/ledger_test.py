"""The ledger of crossings in a whole installation: equal to what the crypto layer counts, across restarts and a kill; by
time, for an auditor, live, and to owners; an admin's export in the admin's name; and what a thief of it gets."""

import collections
import csv
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import unittest
from pathlib import Path

from installation import PROGRAMS, Installation
from sealed_mail import armour, packets

READER = Path(__file__).parents[1] / "reader/read_store.py"
ADA, BOB = "ada@example.org", "bob@example.org"
OTHER = "nobody"  # a user that every Debian has
SEALED = ("Subject: sealed\r\n\r\n" + armour(packets(4000))).encode()
OWN, NOTICE = "/private/vendor/sealpost/ledger", "/private/vendor/sealpost/ledger-notice"


def message(number, words="hello"):
    return (f"From: sender@example.net\r\nTo: {ADA}\r\nSubject: number {number}\r\nMessage-ID: <{number}@example.net>\r\n\r\n"
            f"{words} {number}\r\n").encode() + b"0123456789abcdef\r\n" * 50 * number


def counters(rows):
    return {(row["cause"], row["class"]): (row["operations"], row["bytes"], row["opaqueBytes"]) for row in rows}


def added(some, more):
    return {key: tuple(a + b for a, b in zip(some.get(key, (0, 0, 0)), more.get(key, (0, 0, 0)))) for key in {*some, *more}}


class Ledger(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.post = Installation(settings=f'users = ["{OTHER}"]').__enter__()
        cls.post.root.chmod(0o755)
        cls.before = {}  # of servers that have ended

    @classmethod
    def tearDownClass(cls):
        cls.post.__exit__(None)

    def crypto(self):
        """What the crypto layer has counted, in all servers until now."""
        return added(self.before, counters(self.post.json("status")["crossings"]))

    def kept(self, *filters):
        return counters(self.post.json("ledger", *filters, "--by", "cause,class")["rows"])

    def restart(self):
        type(self).before = self.crypto()
        self.post.restart()

    def assert_equal_to_the_unit(self):
        until = time.monotonic() + 30
        while True:  # until nothing is opened between two looks
            first, kept, then = self.crypto(), self.kept(), self.crypto()
            if first == then or time.monotonic() > until:
                self.assertEqual(kept, then)
                return kept

    def follow(self, *options):
        return subprocess.Popen([str(PROGRAMS / "sealpost"), "ledger", "--follow", *options, "--socket",
                                 str(self.post.socket)], stdout=subprocess.PIPE, text=True)

    def session(self, name, folder="INBOX", readonly=False):
        client = self.post.imap_client(name)
        self.assertEqual(client.select(folder, readonly)[0], "OK", folder)
        return client

    def workload(self):
        for to in (ADA, BOB):
            self.post.deliver([*(message(n) for n in range(1, 6)), SEALED], to)
        for name in (ADA, BOB):
            client = self.session(name)
            client.fetch("1:*", "(UID FLAGS ENVELOPE BODYSTRUCTURE)")
            client.fetch("1:3,6", "(BODY.PEEK[])")
            client.search(None, "BODY", '"hello 3"')
            client.sort("(REVERSE SUBJECT)", "UTF-8", "ALL")
            client.fetch("1:*", "(UID PREVIEW)")
            client.copy("1:2", "Archive")
            client.append("Drafts", "\\Seen", None, message(9))
            client.store("1", "+FLAGS", "(\\Flagged)")
            client.logout()

    def test_1_counts_equal_the_crypto_layers_to_the_unit(self):
        self.workload()
        (told,) = self.session(ADA).fetch("6", "(RFC822.SIZE)")[1]
        stored = int(told.split()[-1].rstrip(b")"))  # with the trace fields
        kept = self.assert_equal_to_the_unit()
        for cause in ("fetch", "search", "sort", "preview", "deliver", "copy"):
            self.assertIn((cause, "user" if cause != "deliver" else "system"), kept)
        # Twice each: the one that is read is opaque, and no summary and no text of it.
        self.assertEqual(kept["fetch", "user"][2], 2 * stored)
        self.assertEqual({key for key, (_, _, opaque) in kept.items() if opaque}, {("fetch", "user")})
        self.restart()
        self.assertEqual(self.kept(), kept)
        self.workload()
        self.post.cli("export", ADA, self.post.root / "exported")
        self.post.cli("mailbox", "show", BOB, "--json")
        self.assert_equal_to_the_unit()
        self.restart()
        self.workload()
        self.assert_equal_to_the_unit()

    def test_2_a_kill_loses_the_last_seconds_at_most(self):
        self.workload()
        before = self.assert_equal_to_the_unit()
        type(self).before = self.crypto()
        self.post.kill()
        self.post.start()
        self.assertEqual(self.kept(), before)
        self.workload()
        time.sleep(3)
        type(self).before = self.crypto()
        self.post.kill()
        self.post.start()
        self.assert_equal_to_the_unit()

    def test_3_a_delegate_reads_in_the_delegates_name(self):
        with_ada = self.session(ADA)
        with_ada.setacl("INBOX", BOB, "lr")
        with_ada.logout()
        with_bob = self.session(BOB, '"Other Users/ada@example.org/INBOX"', readonly=True)
        self.assertIn(b"hello 2", with_bob.fetch("2", "(BODY.PEEK[])")[1][0][1])
        with_bob.logout()
        rows = self.post.json("ledger", ADA, "--by", "actor,cause", "--class", "user")["rows"]
        self.assertIn((BOB, "fetch"), {(row["actor"], row["cause"]) for row in rows})
        self.assertIn(b"bob@example.org: fetch", self.owners())

    def owners(self):
        client = self.post.imap_client(ADA)
        client.send(f'm GETMETADATA "" {OWN}\r\n'.encode())
        text = b""
        while not text.splitlines()[-1:] or not text.splitlines()[-1].startswith(b"m "):
            text += client.readline()
        client.logout()
        self.assertIn(b"m OK", text)
        return text

    def test_3_the_owner_and_an_admin_see_what_was_opaque(self):
        with_ada = self.session(ADA)
        self.assertTrue(with_ada.fetch("6", "(BODY.PEEK[])")[1][0][1].endswith(SEALED))
        with_ada.logout()
        self.assertRegex(self.owners(), rb"you: fetch .*\n  of this encrypted end to end, and not read +[1-9]")
        all_rows = self.post.json("ledger", ADA)
        self.assertGreaterEqual(all_rows["opaqueBytes"], len(SEALED))
        self.assertEqual(sum(row["opaqueBytes"] for row in all_rows["rows"]), all_rows["opaqueBytes"])
        self.assertIn("opaqueBytes", self.post.cli("ledger", ADA))

    def test_4_an_export_is_live_within_a_second_and_in_the_admins_name(self):
        with self.follow("--cause", "export", "--json") as live:
            time.sleep(1)
            start = time.monotonic()
            self.post.cli("export", ADA, self.post.root / "exported-again")
            exported = time.monotonic()
            line = json.loads(live.stdout.readline())
            # From its first opening: the whole export, and a second.
            self.assertLess(time.monotonic() - start, exported - start + 1)
            live.send_signal(signal.SIGINT)
            rest = live.stdout.read()
            self.assertEqual(live.wait(10), 0)
        admin = r"admin root \(uid 0\)" if os.geteuid() == 0 else rf"admin .*uid {os.geteuid()}"
        for one in [line, *map(json.loads, rest.splitlines())]:
            self.assertEqual((one["account"], one["cause"], one["class"], one["dep"]), (ADA, "export", "user", "customer"))
            self.assertRegex(one["actor"], admin)
        self.assertIn(b"administrator root (uid 0): export" if os.geteuid() == 0 else b"administrator ", self.owners())

    def test_5_it_is_shown_by_what_one_asks_for(self):
        all_rows = self.post.json("ledger")
        self.assertEqual({row["account"] for row in all_rows["rows"]}, {ADA, BOB})
        self.assertEqual(sum(row["operations"] for row in all_rows["rows"]), all_rows["operations"])
        for by in ("mailbox", "dep", "cause", "actor", "hour", "day", "class"):
            rows = self.post.json("ledger", "--by", by)["rows"]
            self.assertEqual(sum(row["operations"] for row in rows), all_rows["operations"], by)
        self.assertEqual({row["dep"] for row in self.post.json("ledger", "--by", "dep")["rows"]} & {"customer"}, {"customer"})
        today = time.strftime("%Y-%m-%d", time.gmtime())
        self.assertEqual(self.post.json("ledger", "--since", "2100-01-01")["rows"], [])
        self.assertEqual(self.post.json("ledger", "--until", "2020-01-01")["rows"], [])
        self.assertIn(today, self.post.cli("ledger", "--by", "day"))
        lines = list(csv.DictReader(self.post.cli("ledger", ADA, "--by", "cause,class", "--csv").splitlines()))
        self.assertEqual({(line["cause"], line["class"]): (int(line["operations"]), int(line["bytes"]), int(line["opaqueBytes"])) for line in lines},
                         self.kept(ADA))
        for wrong in (("--cause", "curiosity"), ("--class", "nobody"), ("--by", "moon"), ("--since", "soon"), ("--until", "2026-02-30")):
            done = subprocess.run([PROGRAMS / "sealpost", "ledger", *wrong, "--socket", self.post.socket], capture_output=True)
            self.assertEqual(done.returncode, 2, wrong)
            self.assertIn(b"hint: ", done.stderr)

    def test_6_an_export_for_an_auditor_is_signed(self):
        for form in ("jsonl", "csv"):
            file = self.post.root / f"ledger.{form}"
            self.post.cli("ledger", "export", "--format", form, "--out", file)
            verdict = json.loads(subprocess.run([PROGRAMS / "sealpost", "ledger", "verify", file, "--json"],
                                                capture_output=True, check=True).stdout)
            self.assertEqual(verdict["verdict"], "valid")
            self.assertEqual(verdict["publicKey"], self.post.json("purge", "public-key")["publicKey"])
            lines = file.read_text().splitlines()
            about = json.loads(lines[-2].removeprefix("# "))
            if form == "jsonl":
                rows = [json.loads(line) for line in lines[:-2]]
                self.assertEqual(sum(row["operations"] for row in rows), about["operations"])
                self.assertEqual(sum(row["opaqueBytes"] for row in rows), about["opaqueBytes"])
            else:
                self.assertEqual(sum(int(row["operations"]) for row in csv.DictReader(lines[:-2])), about["operations"])
            done = subprocess.run([PROGRAMS / "sealpost", "ledger", "export", "--format", "xml", "--out", file, "--socket",
                                   self.post.socket], capture_output=True)
            self.assertEqual((done.returncode, file.read_text().splitlines()), (2, lines), "a refusal leaves what was there")
            file.write_bytes(file.read_bytes().replace(b"fetch", b"sorts", 1))
            self.assertEqual(subprocess.run([PROGRAMS / "sealpost", "ledger", "verify", file], capture_output=True).returncode, 1)

    def test_7_the_reader_reads_the_same(self):
        kept = self.kept()
        done = subprocess.run([sys.executable, "-B", READER, "--data", self.post.data, "--service-keys",
                               self.post.service_keys, "ledger"], capture_output=True, timeout=120, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        read = collections.defaultdict(lambda: (0, 0, 0))
        for line in map(json.loads, done.stdout.splitlines()):
            if "cause" in line:
                key = line["cause"], line["class"]
                read[key] = tuple(a + b for a, b in zip(read[key], (line["operations"], line["bytes"], line["opaqueBytes"])))
        self.assertEqual(dict(read), kept)

    def test_8_a_thief_gets_numbers_and_lengths_of_rows(self):
        with sqlite3.connect(f"file:{self.post.data}/ledger.db?mode=ro", uri=True) as db:
            ids = [row[0] for row in db.execute("select id from ledger")]
            sizes = {row[0] for row in db.execute("select length(sealed) from ledger")}
            kinds = {row[0] for row in db.execute("select distinct typeof(id) || typeof(sealed) from ledger")}
        self.assertEqual(kinds, {"integerblob"})
        self.assertTrue(all(number > 2**32 for number in ids), ids)
        self.assertEqual(min(sizes), 297)
        octets = b"".join((self.post.data / f"ledger.db{end}").read_bytes() for end in ("", "-wal"))
        for told in (b"example.org", b"customer", b"fetch", b"export"):
            self.assertNotIn(told, octets)

    @unittest.skipIf(os.geteuid() != 0, "needs root, to be another user")
    def test_9_auditors_may_read_it(self):
        def asked():
            return subprocess.run([str(PROGRAMS / "sealpost"), "ledger", "--socket", str(self.post.socket)],
                                  capture_output=True, user=OTHER, group="nogroup", extra_groups=[]).returncode
        self.post.cli("role", "grant", OTHER, "assigner")
        self.assertEqual(asked(), 5)
        self.post.cli("role", "grant", OTHER, "auditor")
        self.assertEqual(asked(), 0)

    def test_a_what_is_removed_stays_in_it_by_its_number(self):
        self.post.create_account("eve@example.org")
        self.post.deliver([message(1)], "eve@example.org")
        number = self.post.json("mailbox", "show", "eve@example.org")["id"]
        kept = self.kept("eve@example.org")
        self.assertTrue(kept)
        self.post.cli("account", "remove", "eve@example.org", "--yes")
        self.assertEqual(self.kept(str(number)), kept)
        self.assertIn({"mailbox": number, "account": None},
                      [{key: row[key] for key in ("mailbox", "account")} for row in self.post.json("ledger")["rows"]])

    def test_b_notices_are_wanted_or_not(self):
        client = self.post.imap_client(ADA)
        self.assertEqual(client.xatom("SETMETADATA", '""', f'({NOTICE} "monthly")')[0], "OK")
        self.assertEqual(client.xatom("SETMETADATA", '""', f'({NOTICE} "daily")')[0], "NO")
        client.logout()
        self.restart()
        client = self.post.imap_client(ADA)
        client.send(f'm GETMETADATA "" {NOTICE}\r\n'.encode())
        self.assertRegex(client.readline(), re.escape(NOTICE.encode()) + b' "monthly"')
        client.readline()
        client.shutdown()


if __name__ == "__main__":
    unittest.main(verbosity=2)
