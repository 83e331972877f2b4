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
from pathlib import Path
from xml.etree import ElementTree

from installation import PROGRAMS, run
from theft import ADA, ARRIVED, BOB, CAROL, DAN, DELETED, DENIED, GUS, IDA, KAY, LEA, LEVELS, MAIL, NAMES, NED, Theft

FIELDS = {"subjects", "addresses", "message_ids", "bodies", "attachments", "folders", "keywords", "flags", "dates", "annotations"}
KEYS = ("service-keys", "vault-a", "vault-b", "memory", "backup")
ALL = (*KEYS, "password", "admin")
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

    def test_octets_and_fields_are_predicted_and_read_in_every_subset(self):
        seen = set()
        for row in self.all["lattice"]:
            for line in row["opened"]:
                self.assertEqual(line["predicted"], line["recovered"], row["assets"])
                self.assertGreaterEqual(line["recovered"]["fields"].keys(), FIELDS)
                if line["source"] == "copy":
                    name = NAMES[line["mailbox"] - 1]
                    self.assertEqual(self.told(name, line["recovered"]), self.sent(name), row["assets"])
                    self.assertEqual(line["level"], LEVELS.get(name, "customer key"))
                    seen.add(name)
            self.assertEqual(row["predicted"], row["recovered"])
            for level in row["levels"]:
                self.assertEqual(level["predicted"], level["recovered"])
                lines = [line["recovered"] for line in row["opened"]
                         if (line["source"], line["level"]) == (level["source"], level["level"])]
                for what in ("messages", "octets", "opaque"):
                    self.assertEqual(level["recovered"][what], sum(line[what] for line in lines))
        self.assertEqual(seen, set(NAMES))

    def told(self, name, line):
        """Of what the lab says, what its owner's client knows, too. What has arrived and is not filed no client has seen."""
        octets = line["octets"] if name not in ARRIVED else None
        return line["messages"], line["arrivals"], octets, line["fields"]["bodies"], line["fields"]["dates"] - (name == ADA)

    def sent(self, name):
        served, arrived = self.theft.served[name], ARRIVED.get(name, 0)
        opaque = self.theft.opaque[name] + (arrived if LEVELS.get(name) == "end-to-end" else 0)
        octets = sum(map(len, served)) if name not in ARRIVED else None
        return len(served), arrived, octets, len(served) + arrived - opaque, len(served)

    def test_a_prediction_that_is_not_what_was_read_is_shown(self):
        """What the index says of a message and what the message is are two things: one that differs is not passed over."""
        lied = self.theft.post.root / "lied"
        shutil.copytree(Path(__file__).resolve().parents[1] / "reader", lied / "share/sealpost/reader")
        program = lied / "bin/sealpost"
        program.parent.mkdir()
        shutil.copy(PROGRAMS / "sealpost", program)
        contents = lied / "share/sealpost/reader/contents.py"
        text = contents.read_text()
        for before, after in (("return Piece(size, ", "return Piece(size + 1, "),
                              ("values(fields(kept.header_fields))", "(set(), set(), set())")):
            self.assertIn(before, text)
            contents.write_text(text.replace(before, after))
            done = subprocess.run([program, "lab", self.theft.copy, *self.theft.options("service-keys"), "--json"],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, json.loads(done.stdout)["equal"]), (1, False), done.stderr)

    def test_the_lab_and_the_server_take_the_same_mail_for_opaque(self):
        opened = {NAMES[line["mailbox"] - 1]: line["recovered"] for line in self.all["mailboxes"] if line["source"] == "copy"}
        arrived = {LEA: ARRIVED[LEA]}  # at end-to-end, before it was stored
        self.assertEqual({name: read["opaque"] for name, read in opened.items()},
                         {name: count + arrived.get(name, 0) for name, count in self.theft.opaque.items()})
        self.assertEqual((opened[KAY]["opaque"], opened[BOB]["opaque"]), (MAIL[KAY], 0))

    def test_what_waits_for_an_end_to_end_mailbox_is_opaque(self):
        lines = {NAMES[line["mailbox"] - 1]: line["recovered"] for line in self.lab("vault-a")["mailboxes"] if line["recovered"]}
        self.assertEqual((lines[LEA]["arrivals"], lines[LEA]["fields"]["bodies"], lines[LEA]["fields"]["subjects"]), (1, 0, 0))
        self.assertEqual((lines[CAROL]["arrivals"], lines[CAROL]["fields"]["bodies"]), (1, MAIL[CAROL] + 1))

    def test_a_password_and_a_role_add_nothing_to_any_subset(self):
        for row in self.all["lattice"]:
            without = self.row(*(set(row["assets"]) & set(KEYS)))
            self.assertEqual([row[what] for what in ("mailboxes", "opened", "directory")],
                             [without[what] for what in ("mailboxes", "opened", "directory")])

    def test_what_they_give_at_the_running_server_is_said(self):
        admin, password = self.all["elsewhere"]
        self.assertEqual((admin["done"], password["done"]), (False, False))
        denied = [NAMES[line["mailbox"] - 1] for line in admin["mailboxes"] if line["messages"] == "denied"]
        self.assertEqual(denied, DENIED)

    def test_what_the_running_server_reads_is_asked_and_on_record(self):
        admin, = self.theft.asked["elsewhere"]
        self.assertTrue(admin["done"])
        read = {line["account"]: line["messages"] for line in admin["mailboxes"] if "messages" in line}
        self.assertEqual(read, {name: count + (name == ADA) for name, count in THERE.items() if name not in DENIED})  # a copy in a folder
        self.assertEqual([line["account"] for line in admin["mailboxes"] if "refused" in line], DENIED)
        for name in read:
            self.assertIn(name, self.theft.ledger)

    def test_the_copy_alone_opens_nothing(self):
        row = self.row()
        self.assertEqual((row["mailboxes"], row["opened"], row["directory"]), ([], [], False))
        text = json.dumps(self.lab())
        for word in ("subject", *NAMES):
            self.assertNotIn(word + " ", text)

    def test_service_keys_open_what_has_an_availability_key_or_is_managed(self):
        report = self.lab("service-keys")
        self.assertEqual(self.opened(report), {name: THERE[name] for name in NAMES if name not in ARRIVED})
        self.assertEqual({line["account"] for line in report["mailboxes"]} - {None}, set(NAMES) - set(ARRIVED))
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
            self.assertEqual(set(self.opened(report)), {ADA, CAROL, DAN, GUS, KAY, LEA})
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
                     r"  nothing; 0; 0; 0; closed; yes", r"Predicted and recovered: the same"):
            self.assertTrue(re.search(f"^{line}", text, re.M), f"{line}\n{text}")

    def test_the_page_says_it_in_a_picture(self):
        page = self.theft.post.root / "lab.html"
        run(PROGRAMS / "sealpost", "lab", self.theft.copy, *self.theft.options("service-keys"), "--html", page)
        text = page.read_text()
        cards = {state: text.count(f'<g class="{state}"><rect class="box"') for state in ("open", "inside", "shut")}
        self.assertEqual(cards, {"open": len(NAMES) - 4, "inside": 2, "shut": 2})  # ida: end-to-end; kay: her senders; carol, lea: closed
        self.assertEqual(text.count('<path class="way inside"'), 2)
        self.assertRegex(text, f">{KAY}</text><text class=\"what\"[^>]*>opens to ciphertext: 0 of {MAIL[KAY]} read</text>")
        self.assertRegex(text, f">{NED}</text><text class=\"what\"[^>]*>open, no mail in it</text>")
        self.assertRegex(text, r"<td>end-to-end</td><td>1 of 2</td><td>4</td><td class=\"inside\">0 read<br>"
                               r"<span class=\"inside\">2 sealed inside</span>.*?<br>[1-9]\d* octets<br><small>addresses 3, ")
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

    def test_the_memory_of_a_server_that_runs_is_searched(self):
        verdict, seen = self.theft.watched
        self.assertEqual(verdict, "broken", seen)
        self.assertRegex(seen, r"^[1-9]\d* octets of locked memory; keys: .*mailbox key 1 ")
        bystander = subprocess.Popen(["sleep", "600"])
        self.addCleanup(bystander.wait)
        self.addCleanup(bystander.kill)
        verdict, seen = self.attack(more=["--pid", bystander.pid])["memory"]
        self.assertEqual(verdict, "held")
        self.assertRegex(seen, r"^[1-9]\d* octets of memory; keys: none")

    def without_keys_of(self, name, change):
        """A copy that is changed by `change`, attacked with the service keys."""
        copy = self.theft.post.root / name
        shutil.copytree(self.theft.copy, copy)
        change(copy)
        done = subprocess.run([PROGRAMS / "sealpost", "lab", "attack", copy, *self.theft.options("service-keys"), "--json"],
                              capture_output=True, text=True, timeout=120)
        result = json.loads(done.stdout)
        return {line["attack"]: (line["verdict"], line["seen"]) for line in result["attacks"]}, result["not_attacked"]

    def test_what_an_attack_cannot_try_is_said_and_why(self):
        lines, left = self.without_keys_of("no-stores", lambda copy: shutil.rmtree(copy / "mail"))
        for name in ("rows", "carve"):
            self.assertEqual(lines[name][0], "not tried")
            self.assertIn("no mail/*/store.db", lines[name][1])
        self.assertEqual(len(left), len(NAMES))
        self.assertTrue(all(re.search("mailbox [0-9]+: .*store.db is missing", each) for each in left), left)
        lines = self.attack("vault-a", more=["--rounds", "10"])
        self.assertEqual(lines["rows"][0], "held")
        command = [PROGRAMS / "sealpost", "lab", "attack", self.theft.copy, "--rounds", "10", *self.theft.options("vault-a")]
        text = run(*command)
        self.assertRegex(text, r"not attacked: mailbox 2: no key given opens it")
        self.assertNotIn("not attacked: mailbox 1:", text)

    def test_a_copy_with_empty_mailboxes_says_that_there_is_nothing_to_judge_by(self):
        def emptied(copy):
            for store in copy.glob("mail/*/store.db"):
                with contextlib.closing(sqlite3.connect(store)) as database, database:
                    found = {number for number, in database.execute("select mailbox from message")}
                    for number in found:
                        database.execute("delete from mailbox where id = ?", [number])
        lines, left = self.without_keys_of("emptied", emptied)
        self.assertEqual(lines["rows"], ("not tried", "1 mailbox opens, and no message is in it: nothing to judge by"))
        self.assertIn(f"mailbox {NAMES.index(NED) + 1}: it is empty", left)

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
        self.assertRegex(store, f"mail/{number}/store.db is missing, with the mail of mailboxes [1-9]")
        self.assertIn(False, {line["stored"] for line in report["mailboxes"]})


if __name__ == "__main__":
    unittest.main(verbosity=2)
