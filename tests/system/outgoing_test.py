"""Mail to other domains through a smart host: taken over or refused, sent once, killed at every step, sealed while it waits,
locked with its mailbox, and told of."""

import contextlib
import hashlib
import json
import random
import smtplib
import sqlite3
import sys
import threading
import time
import unittest
from pathlib import Path

from installation import PASSWORD, Installation, run
from sink import Sink

ADA, BOB = "ada@example.org", "bob@example.org"
ELSEWHERE = "carol@example.net"


class Post:
    """An installation with a sink as its smart host."""

    def __init__(self, case, more="", vaults=False, retry=(1, 2)):
        self.post = Installation(vaults=vaults)
        self.sink = case.enterContext(Sink(self.post.root / "tls.crt", self.post.root / "tls.key"))
        settings = self.sink.settings(self.post.root / "tls.crt", self.post.root / "relay.password", more, retry)
        self.post.config.write_text(self.post.config.read_text() + settings)
        case.enterContext(self.post)

    def client(self, name=ADA):
        client = smtplib.SMTP("127.0.0.1", self.post.submission, local_hostname="client.example.org", timeout=60)
        client.starttls(context=self.post.tls())
        client.login(name, PASSWORD)
        return client

    def submit(self, mark, to=(ELSEWHERE,), sender=ADA, mail_options=(), rcpt_options=(), more=""):
        message = f"From: {sender}\r\nSubject: {mark}\r\n\r\nbody of {mark}\r\n{more}".encode()
        with self.client(sender) as client:
            return client.sendmail(sender, list(to), message, mail_options, rcpt_options)

    def queue(self):
        return self.post.json("queue", "list")["messages"]

    def wait_until(self, fact, seconds=60):
        until = time.monotonic() + seconds
        while not (found := fact()):
            if time.monotonic() > until:
                raise AssertionError(f"it did not come to that; queue: {self.queue()}")
            time.sleep(0.1)
        return found

    def wait_until_empty(self):
        self.wait_until(lambda: not self.queue())

    def inbox(self, name=ADA):
        with self.post.imap_client(name) as client:
            client.select("INBOX", readonly=True)
            (found,) = client.search(None, "ALL")[1]
            if not found:
                return []
            return [part[1] for part in client.fetch("1:*", "(BODY.PEEK[])")[1] if isinstance(part, tuple)]

    def logged(self, event):
        return self.post.log.read_text(errors="replace").count(f" {event} ")


