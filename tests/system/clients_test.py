"""Clients that people use, from Debian, against the built server over TLS."""

import hashlib
import imaplib
import os
import subprocess
import unittest

import pexpect

from client_mail import SLOW, crlf, mbsync
from installation import PASSWORD, Installation, run
from mailgen import MailMaker

MESSAGES = int(os.environ.get("SEALPOST_SYNC_MESSAGES", "5000"))


def digest(raw):
    return hashlib.sha256(raw).digest()


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.post = Installation().__enter__()
        cls.home = cls.post.root / "home"
        cls.home.mkdir()

    @classmethod
    def tearDownClass(cls):
        cls.post.__exit__()

    def curl(self, *arguments, **options):
        return run("curl", "-sS", "--fail", "--cacert", self.post.root / "tls.crt", "--user",
                   f"bob@example.org:{PASSWORD}", *arguments, **options)

    def test_curl_sends_by_submission_and_reads_by_imap(self):
        letter = self.home / "letter.eml"
        letter.write_bytes(b"From: bob@example.org\r\nTo: bob@example.org\r\nSubject: by curl\r\n\r\nhello from curl\r\n")
        self.curl("--ssl-reqd", f"smtp://127.0.0.1:{self.post.submission}", "--mail-from", "bob@example.org",
                  "--mail-rcpt", "bob@example.org", "--upload-file", letter)
        found = self.curl(f"imaps://127.0.0.1:{self.post.imaps}/INBOX?SUBJECT%20%22by%20curl%22")
        number = found.split()[-1]
        text = self.curl(f"imaps://127.0.0.1:{self.post.imaps}/INBOX;MAILINDEX={number}")
        self.assertIn("hello from curl", text)
        self.curl(f"imaps://127.0.0.1:{self.post.imaps}/Drafts", "--upload-file", letter)
        self.assertIn("Archive", self.curl(f"imaps://127.0.0.1:{self.post.imaps}/"))

    def test_swaks_delivers_over_starttls_and_is_no_relay(self):
        common = ["swaks", "--server", "127.0.0.1", "--port", str(self.post.smtp), "--from", "x@example.net", "--tls", "--timeout", str(SLOW)]
        done = subprocess.run(common + ["--to", "bob+list@example.org", "--header", "Subject: by swaks"],
                              capture_output=True, timeout=SLOW)
        self.assertEqual(done.returncode, 0, done.stdout.decode())
        with self.post.imap_client("bob@example.org") as client:
            client.select("INBOX", readonly=True)
            self.assertNotEqual(client.search(None, "SUBJECT", '"by swaks"')[1], [b""])
        relay = subprocess.run(common + ["--to", "someone@elsewhere.example"], capture_output=True, timeout=SLOW)
        self.assertEqual(relay.returncode, 24, relay.stdout.decode())
        self.assertIn(b"550 5.7.1", relay.stdout)
        nobody = subprocess.run(common + ["--to", "nobody@example.org"], capture_output=True, timeout=SLOW)
        self.assertIn(b"550 5.1.1", nobody.stdout)

    def test_imaplib_does_all_it_can(self):
        with self.post.imap_client() as client:
            self.assertEqual(client.create("Plans/2027")[0], "OK")
            letter = b"From: ada@example.org\r\nSubject: caf\xc3\xa9\r\n\r\nbody\x00text\r\n"
            stored = client.append("Plans/2027", r"(\Flagged $Forwarded)", imaplib.Time2Internaldate(1600000000), letter)
            self.assertEqual(stored[0], "OK")
            client.select("Plans/2027")
            self.assertEqual(client.fetch("1", "(BODY.PEEK[])")[1][0][1], letter)
            self.assertEqual(client.uid("COPY", "1", "Archive")[0], "OK")
            self.assertEqual(client.uid("MOVE", "1", "Trash")[0], "OK")
            self.assertEqual(client.search(None, "ALL")[1], [b""])
            client.select("Trash")
            flags = client.fetch("1", "(FLAGS)")[1][0]
            self.assertIn(b"$Forwarded", flags)
            client.store("1", "+FLAGS", r"(\Deleted)")
            self.assertEqual(client.expunge()[1], [b"1"])
            client.rename("Plans/2027", "Plans/2028")
            self.assertEqual(client.delete("Plans/2028")[0], "OK")

    def test_mbsync_takes_an_imported_mailbox_byte_for_byte_and_both_ways(self):
        maker = MailMaker(7)
        source = self.home / "source"
        for part in ("cur", "new", "tmp"):
            (source / part).mkdir(parents=True)
        sent = {}
        for n in range(MESSAGES):
            raw = maker.message()
            (source / "cur" / f"{1500000000 + n}.M{n}.test:2,{'S' if n % 3 else ''}{'F' if n % 50 == 0 else ''}").write_bytes(raw)
            sent[digest(crlf(raw))] = sent.get(digest(crlf(raw)), 0) + 1
        self.post.cli("import", "ada@example.org", source, "--format", "maildir", "--folder", "Imported")
        self.post.cli("import", "ada@example.org", source, "--format", "maildir", "--folder", "Imported")  # doubles nothing
        near = self.home / "near"
        mbsync(self.post, "ada@example.org", near)
        got = {}
        for path in (near / "Imported").glob("*/*"):
            if path.is_file() and not path.name.startswith("."):
                lines = crlf(path.read_bytes()).split(b"\r\n")
                kept = b"\r\n".join(line for line in lines if not line.startswith(b"X-TUID: "))  # mbsync's own
                got[digest(kept)] = got.get(digest(kept), 0) + 1
        self.assertEqual(sum(got.values()), MESSAGES)
        wrong = sum(1 for key in sent if got.get(key) != sent[key])
        self.assertEqual(wrong, 0, f"of {MESSAGES} messages these came back changed")
        # and back: a new message and a flag made here arrive there
        letter = b"From: ada@example.org\nSubject: made near\nMessage-ID: <near@example.org>\n\nnear\n"
        (near / "Archive" / "cur" / "1700000000.near.test:2,S").write_bytes(letter)
        one = next((near / "Imported" / "cur").glob("*:2,S"))
        one.rename(one.with_name(one.name + "T"))
        mbsync(self.post, "ada@example.org", near)
        with self.post.imap_client() as client:
            client.select("Archive", readonly=True)
            self.assertEqual(len(client.search(None, "SUBJECT", '"made near"', "SEEN")[1][0].split()), 1)
            status = client.status("Imported", "(MESSAGES)")[1][0]
            self.assertIn(f"MESSAGES {MESSAGES - 1}".encode(), status)

    def test_neomutt_reads_and_saves(self):
        self.post.deliver([b"From: x@example.net\r\nTo: bob@example.org\r\nSubject: for mutt\r\n\r\nread by mutt\r\n"],
                          to="bob@example.org")
        rc = self.home / "muttrc"
        rc.write_text(f"""
set ssl_force_tls=yes
set certificate_file={self.post.root}/tls.crt
set ssl_ca_certificates_file={self.post.root}/tls.crt
set imap_user="bob@example.org"
set imap_pass="{PASSWORD}"
set folder="imaps://127.0.0.1:{self.post.imaps}/"
set spoolfile="+INBOX"
set copy=no
set confirmappend=no
set header_cache=""
set wait_key=no
set connect_timeout={SLOW}
set imap_poll_timeout={SLOW}
set quit=yes
set delete=yes
set move=no
""")
        environment = {**os.environ, "HOME": str(self.home), "TERM": "xterm"}
        mutt = pexpect.spawn("neomutt", ["-F", str(rc)], env=environment, dimensions=(30, 100), timeout=SLOW, encoding="utf-8",
                             codec_errors="replace")
        try:
            mutt.expect("for mutt")  # the index shows it
            mutt.send("\r")
            mutt.expect("read by mutt")
            mutt.send("iC")
            mutt.expect("Copy to mailbox")
            mutt.send("\x15=Archive\r")  # over the name that it proposes
            mutt.expect("ing to imaps")
            mutt.send("q")
            mutt.expect(pexpect.EOF)
        finally:
            mutt.close(force=True)
        with self.post.imap_client("bob@example.org") as client:
            client.select("Archive", readonly=True)
            self.assertNotEqual(client.search(None, "SUBJECT", '"for mutt"')[1], [b""])


if __name__ == "__main__":
    unittest.main(verbosity=2)
