"""An older state of the data that is put back: noticed at start, named, not served, no mail lost, and accepted only as a
declared restore. With a server that was stopped, and one that was killed."""

import imaplib
import json
import shutil
import smtplib
import sqlite3
import subprocess
import time
import unittest
from pathlib import Path

from installation import PASSWORD, PROGRAMS, Installation, run
from sink import Sink

READER = Path(__file__).parents[1] / "reader/read_store.py"
ADA, BOB = "ada@example.org", "bob@example.org"
WINDOW = 4  # seconds: anchors of mailboxes are written every two


def letter(mark):
    return f"Subject: {mark}\r\n\r\nbody of {mark}\r\n"


class Rollback(unittest.TestCase):
    def setUp(self):
        self.post = self.enterContext(Installation(vaults=False, settings="[alerts]\ninterval = 1\n"))
        self.copies = self.post.root / "yesterday"

    # ---- what is done to the data

    def keep(self):
        """A copy of all data, of a stopped server."""
        self.post.stop()
        shutil.copytree(self.post.data, self.copies)
        self.post.start()

    def end(self, killed=False):
        if killed:
            time.sleep(WINDOW)
            self.post.kill()
        else:
            self.post.stop()

    def put_back(self, what="."):
        """All of it, or a file or directory of it."""
        old, now = self.copies / what, self.post.data / what
        if now.is_dir():
            shutil.rmtree(now)
            shutil.copytree(old, now)
            return
        for path in now.parent.glob(now.name + "*"):
            path.unlink()
        for path in old.parent.glob(old.name + "*"):
            shutil.copy(path, now.parent)

    def sql(self, database, statements):
        """On the database, with the copy of it attached as `old`."""
        with sqlite3.connect(self.post.data / database) as db:
            db.execute("attach ? as old", (str(self.copies / database),))
            for statement in statements:
                db.execute(statement)
            db.commit()
        db.close()

    # ---- what is seen

    def fails(self, *arguments):
        done = subprocess.run([PROGRAMS / "sealpost", *arguments, "--socket", self.post.socket], capture_output=True, timeout=60)
        self.assertNotEqual(done.returncode, 0, arguments)
        return done.stderr.decode()

    def shown(self):
        """{account: whether it is served}, and the rest by what it is."""
        answer = self.post.json("restore", "show")
        return {each["account"]: each["served"] for each in answer["mailboxes"]}, [each["what"] for each in answer["others"]]

    def read_anchors(self):
        """What the independent reader says of the rows of a stopped server's directory.db."""
        lines = run("/usr/bin/python3", "-B", READER, "--data", self.post.data, "--service-keys", self.post.service_keys, "anchors")
        return [(line.get("table", line["kind"]), line["how"]) for line in map(json.loads, lines.splitlines())]

    def client(self, name=ADA):
        return self.post.imap_client(name)

    def refused(self, name=ADA):
        """Neither log in nor SELECT works."""
        try:
            with self.client(name) as client:
                answer, said = client.select()
                self.assertEqual((answer, b"[CORRUPTION]" in said[0]), ("NO", True), said)
        except imaplib.IMAP4.error as error:
            self.assertIn("CORRUPTION", str(error))

    def deferred(self, to=ADA):
        with self.assertRaises((smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException)) as caught:
            self.post.deliver([letter("deferred")], to)
        error = caught.exception
        codes = [code for code, _ in error.recipients.values()] if hasattr(error, "recipients") else [error.smtp_code]
        self.assertTrue(all(400 <= code < 500 for code in codes), codes)

    def inbox(self, name=ADA):
        """UIDVALIDITY, and the subjects."""
        with self.client(name) as client:
            answer, (count,) = client.select()
            self.assertEqual(answer, "OK")
            validity = int(client.response("UIDVALIDITY")[1][0])
            if count == b"0":
                return validity, []
            found = client.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
            return validity, [part[1].decode().split(": ")[1].strip() for part in found if isinstance(part, tuple)]

    def alerts(self):
        return {each["code"] for each in self.post.json("alert", "list")["alerts"]}

    def wait_for_alert(self, there):
        until = time.monotonic() + 20
        while ("rolled-back" in self.alerts()) != there:
            self.assertLess(time.monotonic(), until)
            time.sleep(0.2)

    # ---- the tests

    def test_all_data_of_yesterday_are_a_restore_only_when_somebody_says_so(self):
        post = self.post
        post.deliver([letter("old")])
        validity, _ = self.inbox()
        self.keep()
        post.deliver([letter("new")])
        post.cli("account", "password", BOB, "--password-stdin", stdin=b"another-password\n")
        self.end()
        self.put_back()
        post.start()
        for _ in ("at once", "after a restart"):
            self.assertEqual(self.shown()[0], {ADA: False, BOB: False})
            self.refused()
            self.refused(BOB)
            self.deferred()
            self.deferred(BOB)
            post.restart()
        self.wait_for_alert(True)
        for listed in ("account", "mailbox", "dep", "queue", "purge"):
            post.cli(listed, "list")
        self.assertEqual(post.json("status")["rolledBack"]["mailboxesNotServed"], 2)
        self.assertIn("rolled_back", post.log.read_text())
        self.assertIn("--reason", self.fails("restore", "accept", "--all"))
        self.fails("restore", "accept", "--reason", "which?")

        post.cli("restore", "accept", "--all", "--reason", "the disk failed")
        self.assertEqual(self.shown(), ({}, []))
        self.wait_for_alert(False)
        later, subjects = self.inbox()
        self.assertGreater(later, validity)
        self.assertEqual(subjects, ["old"])
        post.deliver([letter("next")])
        self.assertEqual(self.inbox()[1], ["old", "next"])
        self.assertEqual(self.inbox(BOB)[1], [])
        accepted = post.json("audit", "list", "--operation", "restore accept")["records"]
        self.assertIn("the disk failed", json.dumps(accepted))
        self.assertLessEqual({"begun", "success"}, {event["ResultStatus"] for event in accepted})
        post.restart()
        self.assertEqual(self.shown(), ({}, []))
        self.assertEqual(self.inbox()[0], later)

    def test_one_store_after_a_kill(self):
        post = self.post
        post.deliver([letter("old")])
        self.keep()
        post.deliver([letter("new")])
        database = post.json("mailbox", "show", ADA)["database"]
        self.end(killed=True)
        self.put_back(f"mail/{database}")
        post.start()
        self.assertEqual(self.shown(), ({ADA: False}, []))
        self.refused()
        self.deferred()
        post.deliver([letter("for bob")], BOB)
        self.assertEqual(self.inbox(BOB)[1], ["for bob"])
        post.cli("restore", "accept", ADA, "--reason", "lost a disk")
        self.assertEqual(self.inbox()[1], ["old"])

    def test_rows_of_one_mailbox_alone(self):
        post = self.post
        for name in (ADA, BOB):
            post.deliver([letter("old")], name)
        self.keep()
        for name in (ADA, BOB):
            post.deliver([letter("new")], name)
        found = post.json("mailbox", "show", ADA)
        self.end()
        store = f"mail/{found['database']}/store.db"
        self.sql(store, self.rows_of(store, found["id"]))
        post.start()
        self.assertEqual(self.shown(), ({ADA: False}, []))
        self.refused()
        self.assertEqual(self.inbox(BOB)[1], ["old", "new"])
        post.cli("restore", "accept", ADA, "--reason", "a test")
        self.assertEqual(self.inbox()[1], ["old"])

    def rows_of(self, store, mailbox):
        """Statements that put all rows of a mailbox back."""
        with sqlite3.connect(self.post.data / store) as db:
            tables = {name: {column for _, column, *_ in db.execute(f"pragma table_info({name})")} for name, in
                      db.execute("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'").fetchall()}
        db.close()
        folders, messages = (f"(select id from {{0}}.{table} where mailbox = {mailbox})" for table in ("folder", "message"))
        by_folder = {"folder_block": "id >> 26", "list_block": "id >> 26", "versions": "id"}
        by_message = {"message_key": "message", "derived": "message", "body": "id >> 16"}
        late = ("folder", "message")  # the others are found by them
        for table in sorted(tables, key=lambda name: name in late):
            if table in by_folder:
                own = f"({by_folder[table]} in {folders} or id = -{mailbox})"
            elif table in by_message:
                own = f"{by_message[table]} in {messages}"
            elif table == "mailbox" or "mailbox" in tables[table]:
                own = f"{'id' if table == 'mailbox' else 'mailbox'} = {mailbox}"
            else:
                continue
            yield f"delete from main.{table} where {own.format('main')}"
            yield f"insert into main.{table} select * from old.{table} where {own.format('old')}"

    def test_the_directory_alone_after_a_kill(self):
        post = self.post
        post.deliver([letter("old")])
        self.keep()
        post.cli("account", "password", ADA, "--password-stdin", stdin=b"another-password\n")
        self.end(killed=True)
        self.put_back("directory.db")
        post.start()
        self.assertEqual(self.shown()[0], {ADA: False})
        self.refused()  # the old password
        self.deferred()
        self.assertEqual(self.inbox(BOB)[1], [])
        post.cli("restore", "accept", ADA, "--reason", "a test")
        self.assertEqual(self.inbox()[1], ["old"])

    def test_single_rows_of_the_directory(self):
        post = self.post
        post.cli("account", "app-password", "add", ADA, "--name", "phone")
        post.cli("role", "grant", "daemon", "auditor")
        self.keep()
        post.cli("account", "app-password", "remove", ADA, "phone")
        post.cli("role", "revoke", "daemon", "auditor")
        post.cli("quota", "set", BOB, "--messages", "10")
        self.end()
        self.assertEqual(self.read_anchors(), [])
        self.sql("directory.db", ["insert into credential select * from old.credential",
                                  "insert into role_grant select * from old.role_grant where id not in"
                                  " (select id from role_grant)", "delete from quota"])
        self.assertEqual(self.read_anchors(), [("credential", "added"), ("quota", "missing"), ("role_grant", "added")])
        post.start()
        mailboxes, others = self.shown()
        self.assertEqual(mailboxes, {ADA: True, BOB: False})
        self.assertEqual([what.split(",")[0] for what in others], ["role of an admin"])
        self.assertEqual(post.json("account", "app-password", "list", ADA)["appPasswords"], [])
        self.assertNotIn("daemon", post.cli("role", "list"))
        self.assertEqual(self.inbox()[1], [])
        self.refused(BOB)
        self.deferred(BOB)

    def counted(self):
        """What the ledger has of deliveries."""
        return self.post.json("ledger", "--cause", "deliver")["operations"]

    def test_an_older_ledger_is_named_until_it_is_accepted(self):
        self.an_older_ledger(killed=False)

    def test_an_older_ledger_after_a_kill(self):
        self.an_older_ledger(killed=True)

    def an_older_ledger(self, killed):
        post = self.post
        post.deliver([letter("old")])
        self.keep()
        before = self.counted()
        post.deliver([letter("new")])
        self.end(killed)
        self.put_back("ledger.db")
        self.assertEqual(self.read_anchors(), [("ledger", "older")])
        post.start()
        self.assertEqual((self.shown(), self.counted()), (({}, ["ledger"]), before))
        self.assertEqual(self.inbox()[1], ["old", "new"])  # mail is served
        self.assertGreater(self.counted(), 0)
        self.wait_for_alert(True)
        self.assertIs(post.json("status")["rolledBack"]["ledger"], True)
        post.restart()
        self.assertEqual(self.shown(), ({}, ["ledger"]))
        self.assertIn("--reason", self.fails("restore", "accept", "--all"))
        post.cli("restore", "accept", "--all", "--reason", "a new disk")
        self.assertEqual(self.shown(), ({}, []))
        self.wait_for_alert(False)
        self.assertIn("a new disk", json.dumps(post.json("audit", "list", "--operation", "restore accept")["records"]))
        post.restart()
        self.assertEqual(self.shown(), ({}, []))

    def test_no_ledger_and_the_right_one_again(self):
        post = self.post
        post.deliver([letter("one")])
        before = self.counted()
        post.stop()
        shutil.copytree(post.data, self.copies)
        for path in post.data.glob("ledger.db*"):
            path.unlink()
        self.assertEqual(self.read_anchors(), [("ledger", "missing")])
        post.start()
        self.assertEqual((self.shown(), self.counted()), (({}, ["ledger"]), 0))
        post.deliver([letter("two")])
        self.assertGreater(self.counted(), 0)
        self.end()
        self.put_back("ledger.db")
        post.start()
        self.assertEqual((self.shown(), self.counted()), (({}, []), before))
        post.restart()
        self.assertEqual(self.shown(), ({}, []))

    def test_rows_of_the_ledger_that_are_put_back(self):
        post = self.post
        post.deliver([letter("old")])
        self.keep()
        post.deliver([letter("new")])
        self.end()
        self.sql("ledger.db", ["insert or replace into ledger select * from old.ledger"])
        self.assertEqual(self.read_anchors(), [("ledger", "changed")])
        post.start()
        until = time.monotonic() + 20  # they are looked at when all else is there
        while self.shown() != ({}, ["ledger"]):
            self.assertLess(time.monotonic(), until)
            time.sleep(0.1)
        post.cli("restore", "accept", "--all", "--reason", "a test")
        self.assertEqual(self.shown(), ({}, []))
        post.stop()
        self.assertEqual(self.read_anchors(), [])

    def test_a_killed_server_raises_no_alarm(self):
        post = self.post
        for round in range(6):
            post.deliver([letter(f"round {round}")])
            time.sleep(round * 0.4)
            post.kill()
            post.start()
            time.sleep(1)
            self.assertEqual(self.shown(), ({}, []))
        self.assertNotIn("rolled_back", post.log.read_text())

    def test_what_is_changed_under_a_running_server_is_noticed_at_the_next_start(self):
        post = self.post
        post.cli("quota", "set", BOB, "--messages", "10")
        self.keep()
        self.sql("directory.db", ["delete from quota"])
        self.assertEqual(self.shown(), ({}, []))
        self.inbox(BOB)
        post.restart()
        self.assertEqual(self.shown(), ({BOB: False}, []))
        self.refused(BOB)

    def test_service_keys_without_anchors(self):
        """As after an update of a server from before there were any."""
        post = self.post
        post.stop()
        for path in post.service_keys.glob("anchors.db*"):
            path.unlink()
        before = len(post.log.read_text())
        post.start()
        self.assertEqual(self.shown(), ({}, []))
        self.assertIn("anchored", post.log.read_text()[before:])


