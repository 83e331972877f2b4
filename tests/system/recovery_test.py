"""Roots that are gone. Both deleted and purged, or their vaults destroyed: a new DEP, and mailboxes assigned to it by way
of the availability key. One brought back from its backup, into a vault made with the same master key: all is as it was."""

import imaplib
import shutil
import subprocess
import sys
import time
import unittest
from pathlib import Path

from installation import PROGRAMS, Installation, run

READER = Path(__file__).parents[1] / "reader/read_store.py"
ADA = "ada@example.org"


class Recovery(unittest.TestCase):
    sent = 0

    def start(self, **options):
        self.post = self.enterContext(Installation(settings="[keys]\ndep_key_ttl = 2\n", **options))
        self.send(20)

    def send(self, count):
        self.post.deliver([b"Subject: %d\r\n\r\nnumber %d\r\n" % (n, n) for n in range(self.sent, self.sent + count)], ADA)
        self.sent += count

    def read(self):
        """The numbers of all messages, in order; none while they are not to be had."""
        with self.post.imap_client(ADA) as client:
            answer, said = client.select("INBOX", readonly=True)
            if answer != "OK":  # the machine is slow; a client would come back
                print("SELECT:", answer, said)
                self.assertIn(b"[UNAVAILABLE]", said[0])
                return None
            parts = client.fetch("1:*", "(BODY.PEEK[TEXT])")[1]
            return [int(part[1].split()[1]) for part in parts if isinstance(part, tuple)]

    def check(self, *vaults, by):
        """All is read, by IMAP and by the independent reader with these vaults alone."""
        self.until(lambda: self.read() == list(range(self.sent)))
        options = [part for v in vaults for part in ("--vault", v.url, "--ca", v.ca, "--token", v.token_file)]
        run(sys.executable, "-B", READER, "--data", self.post.data, "--service-keys", self.post.service_keys,
            *options, "--by", by, "check")

    def until(self, true, seconds=60):
        end = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), end, "waited in vain")
            time.sleep(0.1)

    def refused(self, code):
        """Login answers so."""
        try:
            self.post.imap_client(ADA).logout()
        except imaplib.IMAP4.error as error:
            return code in str(error)
        return False

    def back(self):
        try:
            self.post.imap_client(ADA).logout()
        except imaplib.IMAP4.error as error:
            self.assertRegex(str(error), "CONTACTADMIN|UNAVAILABLE")
            return False
        return True

    def under(self, dep):
        return sum(each["mailboxes"] for each in self.post.json("dep", "progress")["versions"] if each["dep"] == dep)

    def move_to_a_new_dep(self):
        post = self.post
        before = post.json("dep", "show", "customer")
        self.assertEqual(self.under("customer"), 1)
        c, d = post.add_vaults("vault-c", "vault-d")
        post.cli("dep", "create", "second", "--root-a", c.kid, "--root-b", d.kid)
        answer = post.json("dep", "assign", "second", ADA)
        self.assertEqual([each["account"] for each in answer["mailboxes"]], [ADA])
        self.until(lambda: post.json("dep", "progress")["toBeMoved"] == 0)
        self.assertEqual(post.json("mailbox", "show", ADA)["dep"], "second")
        self.assertEqual(self.under("customer"), 0)
        key = post.service_keys / f"availability-{before['id']}.key"
        self.assertTrue(key.exists())
        post.cli("dep", "remove", "customer")
        self.assertFalse(key.exists())
        self.assertEqual([dep["name"] for dep in post.json("dep", "list")["deps"]], ["managed", "second"])
        self.send(3)
        self.check(c, d, by="a")
        self.check(c, d, by="b")
        post.restart()  # and not from memory
        self.check(c, d, by="availability")
        self.assertGreater(len(post.json("audit", "list", "--type", "69")["records"]), 0)  # each use is on record

    def test_both_roots_deleted_and_purged(self):
        self.start(vault_options=("--no-purge-protection",))
        for vault in self.post.vaults:
            vault.do("key", "delete", "--name", "root")
            vault.do("key", "purge", "--name", "root")
        self.until(lambda: self.refused("CONTACTADMIN"))
        self.send(10)  # is taken all the while
        self.move_to_a_new_dep()

    def test_both_vaults_destroyed(self):
        self.start()
        for vault in self.post.vaults:
            vault.stop()
            shutil.rmtree(vault.directory)
        time.sleep(3)  # longer than a key stays in memory
        self.send(10)
        self.assertEqual(self.read(), list(range(self.sent)))  # as in an outage
        self.move_to_a_new_dep()

    def test_a_root_from_its_backup_opens_old_mailboxes(self):
        self.start()
        post, (a, b) = self.post, self.post.vaults
        post.cli("dep", "create", "alone", "--root-a", a.kid, "--root-b", b.kid, "--no-availability-key")
        post.cli("dep", "assign", "alone", ADA)
        self.until(lambda: post.json("mailbox", "show", ADA)["dep"] == "alone")
        a.do("key", "rotate", "--name", "root")  # the backup has all versions
        a.do("key", "backup", "--name", "root", "--out", post.root / "root.backup")
        shutil.copy(a.directory / "master.key", post.root / "master.key")
        for vault in (a, b):
            vault.stop()
            shutil.rmtree(vault.directory)
        self.until(lambda: self.refused("UNAVAILABLE"))
        self.send(10)
        post.restart()
        self.assertTrue(self.refused("UNAVAILABLE"))
        self.send(10)

        a.make("--master-key", post.root / "master.key")
        a.start()
        post.restart()  # it reads a vault's certificate at its start
        self.assertFalse(self.back())  # an empty vault opens nothing
        a.do("key", "restore", "--in", post.root / "root.backup")
        began = time.monotonic()
        self.until(self.back)
        print(f"access back {time.monotonic() - began:.1f} s after the root came back from its backup")
        self.check(a, by="a")
        done = subprocess.run([PROGRAMS / "sealpost", "dep", "test", "alone", "--socket", post.socket],
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 1, done)  # root B is still gone, and that is said
        self.assertIn(b.url.encode(), done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
