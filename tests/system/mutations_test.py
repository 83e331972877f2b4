"""Rows of a stopped data directory are changed at random, and the real server serves what is left: never wrong content, never
a crash, what is damaged is told as `corrupt` with its name, and the rest is served. SEALPOST_MUTATIONS sets how many,
SEALPOST_SEED which."""

import contextlib
import hashlib
import imaplib
import os
import random
import re
import shutil
import sys
import time
import unittest
from pathlib import Path

from installation import Installation, end

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examiner"))

from mutations import ALL, Database, Mutator  # noqa: E402

MUTATIONS = int(os.environ.get("SEALPOST_MUTATIONS", "100"))
SEED = int(os.environ.get("SEALPOST_SEED", str(time.time_ns())))
AT_ONCE = 10
KINDS = ("flip", "cut", "swap", "copy", "renumber", "remove", "roll_back")
NAMES = [f"user{n}@example.org" for n in range(6)]
FOLDERS = ("INBOX", "Archive", "plans")
VERSIONED = ("mailbox", "folder", "folder_block", "root", "annotation")  # an older row of these is noticed


def message(n):
    size = (200, 900, 9_000, 150_000)[n % 4 if n % 12 == 3 else n % 3]
    return b"From: x@example.net\r\nSubject: subject-%d-\r\n\r\n" % n + (b"content of %d\r\n" % n) * (size // 14)


class Served:
    """What a client gets of an account: {(folder, uid): hash}; why the rest did not come."""

    def __init__(self, post, name, wrong):
        self.messages, self.refused, self.wrong = {}, [], wrong
        try:
            client = post.imap_client(name)
        except (imaplib.IMAP4.error, OSError) as error:
            self.refused.append(f"login: {error}")
            return
        with contextlib.suppress(OSError):
            for folder in FOLDERS:
                self.read(client, folder)
            client.logout()

    def read(self, client, folder):
        answer, said = client.select(folder, readonly=True)
        if answer != "OK":
            self.refused.append(f"{folder}: {said}")
            return
        answer, said = client.uid("FETCH", "1:*", "(ENVELOPE BODY.PEEK[])")
        parts = said if answer == "OK" else client.untagged_responses.pop("FETCH", [])
        if answer != "OK":
            self.refused.append(f"{folder}: {said}")
        for part in parts:
            if isinstance(part, tuple) and b"BODY[]" in part[0]:
                uid = int(re.search(rb"UID (\d+)", part[0])[1])
                self.messages[folder, uid] = hashlib.sha256(part[1]).hexdigest()
                subject = re.search(rb"Subject: (subject-\d+-)", part[1])
                if b"ENVELOPE" in part[0] and not (subject and subject[1] in part[0]):
                    self.wrong.append(f"the envelope of {folder} {uid} is not its own")


class Mutations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.post = cls.enterClassContext(Installation(vaults=False, settings="[storage]\ndatabases = 2\n"))
        cls.random = random.Random(SEED)
        for n, name in enumerate(NAMES):
            cls.post.create_account(name)
            cls.post.deliver([message(100 * n + m) for m in range(16)], name)
            cls.arrange(name, n)
        cls.earlier = cls.stored("earlier")
        cls.ever = cls.expected
        for n, name in enumerate(NAMES):
            cls.change(name, n)
        cls.base = cls.stored("base")
        cls.ever = {name: cls.ever[name] | cls.expected[name] for name in NAMES}  # no UID comes twice
        cls.mailboxes = {row["account"]: row["id"] for row in cls.accounts}

    @classmethod
    def stored(cls, name):
        cls.accounts = cls.post.json("mailbox", "list")["mailboxes"]
        wrong = []
        cls.expected = {name: Served(cls.post, name, wrong).messages for name in NAMES}
        assert not wrong, wrong
        cls.post.stop()
        shutil.copytree(cls.post.data, cls.post.root / name)
        shutil.copytree(cls.post.service_keys, cls.post.root / f"{name}-keys")
        cls.post.start()
        return cls.post.root / name

    @classmethod
    def arrange(cls, name, n):
        with cls.post.imap_client(name) as client:
            client.create("plans")
            client.select("INBOX")
            client.copy("1:5", "plans")
            client.store("2:4", "+FLAGS", r"(\Seen)")
            client.append("Archive", None, None, message(100 * n + 50))

    @classmethod
    def change(cls, name, n):
        cls.post.deliver([message(100 * n + m) for m in range(20, 24)], name)
        with cls.post.imap_client(name) as client:
            client.select("INBOX")
            client.store("1,3", "+FLAGS", r"(\Deleted \Flagged)")
            client.expunge()
            client.copy("4:6", "Archive")

    def put_back(self):
        for name, target in (("base", self.post.data), ("base-keys", self.post.service_keys)):
            shutil.rmtree(target)
            shutil.copytree(self.post.root / name, target)

    def mutated(self):
        """(descriptions, harms) of some changes."""
        paths = sorted(p.relative_to(self.base) for p in self.base.rglob("*.db"))
        databases = [Database(self.post.data / path, self.earlier / path, str(path)) for path in paths]
        try:
            done = [Mutator(databases, self.random).mutate(KINDS) for _ in range(AT_ONCE)]
        finally:
            for database in databases:
                database.close()
        return [what for what, _ in done], {harm for _, harms in done for harm in harms}

    def test_nothing_wrong_is_served(self):
        for part in range(max(1, MUTATIONS // AT_ONCE)):
            end(self.post.process)
            self.put_back()
            done, harms = self.mutated()
            with self.subTest(seed=SEED, part=part, done=done):
                log, served = self.serve(harms)
                for what in done:
                    self.roll_back_is_noticed(what, log, served)

    def roll_back_is_noticed(self, what, log, served):
        """`what` is "roll back DATABASE TABLE ROW MAILBOX". Where nobody could log in, nothing of the mailbox was read."""
        words = what.split()
        name = next((name for name, mailbox in self.mailboxes.items() if words[-1] == str(mailbox)), None)
        if words[:2] != ["roll", "back"] or not words[2].startswith("mail/") or words[3] not in VERSIONED or name not in served:
            return
        if not any(why.startswith("login: ") for why in served[name].refused):
            self.assertRegex(log, rf" (corrupt|rolled_back) .*mailbox={words[-1]}\b", what)

    def serve(self, harms):
        before = self.post.log.stat().st_size
        self.post.start()
        wrong = []
        served = {name: Served(self.post, name, wrong) for name in NAMES}
        log = self.post.log.read_bytes()[before:].decode(errors="replace")
        self.assertIsNone(self.post.process.poll(), "the server has ended")
        for name in NAMES:
            for where, found in served[name].messages.items():
                self.assertEqual(found, self.ever[name].get(where), f"{name} {where}")
        self.assertEqual(wrong, [])
        for name in NAMES:
            self.rest_is_there(name, served[name], harms, log)
        return log, served

    def rest_is_there(self, name, served, harms, log):
        mailbox, missing = self.mailboxes[name], set(self.expected[name]) - set(served.messages)
        mine = [harm for harm in harms if harm.mailbox in (mailbox, ALL)]
        if not mine:
            self.assertEqual((missing, served.refused), (set(), []), f"{name} was not touched")
        elif missing and all(harm.message for harm in mine):
            lost = {self.expected[name][where] for where in missing}
            self.assertLessEqual(len(lost), len(mine), f"{name}: more than what was touched is gone")
            self.assertTrue(served.refused, f"{name}: messages are missing, and nobody was told")
            self.assertRegex(log, rf" (corrupt|rolled_back) .*(mailbox={mailbox}|row=({'|'.join(str(h.message) for h in mine)})\b)")


if __name__ == "__main__":
    print(f"seed {SEED}")
    unittest.main(verbosity=2)
