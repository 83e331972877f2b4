"""A mailbox at end-to-end: whichever way mail comes in, `openssl cms -decrypt` gives it back as it came, neomutt shows its
text and subject, and with every key of the installation nothing of it is to be read. What was there is converted, also
by a server that is killed meanwhile."""

import imaplib
import json
import os
import re
import smtplib
import sqlite3
import subprocess
import sys
import time
import unittest
from pathlib import Path

import pexpect

from installation import PASSWORD, PROGRAMS, Installation
from recipients import recipient_certificate

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "reader"))
import mailbox as reader_mailbox  # noqa: E402
from directory import Directory  # noqa: E402
from sealing import open_chunk, open_record  # noqa: E402
from snapshot import Snapshot  # noqa: E402
from vault import Keys, Vault  # noqa: E402

ADA, BOB, CANARY = "ada@example.org", "bob@example.org", "zanzibarquokka"
COUNT = int(os.environ.get("SEALPOST_CONVERTED_MESSAGES", "200"))
SLOW = 300  # seconds, for one thing on a machine that does others


def letter(number, sender="x@example.net"):
    return (f"From: The {CANARY} <{sender}>\r\nTo: ada@example.org\r\nSubject: {CANARY} {number}\r\n"
            f"Message-ID: <{number}@example.net>\r\nDate: Mon, 23 Nov 2026 21:40:00 +0100\r\n"
            f"Content-Type: text/plain; name={CANARY}.txt\r\n\r\nthe {CANARY} sings {number}\r\n").encode()


