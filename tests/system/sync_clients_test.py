"""Clients that keep a copy, against the built server over TLS: offlineimap3, and mbsync with odd folder names."""

import os
import subprocess
import unittest

from client_mail import MESSAGES, ODD_NAMES, SLOW, counted, digest, import_mail, mbsync, mutf7
from installation import PASSWORD, Installation

LETTER = b"From: ada@example.org\nSubject: made near\nMessage-ID: <near@example.org>\n\nnear\n"


def mails(folder):
    return [path for path in folder.glob("*/*") if path.parent.name in ("cur", "new")]


def text_digest(raw):
    """offlineimap writes multiparts anew, with other empty lines."""
    return digest(b"\n".join(line for line in raw.splitlines() if line))


class SyncClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.post = Installation().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.post.__exit__()

    def make_odd_folders(self, account):
        with self.post.imap_client(account) as client:
            for name in ODD_NAMES:
                self.assertEqual(client.create(mutf7(name))[0], "OK", name)
                self.assertEqual(client.append(mutf7(name), None, None, f"Subject: in {len(name)}\r\n\r\nodd\r\n".encode())[0], "OK")
                client.subscribe(mutf7(name))

    def offlineimap(self, root):
        rc = root / "offlineimaprc"
        rc.write_text(f"""
[general]
accounts = post
metadata = {root}/metadata
ui = quiet
socktimeout = {SLOW}
[Account post]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = {root}/mail
sep = /
[Repository far]
type = IMAP
remotehost = localhost
remoteport = {self.post.imaps}
remoteuser = ada@example.org
remotepass = {PASSWORD}
ssl = yes
sslcacertfile = {self.post.root}/tls.crt
maxconnections = 2
""")
        done = subprocess.run(["offlineimap", "-c", rc, "-o"], capture_output=True, timeout=SLOW, env={**os.environ, "HOME": str(root)})
        self.assertEqual(done.returncode, 0, done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:])

    def test_offlineimap_both_ways(self):
        sent = import_mail(self.post, "ada@example.org", "Imported", MESSAGES)
        self.make_odd_folders("ada@example.org")
        root = self.post.root / "offlineimap"
        root.mkdir()
        self.offlineimap(root)
        near = root / "mail"
        got = mails(near / "Imported")
        self.assertEqual(counted(text_digest(path.read_bytes()) for path in got), counted(map(text_digest, sent)))
        for name in ODD_NAMES:
            self.assertEqual(len(mails(near / mutf7(name)[1:-1])), 1, name)
        # From here: a flag, a deletion, a new message. From there: a flag.
        flagged = next(path for path in got if path.name.endswith(":2,S"))
        flagged.rename(flagged.with_name(flagged.name + "F").with_name(flagged.name[:-1] + "FS"))
        next(path for path in got if path != flagged and path.exists()).unlink()
        (near / "Archive/cur/1700000000.near.test:2,S").write_bytes(LETTER)
        with self.post.imap_client() as client:
            client.select("Imported")
            client.store("1", "+FLAGS", r"(\Answered)")
        self.offlineimap(root)
        self.assertEqual(sum("R" in path.name.partition(":2,")[2] for path in mails(near / "Imported")), 1)
        with self.post.imap_client() as client:
            client.select("Imported", readonly=True)
            self.assertEqual(len(client.search(None, "ALL")[1][0].split()), MESSAGES - 1)
            self.assertEqual(len(client.search(None, "FLAGGED", "SEEN")[1][0].split()), 1)
            client.select("Archive", readonly=True)
            self.assertEqual(len(client.search(None, "SUBJECT", '"made near"', "SEEN")[1][0].split()), 1)

    def test_mbsync_with_odd_folder_names(self):
        self.make_odd_folders("bob@example.org")
        root = self.post.root / "mbsync"
        root.mkdir()
        near = root / "mail"
        mbsync(self.post, "bob@example.org", near)
        for name in ODD_NAMES:
            self.assertEqual(len(mails(near / mutf7(name)[1:-1])), 1, name)
        made = near / mutf7("gemacht & hier: Größe")[1:-1]
        for part in ("cur", "new", "tmp"):
            (made / part).mkdir(parents=True)
        (made / "cur/1700000000.near.test:2,S").write_bytes(LETTER)
        mbsync(self.post, "bob@example.org", near)
        with self.post.imap_client("bob@example.org") as client:
            self.assertEqual(client.select(mutf7("gemacht & hier: Größe"), readonly=True)[1], [b"1"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
