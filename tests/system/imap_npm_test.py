"""The unmodified npm client imapflow, which npm fetches into a temporary directory, against the built server over TLS.
Skipped, with the reason, where node, npm or its registry cannot be had."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from client_mail import MESSAGES, SLOW, counted, digest, import_mail
from installation import PASSWORD, Installation
from vault_npm_test import missing_program

HERE = Path(__file__).parent
PACKAGE = "imapflow@1.0.164"


def fetch(directory):
    """None, or why not."""
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", directory, PACKAGE]
    try:
        done = subprocess.run([str(c) for c in command], cwd=directory, capture_output=True, timeout=SLOW)
    except subprocess.TimeoutExpired:
        return f"npm install took more than {SLOW} s"
    return None if done.returncode == 0 else "npm install failed: " + done.stderr.decode(errors="replace")[-300:]


class NpmClient(unittest.TestCase):
    def setUp(self):
        program = missing_program()
        if program:
            self.skipTest(f"no {program} here")
        self.root = Path(tempfile.mkdtemp(prefix="imap-npm-test-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        reason = fetch(self.root)
        if reason:
            self.skipTest(reason)
        self.post = Installation().__enter__()
        self.addCleanup(self.post.__exit__)

    def test_imapflow_with_qresync_and_compression(self):
        sent = import_mail(self.post, "ada@example.org", "Imported", MESSAGES, seed=31)
        with self.post.imap_client() as client:
            client.select("Imported", readonly=True)
            found = [one for one in client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1] if isinstance(one, tuple)]
        self.assertEqual(counted(digest(raw) for _, raw in found), counted(map(digest, sent)))
        by_imaplib = {line.split(b"UID ")[1].split()[0].decode(): hashlib.sha256(raw).hexdigest() for line, raw in found}
        script = self.root / "imap_npm.mjs"
        shutil.copy(HERE / "imap_npm.mjs", script)
        environment = {**os.environ, "PORT": str(self.post.imaps), "USER": "ada@example.org", "PASS": PASSWORD,
                       "CA": str(self.post.root / "tls.crt")}
        done = subprocess.run(["node", str(script)], cwd=self.root, env=environment, capture_output=True, timeout=SLOW)
        self.assertEqual(done.returncode, 0, done.stdout.decode()[-2000:] + done.stderr.decode()[-4000:])
        told = json.loads(done.stdout.decode().splitlines()[-1])
        self.assertEqual(told["count"], MESSAGES)
        self.assertEqual(told["digests"], by_imaplib)
        self.assertEqual(sorted(told["vanished"]), [11, 12, 13])


if __name__ == "__main__":
    unittest.main(verbosity=2)