class EndToEnd(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.post = Installation().__enter__()
        cls.home = cls.post.root / "home"
        cls.home.mkdir()
        recipient_certificate(cls.home, "ada")

    @classmethod
    def tearDownClass(cls):
        cls.post.__exit__()

    def decrypted(self, message, who="ada"):
        file = self.home / "message.eml"
        file.write_bytes(message)
        return subprocess.run(["openssl", "cms", "-decrypt", "-in", file, "-inkey", self.home / f"{who}-key.pem",
                               "-recip", self.home / f"{who}.pem"], check=True, capture_output=True, timeout=60).stdout

    def folder(self, name="INBOX", account=ADA):
        """[(uid, flags and internal date, octets)]"""
        with self.post.imap_client(account) as client:
            client.select(name, readonly=True)
            answers = client.uid("FETCH", "1:*", "(FLAGS INTERNALDATE SAVEDATE BODY.PEEK[])")[1]
        found = []
        for line in answers:
            if isinstance(line, tuple):
                said = line[0].decode()
                told = [re.search(pattern, said)[1] for pattern in (r"FLAGS \(([^)]*)\)", r'INTERNALDATE "([^"]*)"',
                                                                    r'SAVEDATE "([^"]*)"')]
                told[0] = " ".join(flag for flag in told[0].split() if flag != "\\Recent")
                found.append((int(re.search(r"UID (\d+)", said)[1]), tuple(told), line[1]))
        return found

    def protect(self, *arguments):
        return self.post.json("mailbox", "protect", ADA, *arguments)

    def shown(self):
        return self.post.json("mailbox", "show", ADA)

    def wait_converted(self):
        until = time.monotonic() + SLOW
        while self.shown()["converting"] is not None:
            self.assertLess(time.monotonic(), until, self.shown())
            time.sleep(0.1)

    def readable_with_all_keys(self):
        """Everything that the independent reader opens of ada's mailbox with the vaults' keys, as one text."""
        opened = []

        def noting(open_one):
            def noted(*arguments):
                opened.append(open_one(*arguments))
                return opened[-1]
            return noted
        vaults = [Vault(vault.url, vault.ca, vault.token_file) for vault in self.post.vaults]
        keys = Keys(self.post.service_keys, vaults, None, lambda text: None)
        with Directory(self.post.data, keys) as directory:
            login = next(login for login in directory.logins() if login.account.name == ADA)
            self.assertEqual(directory.level(login.mailbox), self.shown()["level"])
            found = directory.mailbox_key(login)
            with Snapshot(found.database, reader_mailbox.APPLICATION_ID, reader_mailbox.VERSIONS) as tables:
                reader_mailbox.open_record, reader_mailbox.open_chunk = noting(open_record), noting(open_chunk)
                try:
                    reader_mailbox.Mailbox(tables, login.mailbox, found.keys).check()
                finally:
                    reader_mailbox.open_record, reader_mailbox.open_chunk = open_record, open_chunk
        return b"\0".join(opened)

    def stores(self):
        return [path for path in self.post.data.glob("mail/*/store.db*") if path.stat().st_size]

    def test_1_it_is_shown_what_is_lost_before_it_is(self):
        told = self.protect("end-to-end", self.home / "ada.pem", "--dry-run")
        self.assertEqual((told["levelBefore"], told["level"], told["dryRun"]), ("customer key", "end-to-end", True))
        self.assertIn("cannot be undone", told["undo"])
        self.assertTrue(any("SEARCH" in line for line in told["lost"]))
        self.assertEqual(told["certificates"][0]["key"], "RSA 2048")
        done = subprocess.run([PROGRAMS / "sealpost", "mailbox", "protect", ADA, "end-to-end", self.home / "ada.pem",
                               "--socket", self.post.socket], capture_output=True, timeout=60)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"--yes", done.stderr)
        self.assertEqual(self.shown()["level"], "customer key")
        recipient_certificate(self.home, "signer", usage="digitalSignature")
        for wrong, why in ((self.home / "signer.pem", b"keyEncipherment"), (self.post.config, b"no certificate")):
            done = subprocess.run([PROGRAMS / "sealpost", "mailbox", "protect", ADA, "end-to-end", wrong, "--yes",
                                   "--socket", self.post.socket], capture_output=True, timeout=60)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(why, done.stderr)

    def test_2_what_was_there_is_converted_also_by_a_server_that_is_killed(self):
        self.post.deliver([letter(n) for n in range(COUNT)])
        with self.post.imap_client() as client:
            client.select("INBOX")
            client.store("3:5", "+FLAGS", r"(\Flagged $Work)")
            client.copy("3:5", "Archive")
        before = {name: self.folder(name) for name in ("INBOX", "Archive")}
        self.assertEqual(len(before["INBOX"]), COUNT)
        self.assertIn(CANARY.encode(), self.readable_with_all_keys())
        wraps = [wrapped for path in self.post.data.glob("mail/*/store.db")
                 for wrapped, in sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("select wrapped from message_key")]
        told = self.protect("end-to-end", self.home / "ada.pem", "--yes")
        self.assertEqual((told["messages"], told["encryptedAlready"]), (COUNT + 3, 0))
        until = time.monotonic() + SLOW
        while not 5 < (self.shown()["converting"] or {"encrypted": COUNT})["encrypted"]:
            self.assertLess(time.monotonic(), until)
        self.post.kill()
        self.post.start()
        self.assertIsNotNone(self.shown()["converting"], "it was killed too late to show anything")
        self.wait_converted()
        for name, messages in before.items():
            after = self.folder(name)
            self.assertEqual(sorted((told, octets) for _, told, octets in messages),
                             sorted((told, self.decrypted(octets)) for _, told, octets in after), name)
            self.assertFalse({uid for uid, *_ in messages} & {uid for uid, *_ in after})
        self.assertNotIn(CANARY.encode(), self.readable_with_all_keys())
        self.assertGreaterEqual(len(wraps), COUNT)
        for path in self.stores():  # nothing is left that the mailbox key would open
            octets = path.read_bytes()
            self.assertFalse([wrap for wrap in wraps if wrap in octets], path)
        listed = self.post.json("audit", "list", "--operation", "mailbox")["records"]
        self.assertIn("mailbox converted", {record["Operation"] for record in listed})

    def test_3_every_way_in(self):
        recipient_certificate(self.home, "phone", "P-256", "keyAgreement")
        self.protect("end-to-end", self.home / "ada.pem", self.home / "phone.pem", "--yes")
        there = {uid for uid, *_ in self.folder()}
        self.post.deliver([letter("lmtp")])
        with smtplib.SMTP("127.0.0.1", self.post.smtp, timeout=SLOW) as client:
            client.sendmail("x@example.net", [ADA], letter("smtp"))
        with smtplib.SMTP("127.0.0.1", self.post.submission, timeout=SLOW) as client:
            client.starttls(context=self.post.tls())
            client.login(BOB, PASSWORD)
            client.sendmail(BOB, [ADA], letter("submitted", BOB))
        with self.post.imap_client() as client:
            self.assertEqual(client.append("INBOX", r"(\Seen)", imaplib.Time2Internaldate(1600000000), letter("append"))[0], "OK")
        source = self.home / "source"
        source.mkdir()
        (source / "import.eml").write_bytes(letter("import"))
        done = subprocess.run([PROGRAMS / "sealpost", "import", ADA, source, "--folder", "INBOX", "--socket", self.post.socket],
                              capture_output=True, timeout=SLOW)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"is not recognised, and comes in again", done.stderr)
        new = [octets for uid, _, octets in self.folder() if uid not in there]
        self.assertEqual(len(new), 5)
        for octets, way in zip(new, ("lmtp", "smtp", "submitted", "append", "import")):
            self.assertNotIn(CANARY.encode(), octets)
            self.assertIn(f"<{way}@example.net>".encode(), octets)
            original = letter(way, BOB if way == "submitted" else "x@example.net")
            for who in ("ada", "phone"):
                opened = self.decrypted(octets, who)
                if way in ("append", "import"):
                    self.assertEqual(opened, original)
                else:
                    self.assertTrue(opened.endswith(original[original.index(b"Subject"):]) or opened.endswith(original), opened)
                    self.assertIn(b"Received:", opened)
        self.assertNotIn(CANARY.encode(), self.readable_with_all_keys())

    def test_4_its_owner_is_told_what_is_not_seen(self):
        with self.post.imap_client() as client:
            client.select("INBOX")
            self.assertTrue(any(b"end-to-end" in line for line in client.untagged_responses.get("OK", [])))
            self.assertEqual(client.search(None, "TEXT", CANARY)[1], [b""])
            self.assertEqual(client.search(None, "SUBJECT", CANARY)[1], [b""])
            self.assertNotEqual(client.search(None, "FROM", "x@example.net")[1], [b""])
        self.assertEqual({line["account"]: line["level"] for line in self.post.json("mailbox", "list")["mailboxes"]},
                         {ADA: "end-to-end", BOB: "managed"})

    def test_5_neomutt_shows_text_and_subject(self):
        self.post.deliver([letter("mutt")])
        for part in ("keys", "certificates"):
            (self.home / part).mkdir()
        (self.home / "keys/ada.0").write_bytes((self.home / "ada-key.pem").read_bytes())
        (self.home / "certificates/ada.0").write_bytes((self.home / "ada.pem").read_bytes())
        rc = self.home / "muttrc"
        rc.write_text(f"""
set crypt_use_gpgme=no
set smime_keys="{self.home}/keys"
set smime_certificates="{self.home}/certificates"
set smime_default_key="ada.0"
set smime_decrypt_use_default_key=yes
set smime_decrypt_command="openssl cms -decrypt -inform DER -in %f -inkey %k -recip %c"
set ssl_force_tls=yes
set certificate_file={self.post.root}/tls.crt
set ssl_ca_certificates_file={self.post.root}/tls.crt
set imap_user="{ADA}"
set imap_pass="{PASSWORD}"
set folder="imaps://127.0.0.1:{self.post.imaps}/"
set spoolfile="+INBOX"
set header_cache=""
set sort=mailbox-order
set wait_key=no
set connect_timeout={SLOW}
set imap_poll_timeout={SLOW}
set quit=yes
set delete=no
set move=no
""")
        mutt = pexpect.spawn("neomutt", ["-F", str(rc)], dimensions=(30, 100), timeout=SLOW, encoding="utf-8",
                             env={**os.environ, "HOME": str(self.home), "TERM": "xterm"}, codec_errors="replace")
        try:
            mutt.expect(r"\[\.\.\.\]")  # the index, before anything is decrypted
            mutt.send("*\r")  # the last message
            mutt.expect("passphrase")
            mutt.send("none\r")
            mutt.expect(f"Subject: {CANARY} mutt")
            mutt.expect(f"the {CANARY} sings mutt")
        finally:
            mutt.ptyproc.delayafterterminate = 2  # seconds
            mutt.close(force=True)

    def test_6_off_is_for_what_comes_later(self):
        told = self.protect("off", "--yes")
        self.assertIn("stay encrypted", told["undo"])
        set_by = self.post.json("audit", "list", "--operation", "mailbox protect")["records"]
        self.assertIn('"off"', json.dumps(set_by).replace("\\", ""))
        self.assertEqual(self.shown()["level"], "customer key")
        self.post.deliver([letter("plain")])
        *encrypted, plain = [octets for _, _, octets in self.folder()]
        self.assertIn(CANARY.encode(), plain)
        self.assertFalse([octets for octets in encrypted if CANARY.encode() in octets])


if __name__ == "__main__":
    unittest.main(verbosity=2)