class Outgoing(unittest.TestCase):
    def test_one_message_goes_to_ours_and_to_others_and_is_told_of(self):
        post = Post(self)
        post.submit("mark-both", [BOB, ELSEWHERE, "dave@example.com"])
        post.wait_until(lambda: post.sink.count(b"mark-both"))
        (mail, recipients, octets), = post.sink.taken
        self.assertTrue(mail.startswith(f"MAIL FROM:<{ADA}> SIZE={len(octets)}"), mail)
        self.assertEqual(recipients, [f"RCPT TO:<{ELSEWHERE}>", "RCPT TO:<dave@example.com>"])
        self.assertTrue(octets.startswith(b"Received: from client.example.org"), octets[:80])
        self.assertNotIn(b"Return-Path", octets)
        self.assertNotIn(b"\tfor <", octets)
        self.assertEqual(len(post.inbox(BOB)), 1)
        post.wait_until_empty()

        post.sink.at["RCPT"] = lambda line: "550 5.1.1 no such user" if "nobody" in line else None
        post.submit("mark-partly", [ELSEWHERE, "nobody@example.net"])
        (report,) = post.wait_until(post.inbox)
        for part in (b"Return-Path: <>\r\n", b"nobody@example.net", b"5.1.1", b"mark-partly"):
            self.assertIn(part, report)
        self.assertEqual(post.sink.count(b"mark-partly"), 1)
        post.wait_until_empty()

    def test_without_a_login_or_a_smart_host_nothing_is_relayed(self):
        post = Post(self)
        for port in (post.post.smtp, post.post.submission):
            with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example.org") as client:
                client.ehlo()
                client.docmd("MAIL", f"FROM:<{ADA}>")
                self.assertEqual(client.docmd("RCPT", f"TO:<{ELSEWHERE}>")[0] // 100, 5)
        self.assertEqual(post.sink.said, [])
        with Installation(vaults=False) as alone, smtplib.SMTP("127.0.0.1", alone.submission) as client:
            client.starttls(context=alone.tls())
            client.login(ADA, PASSWORD)
            with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
                client.sendmail(ADA, [ELSEWHERE], "Subject: x\r\n\r\nx\r\n")
            self.assertEqual(refused.exception.recipients[ELSEWHERE][0], 550)
            self.assertEqual(alone.json("queue", "list")["messages"], [])

    def test_killed_at_any_step_nothing_is_lost_and_only_one_window_doubles(self):
        post = Post(self)
        long = ("x" * 990 + "\r\n") * 16_000  # no socket holds it: its end is not sent while nobody reads
        for step, times in (("EHLO", 1), ("MAIL", 1), ("RCPT", 1), ("DATA", 1), ("CONTENT", 1), ("TAKEN", 2)):
            mark, done = f"mark-{step}-end", threading.Event()

            def kill(_):
                if not done.is_set():
                    done.set()
                    post.post.kill()

            before = post.logged("outgoing.uncertain")
            post.sink.at[step] = kill
            with contextlib.suppress(smtplib.SMTPServerDisconnected):  # taken over, and killed before it could say so
                post.submit(mark, more=long if step == "CONTENT" else "")
            self.assertTrue(done.wait(30), step)
            post.post.process.wait()
            post.sink.at.clear()
            post.post.start()
            post.wait_until(lambda: post.sink.count(mark.encode()) == times)
            post.wait_until_empty()
            time.sleep(1)
            self.assertEqual(post.sink.count(mark.encode()), times, step)
            self.assertEqual(post.logged("outgoing.uncertain") - before, times - 1, step)

    def test_killed_again_and_again_no_message_is_lost_or_doubled_unsaid(self):
        post, accepted, ended = Post(self), [], threading.Event()
        chance = random.Random(1)

        def submit_all():
            number = 0
            while not ended.is_set():
                number += 1
                try:
                    post.submit(f"mark-{number:05}-end", [ELSEWHERE, BOB] if number % 3 == 0 else [ELSEWHERE])
                    accepted.append(f"mark-{number:05}-end".encode())
                except (smtplib.SMTPException, OSError):
                    time.sleep(0.05)

        clients = [threading.Thread(target=submit_all)]
        for client in clients:
            client.start()
        try:
            for _ in range(8):
                time.sleep(chance.uniform(0.3, 2.5))
                post.post.kill()
                post.post.start()
        finally:
            ended.set()
            for client in clients:
                client.join()
        post.wait_until_empty()
        self.assertGreater(len(accepted), 20)
        lost = [mark for mark in accepted if post.sink.count(mark) == 0]
        doubles = sum(post.sink.count(mark) - 1 for mark in accepted)
        self.assertEqual(lost, [])
        self.assertLessEqual(doubles, post.logged("outgoing.uncertain"))
        local = [octets for octets in post.inbox(BOB)]
        for mark in accepted:
            if int(mark.split(b"-")[1]) % 3 == 0:
                self.assertTrue(any(mark in octets for octets in local), mark)
        print(f"{len(accepted)} accepted, {doubles} doubled, {post.logged('outgoing.uncertain')} uncertain")

    def test_what_waits_is_sealed_and_listed_without_what_is_in_it(self):
        post = Post(self, retry=(600, 600))
        post.sink.at["RCPT"] = lambda line: "450 4.2.1 ReplyCanary"
        post.submit("SubjectCanary", ["recipientcanary@example.net"], mail_options=["ENVID=EnvidCanary"])
        (message,) = post.wait_until(lambda: [one for one in post.queue() if one["tries"]])
        self.assertEqual(message["account"], ADA)
        self.assertEqual(message["sender"], f"<{ADA}>")
        self.assertEqual(message["to"], ["recipientcanary@example.net"])
        self.assertIn("ReplyCanary", message["lastReply"])
        for command in (("queue", "list"), ("queue", "show", message["id"])):
            self.assertNotIn("SubjectCanary", post.post.cli(*command))
        log = post.post.log.read_text(errors="replace").lower()
        for file in (*post.post.data.rglob("*"),):
            octets = file.read_bytes().lower() if file.is_file() else b""
            for canary in (b"subjectcanary", b"recipientcanary", b"replycanary", b"envidcanary"):
                self.assertNotIn(canary, octets, file)
        self.assertNotIn("recipientcanary", log)
        with sqlite3.connect(f"file:{post.post.data}/spool.db?mode=ro", uri=True) as spool:
            self.assertEqual(spool.execute("select count(*) from spooled").fetchall(), [(1,)])

        reader = Path(__file__).parents[1] / "reader/read_store.py"
        (line,) = map(json.loads, run(sys.executable, "-B", reader, "--data", post.post.data, "--service-keys",
                                      post.post.service_keys, "spool").splitlines())
        self.assertEqual((line["account"], line["sender"], line["parameters"]), (ADA, ADA, " ENVID=EnvidCanary"))
        self.assertEqual([(one["address"], one["outcome"], one["code"], one["text"]) for one in line["recipients"]],
                         [("recipientcanary@example.net", "waiting", 450, "ReplyCanary")])

        post.sink.at.clear()
        post.post.cli("queue", "retry", message["id"])
        post.wait_until_empty()
        self.assertEqual(post.sink.count(b"SubjectCanary"), 1)
        (octets,) = [octets for _, _, octets in post.sink.taken]
        self.assertEqual(hashlib.sha256(octets).hexdigest(), line["sha256"])

    def test_an_admin_drops_one_and_that_is_on_record(self):
        post = Post(self)
        post.sink.at["RCPT"] = lambda line: "450 4.2.1 later"
        post.submit("mark-drop")
        (message,) = post.wait_until(post.queue)
        post.wait_until(lambda: post.queue()[0]["state"] == "waiting")
        self.assertEqual(post.post.json("queue", "drop", message["id"], "--reason", "stolen account"),
                         {"id": message["id"], "senderTold": True})
        self.assertEqual(post.queue(), [])
        (report,) = post.inbox()
        self.assertIn(b"stolen account", report)
        records = post.post.json("audit", "list", "--operation", "queue drop")["records"]
        self.assertEqual([record["ResultStatus"] for record in records], ["begun", "success"])
        self.assertIn("stolen account", str(records[0]))
        self.assertEqual(post.sink.count(b"mark-drop"), 0)

    def test_a_host_that_is_not_who_it_says_gets_nothing(self):
        post = Post(self)
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=other",
            "-addext", "subjectAltName=DNS:other.example", "-keyout", post.post.root / "other.key",
            "-out", post.post.root / "other.crt")
        post.sink.context.load_cert_chain(post.post.root / "other.crt", post.post.root / "other.key")
        post.submit("mark-tls")
        (message,) = post.wait_until(lambda: [one for one in post.queue() if one["state"] == "waiting for the smart host"])
        self.assertIn("certificate", message["lastReply"])
        self.assertFalse([line for line in post.sink.said if line.startswith("AUTH")])
        post.sink.context.load_cert_chain(post.post.root / "tls.crt", post.post.root / "tls.key")
        post.post.cli("queue", "retry", "--all")
        post.wait_until_empty()
        self.assertEqual(post.sink.count(b"mark-tls"), 1)

    def test_mail_of_a_locked_mailbox_stays_until_it_is_given_back(self):
        post = Post(self, vaults=True)
        vaults = post.post.vaults
        post.sink.at["RCPT"] = lambda line: "450 4.2.1 later"
        post.submit("mark-locked")
        post.wait_until(post.queue)
        for vault in vaults:
            vault.do("key", "disable", "--name", "root")
        post.post.restart()
        post.sink.at.clear()
        post.wait_until(lambda: post.queue()[0]["state"] == "held: key denied")
        (message,) = post.queue()
        self.assertIsNone(message["sender"])
        self.assertIsNone(message["to"])
        time.sleep(3)
        self.assertEqual(post.sink.count(b"mark-locked"), 0)
        vaults[0].do("key", "enable", "--name", "root")
        post.wait_until_empty()
        self.assertEqual(post.sink.count(b"mark-locked"), 1)


if __name__ == "__main__":
    unittest.main()
