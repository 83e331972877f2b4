"""The life of DEPs and mailbox keys through the real programs: assigned by name, file and pattern, tenant-wide,
rotated at every level; mail is read at every step, by IMAP and by the independent reader."""

import json
import os
import subprocess
import sys
import time
import unittest
from pathlib import Path

from installation import PROGRAMS, Installation, free_port, run

READER = Path(__file__).parents[1] / "reader/read_store.py"
ADA, BOB, EVE = (f"{name}@example.org" for name in ("ada", "bob", "eve"))


def message(n, size=200):
    return f"Subject: message {n}\r\n\r\n{'x' * size} {n}\r\n".encode()


class Deps(unittest.TestCase):
    def setUp(self):
        self.post = self.enterContext(Installation())
        self.sent = {ADA: [], BOB: []}
        for name in (ADA, BOB):
            self.send(name, 3)

    def send(self, name, count, size=200):
        first = len(self.sent[name])
        messages = [message(n, size) for n in range(first, first + count)]
        self.post.deliver(messages, to=name)
        self.sent[name] += messages

    def check(self, *names):
        """Every message of theirs is read, by IMAP and by the reader."""
        for name in names or self.sent:
            with self.post.imap_client(name) as client:
                client.select("INBOX", readonly=True)
                parts = client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]
                got = [part[1] for part in parts if isinstance(part, tuple)]
            self.assertEqual(len(got), len(self.sent[name]))
            for octets, sent in zip(got, self.sent[name]):
                self.assertTrue(octets.endswith(sent.split(b"\r\n\r\n", 1)[1]))
        self.reader("check", by="availability")

    def reader(self, *command, by):
        command = [sys.executable, "-B", READER, "--data", self.post.data, "--service-keys", self.post.service_keys,
                   "--by", by, *command]
        return json.loads(run(*command))

    def fails(self, code, *arguments):
        done = subprocess.run([PROGRAMS / "sealpost", *map(str, arguments), "--socket", self.post.socket],
                              capture_output=True, timeout=120)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr.decode()

    def mailbox(self, name):
        return self.post.json("mailbox", "show", name)

    def wait(self, true, seconds=60):
        until = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), until, "waited in vain")
            time.sleep(0.05)

    def swept(self):
        self.wait(lambda: self.post.json("dep", "progress")["toBeMoved"] == 0)

    def new_version(self, vault):
        vault.do("key", "create", "--name", "root", "--size", "2048")

    def test_who_is_under_what(self):
        post = self.post
        post.create_account(EVE)
        post.cli("dep", "create", "tenant", "--root-a", post.vaults[0].kid, "--root-b", post.vaults[1].kid)
        before = self.mailbox(BOB)
        seen = post.json("dep", "set-tenant-wide", "tenant", "--dry-run")
        self.assertEqual(({m["account"] for m in seen["mailboxes"]}, seen["dryRun"]), ({BOB, EVE}, True))
        self.assertEqual(self.mailbox(BOB), before)
        post.cli("dep", "set-tenant-wide", "tenant")
        self.swept()
        self.assertEqual([self.mailbox(name)["dep"] for name in (ADA, BOB, EVE)], ["customer", "tenant", "tenant"])
        names = post.root / "names"
        for content, why in (("# nobody\n", "names no account"), (f"{BOB}\n\0\n", "line 2"), (f"{BOB}\nx@y.example\n", "no such")):
            names.write_text(content)
            self.assertIn(why, self.fails(3 if "no such" in why else 2, "dep", "assign", "customer", "--file", names))
        self.fails(3, "dep", "assign", "customer", "--file", post.root)
        self.assertEqual(self.mailbox(BOB)["dep"], "tenant")
        names.write_text(f"# all\n{BOB}\n\n{EVE}\r\n{BOB}\n")
        self.assertEqual(len(post.json("dep", "assign", "customer", "--file", names)["mailboxes"]), 2)
        self.assertEqual({m["dep"] for m in post.json("mailbox", "list")["mailboxes"]}, {"customer"})
        self.assertIn("customer", self.fails(1, "dep", "remove", "customer"))
        self.fails(3, "dep", "unassign", "--pattern", "*@example.com")
        answer = post.json("dep", "unassign", "--pattern", "*@EXAMPLE.org")
        self.assertEqual({m["targetDep"] for m in answer["mailboxes"]}, {"tenant"})  # where they went is said
        self.fails(2, "dep", "unassign", ADA)
        self.swept()
        post.cli("dep", "clear-tenant-wide")
        self.swept()
        self.assertEqual({m["dep"] for m in post.json("mailbox", "list")["mailboxes"]}, {"managed"})
        post.cli("dep", "remove", "customer", "--dry-run")
        post.cli("dep", "remove", "customer")
        self.fails(3, "dep", "show", "customer")
        self.fails(2, "dep", "remove", "managed")
        self.check()

    def test_rotation_at_every_level(self):
        post = self.post
        first = self.mailbox(ADA)["dataEncryptionPolicyId"]
        for vault in post.vaults:
            self.new_version(vault)
        self.assertTrue(all(root["newer"] for root in post.json("dep", "roots", "customer")["roots"]))
        preview = post.json("dep", "refresh", "customer", "--dry-run")
        self.assertEqual([m["account"] for m in preview["mailboxes"]], [ADA])
        post.cli("dep", "refresh", "customer")
        self.wait(lambda: self.mailbox(ADA)["dataEncryptionPolicyId"] != first)
        self.wait(lambda: len(post.json("dep", "show", "customer")["versions"]) == 1)
        self.assertFalse(any(root["newer"] for root in post.json("dep", "roots", "customer")["roots"]))
        self.check()
        post.cli("dep", "roll-key", "customer")
        post.cli("dep", "roll-key", "managed")
        self.swept()
        self.check()
        post.cli("dep", "roll-availability-key", "--all")
        self.assertTrue((post.service_keys / "availability-2-2.key").exists())
        self.assertFalse((post.service_keys / "availability-2.key").exists())
        self.check()
        self.assertIn("unknown", self.fails(6, "dep", "replace-root", "customer", "--slot", "b", "--root",
                                            f"https://127.0.0.1:{free_port()}/keys/root"))
        third, = post.add_vaults("vault-c")
        post.cli("dep", "replace-root", "customer", "--slot", "b", "--root", third.kid)
        self.swept()
        post.vaults[1].stop()
        post.cli("dep", "test", "customer")
        self.check()

    def test_a_mailbox_key_is_changed_under_a_session_and_through_kills(self):
        post = self.post
        self.send(ADA, 40, 100_000)
        with post.imap_client() as client:
            client.select("INBOX")
            post.cli("mailbox", "rotate-key", ADA, "--watch")
            self.assertEqual(client.uid("FETCH", "1", "(BODY.PEEK[])")[0], "OK")
            self.assertEqual(client.uid("STORE", "1", "+FLAGS", r"(\Flagged)")[0], "OK")
        self.assertEqual((self.mailbox(ADA)["keyEpoch"], self.mailbox(ADA)["keyChanging"]), (2, False))
        self.check()
        post.cli("mailbox", "rotate-key", ADA, "--new-message-keys")
        cut = 0
        for n in range(6):
            changing = self.mailbox(ADA)["keyChanging"]
            post.kill()
            cut += changing
            self.reader("check", by="availability")  # as it was left
            post.start()
            self.send(ADA, 1)
            self.check(ADA)
            if not self.mailbox(ADA)["keyChanging"]:
                post.cli("mailbox", "rotate-key", ADA, *(["--new-message-keys"] if n % 2 else []))
        self.assertGreater(cut, 0)
        self.wait(lambda: not self.mailbox(ADA)["keyChanging"], 120)
        self.assertEqual(post.json("mailbox", "rotations"), {"rotations": []})
        self.check()

    def test_a_sweep_that_is_killed_goes_on(self):
        post = self.post
        for n in range(40):
            post.create_account(f"user{n}@example.org")
        post.cli("dep", "set-tenant-wide", "customer")
        post.kill()
        post.start()
        self.swept()
        counts = {v["dep"]: v["mailboxes"] for v in post.json("dep", "progress")["versions"]}
        self.assertEqual(counts, {"managed": 0, "customer": 42})
        self.check()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    unittest.main(verbosity=2)
