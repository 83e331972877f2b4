"""Mail for a mailbox whose key nobody can have: both vaults are down, the server has just started, and the DEP has no
availability key. All of it is accepted over LMTP, none is readable on the disk, and all is there, in order, once a vault
answers. SEALPOST_ARRIVALS sets how many messages (10000 in the long run)."""

import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

from installation import Installation

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "examiner"))

from canaries import needles  # noqa: E402

MESSAGES = int(os.environ.get("SEALPOST_ARRIVALS", "1000"))
READER = pathlib.Path(__file__).resolve().parents[1] / "reader/read_store.py"
ADA = "ada@example.org"
CANARY = b"QuartzLighthouse"
NEEDLES = needles([CANARY.decode()])


def message(number):
    return b"From: x@example.net\r\nSubject: number %d\r\n\r\n%s %d\r\n" % (number, CANARY, number)


def octets_below(directory):
    for path in directory.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


class Arrivals(unittest.TestCase):
    def setUp(self):
        self.post = self.enterContext(Installation(settings="[keys]\ndep_key_ttl = 5\n"))
        a, b = (vault.kid for vault in self.post.vaults)
        self.post.cli("dep", "create", "alone", "--root-a", a, "--root-b", b, "--no-availability-key")
        self.post.cli("dep", "assign", "alone", ADA)

    def cut_off(self):
        """As after a start with no vault to ask."""
        self.post.stop()
        for vault in self.post.vaults:
            vault.stop()
        self.post.start()

    def numbers(self, client):
        answer, (count,) = client.select("INBOX", readonly=True)
        self.assertEqual(answer, "OK")
        if count == b"0":
            return []
        parts = client.fetch("1:*", "(BODY.PEEK[TEXT])")[1]
        return [int(part[1].split()[1]) for part in parts if isinstance(part, tuple)]

    def reader(self, *command):
        vaults = [a for v in self.post.vaults for a in ("--vault", v.url, "--ca", v.ca, "--token", v.token_file)]
        done = subprocess.run([sys.executable, "-B", READER, "--data", self.post.data, "--service-keys",
                               self.post.service_keys, *vaults, *command], capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_all_are_taken_none_is_readable_and_all_come_back_in_order(self):
        self.post.deliver([message(0)], ADA)
        self.cut_off()
        began = time.monotonic()
        self.post.deliver([message(number) for number in range(1, MESSAGES)], ADA)
        taken = time.monotonic() - began
        self.post.deliver([message(7)], "bob@example.org")  # another DEP goes on
        with self.post.imap_client("bob@example.org") as bob:
            self.assertEqual(self.numbers(bob), [7])
        with self.assertRaisesRegex(Exception, "UNAVAILABLE"):
            self.post.imap_client(ADA)

        self.post.kill()
        for path, octets in octets_below(self.post.root):
            self.assertIsNone(NEEDLES.search(octets), path)
        self.post.vaults[0].start()
        listed = [json.loads(line) for line in self.reader("list").splitlines()]
        waiting = [line for line in listed if line["kind"] == "arrival"]
        self.assertEqual([line["account"] for line in waiting], [ADA] * (MESSAGES - 1))
        self.reader("check")
        self.post.vaults[0].stop()

        self.post.start()
        self.post.deliver([message(MESSAGES)], ADA)
        self.post.vaults[0].start()
        began = time.monotonic()
        client = self.logged_in(began + 60)
        back = time.monotonic() - began
        numbers = []
        while len(numbers) <= MESSAGES and time.monotonic() < began + 600:
            time.sleep(0.1)
            numbers = self.numbers(client)
            self.assertEqual(numbers, list(range(len(numbers))))
        self.assertEqual(numbers, list(range(MESSAGES + 1)))
        print(f"{MESSAGES} messages: taken in {taken:.1f} s; access back {back:.1f} s after a vault, "
              f"all filed after {time.monotonic() - began:.1f} s")
        client.logout()
        self.assertEqual([line for line in self.reader("list").splitlines() if '"arrival"' in line], [])

    def logged_in(self, until):
        while True:
            try:
                return self.post.imap_client(ADA)
            except Exception as error:
                if "UNAVAILABLE" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
