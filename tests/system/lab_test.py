"""`sealpost lab`: for every subset of what a thief may have, what it predicts is what the independent reader recovers, and both
are what was sent."""

import contextlib
import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import unittest
from xml.etree import ElementTree

from installation import PROGRAMS, run
from theft import ADA, BOB, CAROL, DAN, DELETED, FAY, GUS, IDA, MAIL, Theft

KEYS = ("service-keys", "vault-a", "vault-b", "memory", "backup")
ALL = (*KEYS, "password", "admin")
NAMES = (ADA, BOB, CAROL, DAN, FAY, GUS, IDA)  # by the id of their mailboxes
THERE = MAIL | {ADA: MAIL[ADA] - DELETED, GUS: MAIL[GUS] + 1}


def digests(*directories):
    return {path: hashlib.sha256(path.read_bytes()).digest() for directory in directories
            for path in directory.rglob("*") if path.is_file()}


class Lab(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.theft = cls.enterClassContext(Theft())
        cls.all = cls.lab(cls, *ALL, more=["--lattice"])

    def lab(self, *assets, more=()):
        return json.loads(run(PROGRAMS / "sealpost", "lab", self.theft.copy, *self.theft.options(*assets), *more, "--json"))

    def opened(self, report, source="copy"):
        """{account: messages}"""
        return {NAMES[line["mailbox"] - 1]: line["recovered"]["messages"] for line in report["mailboxes"]
                if line["recovered"] and line["source"] == source}

    def row(self, *assets):
        return next(row for row in self.all["lattice"] if row["assets"] == sorted(assets))

    def test_the_prediction_holds_for_every_subset(self):
        rows = self.all["lattice"]
        self.assertEqual(len({tuple(row["assets"]) for row in rows}), 2 ** len(ALL))
        self.assertEqual([row["assets"] for row in rows if not row["equal"]], [])
        self.assertTrue(self.all["equal"])

    def test_a_password_and_a_role_add_nothing_to_any_subset(self):
        for row in self.all["lattice"]:
            without = self.row(*(set(row["assets"]) & set(KEYS)))
            self.assertEqual([row[what] for what in ("mailboxes", "messages", "directory")],
                             [without[what] for what in ("mailboxes", "messages", "directory")])

    def test_what_they_give_at_the_running_server_is_said(self):
        admin, password = self.all["elsewhere"]
        self.assertEqual((admin["done"], password["done"]), (False, False))
        denied = [NAMES[line["mailbox"] - 1] for line in admin["mailboxes"] if line["messages"] == "denied"]
        self.assertEqual(denied, [DAN])

    def test_what_the_running_server_reads_is_asked_and_on_record(self):
        admin, = self.theft.asked["elsewhere"]
        self.assertTrue(admin["done"])
        read = {line["account"]: line["messages"] for line in admin["mailboxes"] if "messages" in line}
        self.assertEqual(read, {name: count + (name == ADA) for name, count in THERE.items() if name != DAN})  # a copy in a folder
        self.assertEqual([line["account"] for line in admin["mailboxes"] if "refused" in line], [DAN])
        for name in read:
            self.assertIn(name, self.theft.ledger)

    def test_the_copy_alone_opens_nothing(self):
        row = self.row()
        self.assertEqual((row["mailboxes"], row["messages"], row["directory"]), ([], 0, False))
        text = json.dumps(self.lab())
        for word in ("subject", *NAMES):
            self.assertNotIn(word + " ", text)

    def test_service_keys_open_what_has_an_availability_key_or_is_managed(self):
        report = self.lab("service-keys")
        self.assertEqual(self.opened(report), {name: THERE[name] for name in NAMES if name != CAROL})
        self.assertEqual({line["account"] for line in report["mailboxes"]} - {None}, set(NAMES) - {CAROL})
        self.assertEqual(report["directory"]["recovered"]["account"], len(NAMES))
        sealed, = (line for line in report["mailboxes"] if line["mailbox"] == NAMES.index(CAROL) + 1)
        self.assertTrue(all("a vault: " in way for way in sealed["would_open"]))

    def test_end_to_end_mail_opens_to_what_is_sealed_once_more(self):
        report = self.lab("service-keys", more=["--samples", "2"])
        line, = (line for line in report["mailboxes"] if line["mailbox"] == NAMES.index(IDA) + 1)
        read = line["recovered"]
        self.assertEqual((line["level"], read["messages"], read["opaque"]), ("end-to-end", MAIL[IDA], MAIL[IDA]))
        self.assertFalse([stop for stop in line["stopped_by"] if "end-to-end" in stop])
        self.assertTrue(line["stopped_by"])
        self.assertNotIn("subject 0", json.dumps(read))
        levels = {line["account"]: line["level"] for line in report["mailboxes"] if line["recovered"]}
        self.assertEqual((levels[ADA], levels[BOB]), ("customer key", "managed"))

    def test_one_vault_opens_the_mail_of_its_roots_disabled_or_not_and_no_names(self):
        for vault in ("vault-a", "vault-b"):
            report = self.lab(vault)
            self.assertEqual(set(self.opened(report)), {ADA, CAROL, DAN, GUS})
            self.assertEqual({line["account"] for line in report["mailboxes"]}, {None})
            self.assertEqual(report["directory"]["recovered"], {})

    def test_a_backup_from_before_the_customers_key_opens_what_came_since(self):
        self.theft.dep_without_its_availability_key("customer")
        keys = ["--service-keys", self.theft.fewer_keys]
        without = json.loads(run(PROGRAMS / "sealpost", "lab", self.theft.copy, *keys, "--json"))
        self.assertNotIn(GUS, self.opened(without))
        with_ = json.loads(run(PROGRAMS / "sealpost", "lab", self.theft.copy, *keys, "--backup", self.theft.backup, "--json"))
        self.assertEqual(self.opened(with_)[GUS], THERE[GUS])
        line, = (line for line in with_["mailboxes"] if line["source"] == "copy" and line["mailbox"] == NAMES.index(GUS) + 1)
        self.assertTrue(any("as wrapped in the backup" in way["steps"][-1] for way in line["recovered"]["ways"]))
        self.assertTrue(any("a new mailbox key" in stop for stop in line["stopped_by"]))

    def test_a_backup_gives_back_what_was_deleted_since(self):
        self.assertEqual(self.opened(self.lab("vault-a", "backup"), "backup")[ADA], DELETED)

    def test_a_dump_of_the_memory_opens_what_was_open(self):
        self.assertIn(ADA, self.opened(self.lab("memory")))

    def test_fields_are_counted(self):
        report = self.lab("vault-a", more=["--samples", "2"])
        line = next(line for line in report["mailboxes"] if line["mailbox"] == 1)["recovered"]
        fields = line["fields"]
        self.assertEqual((fields["subjects"], fields["message_ids"], fields["keywords"], fields["attachments"]), (3, 3, 1, 0))
        self.assertEqual(line["samples"], [f"subject {n} of {ADA}" for n in (0, 3)])

    def test_a_vault_behind_a_passphrase_gives_nothing(self):
        closed = self.theft.post.root / "closed-vault"
        passphrase = self.theft.post.root / "passphrase"
        passphrase.write_text("correct horse battery staple\n")
        passphrase.chmod(0o600)
        run(PROGRAMS / "vault/sealvault", "init", "--dir", closed, "--passphrase-file", passphrase)
        shutil.copytree(self.theft.post.vaults[0].directory / "keys", closed / "keys", dirs_exist_ok=True)
        report = json.loads(run(PROGRAMS / "sealpost", "lab", self.theft.copy, "--vault-a", closed, "--json"))
        self.assertEqual((self.opened(report), report["equal"]), ({}, True))
        self.assertRegex(report["warnings"][0], "vault-a gives no keys: it opens with a passphrase")

    def test_nothing_is_written_where_it_reads(self):
        before = digests(self.theft.copy, self.theft.backup, self.theft.post.service_keys)
        self.lab(*KEYS)
        self.assertEqual(digests(self.theft.copy, self.theft.backup, self.theft.post.service_keys), before)

    def test_what_people_see(self):
        text = run(PROGRAMS / "sealpost", "lab", self.theft.copy, *self.theft.options("service-keys", "vault-a"), "--lattice")
        for line in (r"A thief has \S+stolen and service-keys, vault-a", r"  mailbox 1 ada@example.org, customer key, DEP customer",
                     r"    recovered   3 messages", r"    how         vault-a: root root/\w+ -> DEP 2, version 1 -> mailbox key",
                     r"  nothing; 0; 0; closed; yes", r"Predicted and recovered: the same"):
            self.assertTrue(re.search(f"^{line}", text, re.M), f"{line}\n{text}")

    def test_the_page_says_it_in_a_picture(self):
        page = self.theft.post.root / "lab.html"
        run(PROGRAMS / "sealpost", "lab", self.theft.copy, *self.theft.options("service-keys"), "--html", page)
        text = page.read_text()
        cards = {state: text.count(f'<g class="{state}"><rect class="card"') for state in ("open", "inside", "shut")}
        self.assertEqual(cards, {"open": len(NAMES) - 2, "inside": 1, "shut": 1})  # ida's is end-to-end, carol's is closed
        self.assertEqual(text.count('<path class="way inside"'), 1)
        self.assertIn(f">{IDA}: {MAIL[IDA]} sealed inside</text>", text)
        self.assertIn(f"<td>end-to-end</td><td>1</td><td>{MAIL[IDA]}</td><td class=\"shut\">0</td><td>{MAIL[IDA]}</td>", text)
        self.assertNotRegex(text, r"<script|<link|<img|url\(|@import|src=")
        picture = ElementTree.fromstring(re.search(r"<svg.*?</svg>", text, re.S)[0])
        self.assertEqual(picture.get("role"), "img")
        self.assertEqual(page.stat().st_mode & 0o77, 0)

    def attack(self, *assets, more=()):
        command = [PROGRAMS / "sealpost", "lab", "attack", self.theft.copy, *self.theft.options(*assets), *more, "--json"]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        lines = {line["attack"]: (line["verdict"], line["seen"]) for line in json.loads(done.stdout)["attacks"]}
        self.assertEqual(done.returncode == 0, "broken" not in {verdict for verdict, _ in lines.values()})
        return lines

    def test_attacks_hold_and_say_what_they_saw(self):
        lines = self.attack("service-keys", "vault-a", "backup", more=["--canary", "subject 1", "--rounds", "60"])
        self.assertEqual({name: verdict for name, (verdict, _) in lines.items()},
                         {"scan": "held", "equal octets": "held", "rows": "held", "roll back": "held", "carve": "held",
                          "memory": "not tried"}, lines)
        self.assertRegex(lines["rows"][1], r"60 rows altered, .*: 0 messages that are not what was there, [1-9]\d* refusals")

    def test_an_attack_that_breaks_something_says_so(self):
        lines = self.attack("memory")
        self.assertEqual((lines["memory"][0], lines["rows"][0]), ("broken", "not tried"))
        self.assertIn("mailbox key 1", lines["memory"][1])

    def test_what_is_no_copy_is_refused_with_a_hint(self):
        done = subprocess.run([PROGRAMS / "sealpost", "lab", self.theft.post.root], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 3)
        self.assertIn("is no copy of a data directory", done.stderr)

    def refused(self, *words):
        """What it says; the exit code."""
        done = subprocess.run([str(word) for word in (PROGRAMS / "sealpost", "lab", *words)], capture_output=True, text=True, timeout=60)
        self.assertNotIn("python3", done.stderr)
        return done.stderr, done.returncode

    def test_what_makes_no_sense_is_refused_and_named(self):
        empty = self.theft.post.root / "empty-file"
        empty.touch()
        text, code = self.refused(self.theft.copy, "--password", f"{BOB}:{empty}")
        self.assertEqual((f"there is no password in {empty}" in text, code != 0), (True, True), text)
        for option, value, says in (("--pid", "999999999", "there is no process 999999999"), ("--pid", "abc", "--pid is a number"),
                                    ("--rounds", "-5", "--rounds is a number"), ("--canary", "", "--canary is empty")):
            text, code = self.refused("attack", self.theft.copy, option, value)
            self.assertIn(says, text)
            self.assertNotEqual(code, 0)

    def test_what_is_missing_or_malformed_is_passed_over_and_named(self):
        hurt = self.theft.post.root / "hurt"
        shutil.copytree(self.theft.copy, hurt)
        with contextlib.closing(sqlite3.connect(hurt / "directory.db")) as database, database:
            database.execute("update dep_key set kid = cast(x'ff2f' as text) where dep = 3 and slot = 0")
        number = min(path.parent.name for path in hurt.glob("mail/*/store.db"))
        shutil.rmtree(hurt / "mail" / number)
        command = [PROGRAMS / "sealpost", "lab", hurt, *self.theft.options("service-keys", "vault-a", "memory"), "--json"]
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
        report = json.loads(done.stdout)
        self.assertEqual((done.returncode, report["equal"]), (1, True))
        kid, store = report["passed_over"]
        self.assertRegex(kid, "the wrap of DEP 3, version 1, slot 0: its kid is malformed")
        self.assertRegex(store, f"mail/{number}/store.db is missing, with the mail of mailboxes [1-7]")
        self.assertIn(False, {line["stored"] for line in report["mailboxes"]})


if __name__ == "__main__":
    unittest.main(verbosity=2)
