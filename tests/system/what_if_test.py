"""`sealpost what-if` against a whole installation: what it foretells, and what then happens."""

import subprocess
import time
import unittest

from installation import PROGRAMS, Installation, run

ADA, BOB = "ada@example.org", "bob@example.org"


class WhatIf(unittest.TestCase):
    def setUp(self):
        self.post = self.enterContext(Installation(settings="[keys]\ndep_key_ttl = 2\n"))
        self.a, self.b = self.post.vaults

    def what_if(self, what, *of):
        before = self.post.json("audit", "verify")["records"]
        answer = self.post.json("what-if", what, *of)
        self.assertEqual(self.post.json("audit", "verify")["records"], before)  # nothing was changed
        return answer

    def fates(self, answer):
        return {each["account"]: (each["users"], each["system"]) for each in answer["mailboxes"]}

    def fails(self, code, *arguments):
        done = subprocess.run([PROGRAMS / "sealpost", *map(str, arguments), "--socket", self.post.socket],
                              capture_output=True, timeout=120)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr.decode()

    def test_one_root_is_enough_and_both_are_not(self):
        post = self.post
        for what in ("revoke", "disable", "delete"):
            self.assertEqual(self.fates(self.what_if(what, self.a.kid)), {}, what)
            answer = self.what_if(what, self.a.kid, self.b.kid)
            self.assertEqual(self.fates(answer), {ADA: ("denied", "by availability key")}, what)
            self.assertEqual((answer["unreadableForUsers"], answer["unreadableForSystem"]), (1, 0))
            self.assertIn("destroys nothing", answer["warning"])
        self.assertEqual(self.fates(self.what_if("revoke", "customer")), {ADA: ("denied", "by availability key")})
        self.assertEqual(self.fates(self.what_if("outage", self.a.url)), {})
        answer = self.what_if("outage", self.a.url, self.b.url + "/")
        self.assertEqual(self.fates(answer), {ADA: ("unavailable", "by availability key")})
        self.assertGreater(answer["mailboxes"][0]["usersBy"], time.strftime("%Y-%m-%dT", time.gmtime(time.time() + 2 * 86400)))
        text = post.cli("what-if", "revoke", "customer")
        for part in (ADA, "denied", "unreadable for users: 1, for the service: 0", "undo: allow get, wrapKey"):
            self.assertIn(part, text)

        for vault in (self.a, self.b):  # and so it is
            vault.stop()
            run(PROGRAMS / "vault/sealvault", "key", "disable", "--dir", vault.directory, "--name", "root")
            vault.start()
        until = time.monotonic() + 60
        while True:
            try:
                post.imap_client().logout()
            except Exception as error:
                self.assertIn("CONTACTADMIN", str(error))
                break
            self.assertLess(time.monotonic(), until)
            time.sleep(0.2)
        post.imap_client(BOB).logout()
        post.deliver([b"Subject: still\r\n\r\ndelivered\r\n"], to=ADA)
        self.assertEqual(self.fates(self.what_if("revoke", self.a.kid)), {})  # it is no worse than now

    def test_what_would_be_refused_or_harms_nobody(self):
        post = self.post
        self.assertIn("DEP customer is not removed: 1 mailboxes", self.what_if("delete", "customer")["refused"])
        self.assertIn("no new mailboxes", self.what_if("disable", "customer")["note"])
        answer = self.what_if("rotate", "customer")
        self.assertEqual((self.fates(answer), answer["refused"]), ({}, ""))
        self.assertIn("1 mailboxes need them", answer["note"])
        answer = self.what_if("unassign", ADA)
        self.assertEqual((self.fates(answer), answer["note"]), ({}, "they would go to DEP managed"))
        self.assertNotEqual(self.what_if("unassign", BOB)["refused"], "")
        self.fails(3, "what-if", "revoke", "https://127.0.0.1:1/keys/none")
        self.fails(3, "what-if", "revoke", "nobody")
        self.fails(3, "what-if", "unassign", "nobody@example.org")
        self.fails(2, "what-if", "revoke")
        self.fails(2, "what-if", "outage", "ftp://x")
        post.cli("dep", "create", "bare", "--root-a", self.a.kid, "--root-b", self.b.kid, "--no-availability-key")
        post.cli("dep", "assign", "bare", BOB)
        self.assertEqual(self.fates(self.what_if("revoke", "bare")),  # and whoever else is under the same keys
                         {ADA: ("denied", "by availability key"), BOB: ("denied", "denied")})


if __name__ == "__main__":
    unittest.main(verbosity=2)
