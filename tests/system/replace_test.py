"""REPLACE, CATENATE and BINARY with the built server over TLS: a kill leaves one draft, the old one or the new."""

import random
import threading
import unittest

from installation import Installation

ROUNDS = 8


def draft(n, size=200_000):
    return f"Subject: draft {n}\r\n\r\n".encode() + random.Random(n).randbytes(size // 2).hex().encode() + b"\r\n"


def command(client, line, *literals):
    """Line and literals in turn, as the last of them; what came untagged is in client.untagged_responses."""
    tag = client._new_tag()
    client.send(tag + b" " + line + b"".join(b" ~{%d+}\r\n%s" % (len(each), each) for each in literals) + b"\r\n")
    return client._command_complete(line.split()[0].decode(), tag)


class Replace(unittest.TestCase):
    def setUp(self):
        self.post = Installation(vaults=False).__enter__()
        self.addCleanup(self.post.__exit__)

    def drafts(self):
        with self.post.imap_client("bob@example.org") as client:
            client.select("Drafts", readonly=True)
            found = client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]
            return [raw for _, raw in (one for one in found if isinstance(one, tuple))]

    def test_a_killed_replace_is_done_or_not(self):
        with self.post.imap_client("bob@example.org") as client:
            client.append("Drafts", None, None, draft(0))
        kept = 0
        chance = random.Random(8508)
        for n in range(1, ROUNDS + 1):
            client = self.post.imap_client("bob@example.org")
            client.select("Drafts")
            killer = threading.Timer(chance.uniform(0, 0.15), self.post.kill)
            killer.start()
            told, at = kept, n * 1000
            try:
                while True:
                    if command(client, b"REPLACE 1 Drafts", draft(at))[0] == "OK":
                        told = at
                    at += 1
            except (OSError, client.abort):
                killer.join()
                client.shutdown()
            self.post.start()
            left = self.drafts()
            self.assertEqual(len(left), 1)
            self.assertIn(left[0], [draft(told), draft(at)], "what was told is there, or what came after it")
            kept = told if left[0] == draft(told) else at

    def test_a_draft_gets_a_big_part_of_another_message(self):
        big = b"Content-Type: application/zip\r\nContent-Transfer-Encoding: binary\r\n\r\n" + bytes(range(256)) * 40_000
        with self.post.imap_client("bob@example.org") as client:
            self.assertEqual(command(client, b"APPEND Archive", big)[0], "OK")
            head = b"Subject: with it\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
            line = b"APPEND Drafts CATENATE (TEXT {%d+}\r\n%s URL \"/Archive/;UID=1\" TEXT {7+}\r\n\r\n--b--)" % (len(head), head)
            self.assertEqual(command(client, line)[0], "OK")
            client.select("Drafts")
            found = client.fetch("1", "(BINARY.SIZE[1] BINARY.PEEK[1]<10000000.240000> BODY.PEEK[])")[1]
            octets = [raw for _, raw in (one for one in found if isinstance(one, tuple))]
            self.assertIn(b"BINARY.SIZE[1] 10240000 BINARY[1]<10000000> ~{240000}", found[0][0])
            self.assertEqual(octets, [big[-240_000:], head + big + b"\r\n--b--"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
