"""Both roots of ada's DEP are disabled in their vaults while she has sessions in IDLE, FETCH and SEARCH: how long until the
last decryption, and until she is back after one of them is enabled again. Bob, under another DEP, notices nothing. And how
often the vaults are asked, by their own word, while many mailboxes of one DEP are opened.
SEALPOST_TTLS sets which dep_key_ttl are tried ("5 60 0" in the long run)."""

import imaplib
import json
import os
import threading
import time
import unittest

from installation import PASSWORD, Installation

TTLS = [int(ttl) for ttl in os.environ.get("SEALPOST_TTLS", "5 0").split()]
ADA, BOB = "ada@example.org", "bob@example.org"
MESSAGES, MAILBOXES = 20, 25


class Session(threading.Thread):
    """Says the same command again and again until the server ends it."""

    def __init__(self, post, name, command):
        super().__init__(daemon=True)
        self.client = imaplib.IMAP4("127.0.0.1", post.imap, timeout=120)
        self.client.login(name, PASSWORD)
        self.client.select("INBOX")
        self.command, self.last, self.ended, self.bye, self.count = command, 0.0, None, "", 0

    def run(self):
        tag = 0
        sock, file = self.client.socket(), self.client.socket().makefile("rb")
        while self.ended is None:
            tag += 1
            sock.sendall(b"t%d %s\r\n" % (tag, self.command))
            while True:
                line = file.readline()
                if line.startswith(b"* BYE") or not line:
                    self.ended, self.bye = time.monotonic(), line.decode()
                    file.close()
                    return self.client.shutdown()
                if b"canary" in line or line.startswith(b"* SEARCH 1"):
                    self.last = time.monotonic()  # something was decrypted for it
                    self.count += 1
                if line.startswith(b"t%d " % tag):
                    break


def settings(ttl):
    """Looking for alerts asks the vaults, too: only at the start."""
    return f"[keys]\ndep_key_ttl = {ttl}\nmailbox_linger = 0\n[alerts]\ninterval = 3600\n"


def unwraps(post):
    """How often the vaults have been asked, as their audit logs say."""
    entries = [entry for vault in post.vaults for entry in
               json.loads(vault.do("audit", "list", "--caller", "sealpost", "--last", "1000000", "--json"))]
    return sum(entry["operation"] == "unwrapKey" for entry in entries)


class Revocation(unittest.TestCase):
    def test_access_ends_within_the_ttl_and_comes_back(self):
        for ttl in TTLS:
            with self.subTest(ttl=ttl), Installation(settings=settings(ttl)) as post:
                self.measure(post, ttl)

    def measure(self, post, ttl):
        for name in (ADA, BOB):
            post.deliver([b"Subject: %d\r\n\r\ncanary %d\r\n" % (n, n) for n in range(MESSAGES)], name)
        commands = {"IDLE": b"IDLE", "FETCH": b"FETCH 1:* BODY.PEEK[TEXT]", "SEARCH": b"SEARCH TEXT canary"}
        sessions = {name: Session(post, ADA, command) for name, command in commands.items()}
        other = Session(post, BOB, commands["FETCH"])
        for session in [*sessions.values(), other]:
            session.start()
        time.sleep(2)
        before, until = unwraps(post), time.monotonic() + ttl + 10
        while unwraps(post) == before:  # revoked just after a confirmation, access lasts longest
            self.assertLess(time.monotonic(), until, "no confirmation")
            time.sleep(0.05)
        self.assertTrue(all(session.ended is None for session in sessions.values()))

        for vault in post.vaults:
            vault.do("key", "disable", "--name", "root")
        revoked = time.monotonic()
        for name, session in sessions.items():
            session.join(ttl + 30)
            self.assertFalse(session.is_alive(), f"the session in {name} goes on")
            self.assertRegex(session.bye, r"^\* BYE \[CONTACTADMIN\]")
        last = max(sessions[name].last for name in ("FETCH", "SEARCH")) - revoked
        ended = max(session.ended for session in sessions.values()) - revoked
        self.assertGreater(sessions["FETCH"].count, 0)
        self.assertGreater(sessions["SEARCH"].count, 0)
        # With a ttl of nothing, open mailboxes are confirmed every second, for two full ones and the one that has begun.
        self.assertLessEqual(last, max(ttl, 3) + 0.5)
        for _ in range(3):
            with self.assertRaisesRegex(imaplib.IMAP4.error, "CONTACTADMIN"):
                post.imap_client(ADA)
        post.deliver([b"Subject: while denied\r\n\r\ncanary\r\n"], ADA)
        self.assertIsNone(other.ended)

        post.vaults[1].do("key", "enable", "--name", "root")
        granted = time.monotonic()
        back = None
        while back is None and time.monotonic() < granted + 60:
            try:
                with post.imap_client(ADA) as client:
                    back = time.monotonic() - granted
                    self.assertEqual(client.select("INBOX")[1], [b"%d" % (MESSAGES + 1)])
            except imaplib.IMAP4.error as error:
                self.assertRegex(str(error), "CONTACTADMIN")
                time.sleep(0.2)
        self.assertIsNotNone(back, "access is not back after a minute")
        self.assertIsNone(other.ended)
        print(f"ttl {ttl} s: last decryption {last:.2f} s after the revocation, last session ended after {ended:.2f} s; "
              f"access back {back:.2f} s after the regrant")


class Questions(unittest.TestCase):
    def setUp(self):
        self.names = [f"member{number}@example.org" for number in range(MAILBOXES)]

    def test_vaults_are_asked_for_a_dep_and_not_for_each_mailbox(self):
        for ttl in TTLS:
            with self.subTest(ttl=ttl), Installation(settings=settings(ttl)) as post:
                for name in self.names:
                    post.create_account(name)
                post.cli("dep", "assign", "customer", *self.names)
                post.restart()
                self.count(post, ttl)

    def count(self, post, ttl):
        began = time.monotonic()
        while post.json("alert", "list")["looked"] is None:
            self.assertLess(time.monotonic() - began, 60)
            time.sleep(0.1)
        before = unwraps(post)
        began, opened = time.monotonic(), 0
        while opened < 2 * MAILBOXES or time.monotonic() < began + 2.5 * ttl:
            name = self.names[opened % MAILBOXES]
            post.deliver([b"Subject: one\r\n\r\nmore\r\n"], name)  # opens it for the system
            with imaplib.IMAP4("127.0.0.1", post.imap, timeout=60) as client:  # and for its user
                client.login(name, PASSWORD)
                client.select("INBOX")
            opened += 1
        asked = unwraps(post) - before
        seconds = time.monotonic() - began
        if ttl > 0:  # a key in use is confirmed in the last eighth, or second, of its time, counted in whole seconds
            self.assertLessEqual(asked, 1 + seconds / (ttl - max(1, ttl // 8) - 1))
        self.assertGreater(asked, 0)
        print(f"ttl {ttl} s: {MAILBOXES} mailboxes of a DEP opened {2 * opened} times in {seconds:.1f} s: "
              f"{asked} questions to its vaults")


if __name__ == "__main__":
    unittest.main(verbosity=2)