class Queue(unittest.TestCase):
    def setUp(self):
        post = self.post = Installation(vaults=False)
        self.sink = self.enterContext(Sink(post.root / "tls.crt", post.root / "tls.key"))
        post.config.write_text(post.config.read_text() + self.sink.settings(post.root / "tls.crt", post.root / "relay.password", ""))
        self.enterContext(post)

    def submit(self, mark):
        with smtplib.SMTP("127.0.0.1", self.post.submission, local_hostname="client.example.org", timeout=60) as client:
            client.starttls(context=self.post.tls())
            client.login(ADA, PASSWORD)
            client.sendmail(ADA, ["carol@example.net"], f"From: {ADA}\r\n" + letter(mark))

    def waiting(self):
        return self.post.json("queue", "list")["messages"]

    def wait_until(self, fact):
        until = time.monotonic() + 30
        while not fact():
            self.assertLess(time.monotonic(), until)
            time.sleep(0.1)

    def test_what_was_sent_is_not_sent_again(self):
        post = self.post
        self.sink.at["GREETING"] = lambda _: "421 4.3.2 later"
        self.submit("first")
        post.stop()
        old = (post.data / "spool.db").read_bytes()
        self.sink.at.clear()
        post.start()
        self.wait_until(lambda: not self.waiting())
        self.assertEqual(self.sink.count(b"first"), 1)
        post.stop()
        (post.data / "spool.db").write_bytes(old)
        post.start()
        self.assertEqual([each["what"] for each in post.json("restore", "show")["others"]], ["queue"])
        self.submit("second")
        self.wait_until(lambda: self.sink.count(b"second") and len(self.waiting()) == 1)
        (held,) = self.waiting()
        self.assertIn("rolled back", json.dumps(held))
        self.assertEqual(self.sink.count(b"first"), 1)
        post.cli("restore", "accept", "--all", "--reason", "a test")
        post.restart()
        (held,) = self.waiting()
        self.assertEqual((held["state"], self.sink.count(b"first")), ("held", 1))
        post.cli("queue", "retry", str(held["id"]))
        self.wait_until(lambda: not self.waiting())
        self.assertEqual(self.sink.count(b"first"), 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
