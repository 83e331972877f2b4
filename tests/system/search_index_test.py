"""The search index from outside: `sealpost search` tells what there is, answers are the same with it, while it is made, and where its
file is damaged or cannot be opened; it comes back by itself."""

import shutil
import time
import unittest

from installation import Installation

ADA = "ada@example.org"
COUNT = 140
NEEDLES = ["needle7end", "common", "ver 12 ", "nowhere", "ÉCLAIR 30", "om"]


def letter(n):
    return (f"Subject: letter {n}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            f"needle{n}end in common, over {n} éclair {n}\r\n").encode()


def holds(n, needle):
    text = f"needle{n}end in common, over {n} éclair {n}"
    return needle.lower() in text


class SearchIndex(unittest.TestCase):
    def setUp(self):
        self.post = self.enterContext(Installation())
        self.client = None
        self.addCleanup(lambda: self.client.shutdown())

    def open_mailbox(self):
        if self.client:
            self.client.shutdown()
        self.client = self.post.imap_client(ADA)
        self.client.select("INBOX")

    def index(self):
        return self.post.json("search", "status", ADA)

    def until_covered(self, uids):
        end = time.monotonic() + 60
        while True:
            now = self.index()
            if now["covered"] == uids and now["upToDate"]:
                return
            self.assertLess(time.monotonic(), end, now)
            time.sleep(0.2)

    def check_answers(self, there):
        for needle in NEEDLES:
            with self.subTest(needle):
                self.client.literal = needle.encode()
                found = self.client.uid("SEARCH", "CHARSET", "UTF-8", "BODY")[1][0]
                self.assertEqual([int(uid) for uid in found.split()], [n for n in there if holds(n, needle)])

    def deliver(self, first, count):
        self.post.deliver([letter(n) for n in range(first, first + count)], ADA)

    def test_answers_are_the_same(self):
        there = list(range(1, COUNT + 1))
        self.deliver(1, COUNT)
        self.open_mailbox()
        self.check_answers(there)
        self.until_covered(128)
        self.check_answers(there)
        self.client.uid("STORE", "7,130:135", "+FLAGS.SILENT", "\\Deleted")
        self.client.expunge()
        there = [n for n in there if n != 7 and not 130 <= n <= 135]
        self.check_answers(there)
        self.deliver(COUNT + 1, 120)
        there += range(COUNT + 1, COUNT + 121)
        self.client.noop()
        self.until_covered(256)
        self.check_answers(there)
        self.post.kill()
        self.post.start()
        self.open_mailbox()
        self.check_answers(there)
        self.post.cli("search", "rebuild", ADA)
        self.check_answers(there)
        self.until_covered(256)

    def test_a_file_in_the_way(self):
        there = list(range(1, COUNT + 1))
        self.deliver(1, COUNT)
        self.post.stop()
        files = list((self.post.data / "mail").glob("*/search.db"))
        for file in files:
            file.unlink()
            (file / "in the way").mkdir(parents=True)
        self.post.start()
        self.open_mailbox()
        self.check_answers(there)
        self.deliver(COUNT + 1, 1)
        self.assertEqual(self.index()["covered"], 0)
        self.assertIn("search_index.closed", self.post.log.read_text())
        for file in files:
            shutil.rmtree(file)
        self.until_covered(128)
        self.check_answers(there + [COUNT + 1])
        rows = {row["account"]: row["covered"] for row in self.post.json("search", "status")["mailboxes"]}
        self.assertEqual(rows, {ADA: 128, "bob@example.org": 0})
        with self.assertRaisesRegex(AssertionError, "nobody@example.org"):
            self.post.cli("search", "status", "nobody@example.org")


if __name__ == "__main__":
    unittest.main(verbosity=2)
