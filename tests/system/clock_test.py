"""The wall clock of a running server is set by a day, back and forth: what a DEP key serves, and for how long after its roots
were taken away, is counted by another clock."""

import time
import unittest

from installation import PROGRAMS, run
from set_clock import SetClock

TTL = 4
PATIENCE = 30  # on a slow machine


class Installed(SetClock):
    def set_enabled(self, how):
        for vault in self.vaults:
            run(PROGRAMS / "vault/sealvault", "key", how, "--dir", vault.directory, "--name", "root")


class Clock(unittest.TestCase):
    def reads(self, client):
        try:
            return client.fetch("1", "(BODY.PEEK[TEXT])")[0] == "OK"
        except Exception:  # NO, or BYE
            return False

    def test_a_day_back_or_forth_changes_nothing(self):
        for offset in (-86400, 86400):
            with self.subTest(offset), Installed(settings=f"[keys]\ndep_key_ttl = {TTL}\n") as post:
                post.deliver([b"Subject: x\r\n\r\nread me\r\n"])
                client = post.imap_client()
                client.select("INBOX")
                self.assertTrue(self.reads(client))
                post.set_clock(offset)
                for _ in range(TTL + 2):  # and confirmed meanwhile
                    self.assertTrue(self.reads(client))
                    time.sleep(1)
                post.set_enabled("disable")
                revoked = time.monotonic()
                while self.reads(client):
                    self.assertLess(time.monotonic(), revoked + TTL + PATIENCE)
                    time.sleep(0.2)
                with self.assertRaisesRegex(Exception, "CONTACTADMIN"):
                    post.imap_client()
                post.set_enabled("enable")
                regranted = time.monotonic()
                while True:
                    try:
                        post.imap_client().logout()
                        break
                    except Exception as error:
                        self.assertIn("CONTACTADMIN", str(error))
                    self.assertLess(time.monotonic(), regranted + 60)
                    time.sleep(0.5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
