"""The guided tour runs through, with nobody at the keyboard, against an installation like that of server/run."""

import os
import re
import subprocess
import unittest
from pathlib import Path

from installation import PASSWORD, PROGRAMS, Installation

TOUR = Path(__file__).resolve().parents[2] / "server/tour"
EVE = "eve@example.org"
LETTER = b"From: writer@example.net\r\nSubject: number %d\r\n\r\nnothing much\r\n"


@unittest.skipUnless(os.geteuid() == 0, "the purge of the tour takes two persons, and only root can be both")
class Tour(unittest.TestCase):
    def setUp(self):
        post = self.post = Installation(settings="[keys]\ndep_key_ttl = 3\nmailbox_linger = 2\npurge_grace = 1\n")
        post.config.write_text(post.config.read_text().replace("[admin]\n", '[admin]\nusers = ["daemon"]\n'))
        self.enterContext(post)
        for vault in post.vaults:
            vault.do("key", "create", "--name", "leaving", "--size", "2048")
        a, b = (f"{vault.url}/keys/leaving" for vault in post.vaults)
        post.cli("dep", "create", "leaving", "--root-a", a, "--root-b", b)
        post.create_account(EVE)
        post.cli("dep", "assign", "leaving", EVE)
        for name in ("ada", "bob", "eve"):
            post.deliver([LETTER % n for n in range(3)], f"{name}@example.org")
            (post.root / f"{name}.password").write_text(PASSWORD + "\n")

    def tour(self):
        return subprocess.run([str(TOUR), "--dir", str(self.post.root), "--yes"], capture_output=True, text=True, timeout=600,
                              env=os.environ | {"SEALPOST_PROGRAMS": str(PROGRAMS.parent)})

    def test_every_step_does_what_it_says(self):
        done = self.tour()
        self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr[-2000:])
        steps = dict(re.findall(r"^=== (\d+)\. (.*?)^(?===|That was it)", done.stdout + "===", re.M | re.S))
        for number, said in (("2", r"\* SEARCH 4"), ("3", r"store\.db:0"), ("4", "mailbox 1 .*\n    closed"),
                             ("5", r"mailbox 2 bob@example.org.*\n    predicted   3"), ("7", r"rows +held"),
                             ("9", "eve reads nothing any more"), ("10", "export"), ("12", "destroyed"),
                             ("13", "verdict: valid"), ("14", "Predicted and recovered: the same")):
            self.assertRegex(steps[number], said)
        self.assertNotIn(EVE, steps["14"])
        pages = sorted((self.post.root / "tour").glob("*.html"))
        self.assertEqual(len(pages), 4)
        for page in pages:
            text = page.read_text()
            self.assertIn("<svg ", text)
            self.assertNotRegex(text, r"<script|https?://(?!127\.0\.0\.1)|<link|@import|url\(")
        again = self.tour()
        self.assertEqual((again.returncode, "has had its tour" in again.stderr), (1, True))


if __name__ == "__main__":
    unittest.main(verbosity=2)
