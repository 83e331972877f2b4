"""What a user wrote, received or named is nowhere on disk in the clear: canaries go through every command, then
every file the programs wrote is searched, after a clean stop and after a kill."""

import base64
import gzip
import imaplib
import os
import quopri
import re
import subprocess
import sys
import time
import unittest
import zlib
from pathlib import Path

from installation import Installation

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examiner"))

from canaries import needles  # noqa: E402

PLACES = ("subject", "word", "sender", "display", "body", "html", "attachment", "filename", "folder", "keyword",
          "search", "recipient", "appended", "header")
CANARIES = {place: f"canary{place}{os.urandom(6).hex()}" for place in PLACES}
NEEDLES = needles(CANARIES.values())
ZSTD = b"\x28\xb5\x2f\xfd"


def unpacked(data):
    """Whatever unpacks at any place in `data`: zlib and gzip streams, zstd frames."""
    for match in re.finditer(b"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", data):
        try:
            wbits = 31 if data[match.start()] == 0x1F else 15
            yield zlib.decompressobj(wbits).decompress(data[match.start():match.start() + 200_000], 1_000_000)
        except zlib.error:
            pass
    for match in re.finditer(re.escape(ZSTD), data):
        done = subprocess.run(["zstd", "-dcq"], input=data[match.start():match.start() + 200_000], capture_output=True)
        yield done.stdout


def search(data):
    found = {m.group(0) for m in NEEDLES.finditer(data)}
    soft = data.replace(b"=\r\n", b"").replace(b"=\n", b"").replace(b"\r\n", b"").replace(b"\n", b"")
    found |= {m.group(0) for m in NEEDLES.finditer(soft)}
    for plain in unpacked(data):
        found |= {m.group(0) for m in NEEDLES.finditer(plain)}
    return found


def search_files(roots, since):
    """{file: what was found}, over files changed since."""
    wrong, count = {}, 0
    for root in roots:
        for path in (Path(folder) / name for folder, _, names in os.walk(root) for name in names):
            try:
                if not path.is_file() or path.is_symlink() or path.stat().st_mtime < since:
                    continue
                data = path.read_bytes()
            except OSError:
                continue
            count += 1
            found = search(data)
            if found or NEEDLES.search(str(path).encode()):
                wrong[str(path)] = found
    return wrong, count


def letter():
    c = CANARIES
    quoted = quopri.encodestring(f"caf\u00e9 {c['body']}".encode()).decode()
    return f"""From: "{c['display']}" <{c['sender']}@example.net>
To: ada@example.org
Cc: {c['recipient']}@example.com
Subject: {c['subject']} =?utf-8?b?{base64.b64encode(c['word'].encode()).decode()}?=
X-Note: {c['header']}
Message-ID: <{c['header']}@example.net>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

{quoted}
--b
Content-Type: text/html

<p>{c['html']}</p>
--b
Content-Type: application/octet-stream; name="{c['filename']}.bin"
Content-Transfer-Encoding: base64

{base64.b64encode((c['attachment'] * 40).encode()).decode()}
--b--
""".replace("\n", "\r\n").encode()


class Canary(unittest.TestCase):
    def work(self, post):
        c = CANARIES
        post.deliver([letter()] * 3)
        with post.imap_client() as client:
            self.assertEqual(client.create(c["folder"])[0], "OK")
            client.create(c["folder"] + "/" + c["folder"] + "2")
            client.subscribe(c["folder"])
            client.append("Drafts", f"({c['keyword']})", None, f"Subject: draft\r\n\r\n{c['appended']}\r\n".encode() * 50)
            client.select("INBOX")
            client.store("1:*", "+FLAGS", f"({c['keyword']} \\Flagged)")
            for key in ("TEXT", "BODY", "SUBJECT", "FROM"):
                client.search(None, key, c["search"])
            self.assertEqual(client.search(None, "BODY", c["body"])[1], [b"1 2 3"])
            self.assertEqual(client.search(None, "KEYWORD", c["keyword"])[1], [b"1 2 3"])
            client.search(None, "HEADER", "X-Note", c["header"])
            text = client.fetch("1:*", "(FLAGS ENVELOPE BODYSTRUCTURE BODY[] BODY.PEEK[TEXT] BODY.PEEK[1]<0.10>)")[1]
            self.assertIn(c["body"].encode(), b"".join(part[1] for part in text if isinstance(part, tuple)))
            client.copy("1", c["folder"])
            client.uid("MOVE", "2", c["folder"])
            client.store("1", "+FLAGS", r"(\Deleted)")
            client.expunge()
            client.rename(c["folder"], c["folder"] + "new")
            client.list()
            client.lsub()
            client.status(c["folder"] + "new", "(MESSAGES UNSEEN)")
            client.delete(c["folder"] + "new/" + c["folder"] + "2")
        with self.assertRaises(imaplib.IMAP4.error):
            imaplib.IMAP4("127.0.0.1", post.imap).login("ada@example.org", c["search"])

    def test_the_search_finds_what_it_should(self):
        c = CANARIES["body"].encode()
        for planted in (c, c.upper(), base64.b64encode(b"x" + c + b"yy"), base64.b64encode(b"xy" + c * 3), c.decode().encode("utf-16-le"),
                        zlib.compress(b"abc" + c), gzip.compress(c), quopri.encodestring(c, quotetabs=True), c[:9] + b"=\r\n" + c[9:],
                        b"padding" + subprocess.run(["zstd", "-qc"], input=c * 4, capture_output=True).stdout):
            self.assertTrue(search(b"\0\1" + planted + b"rest"), planted)
        self.assertFalse(search(os.urandom(100_000)))

    def test_no_canary_on_disk_after_a_stop_and_after_a_kill(self):
        since = time.time() - 1
        with Installation() as post:
            self.work(post)
            elsewhere = ["/var/tmp", "/dev/shm"]
            wrong, count = search_files([post.root] + elsewhere, since)
            self.assertEqual(wrong, {}, "while running")
            post.restart()
            wrong, count = search_files([post.root] + elsewhere, since)
            self.assertEqual(wrong, {}, "after a clean stop")
            self.work_again(post)
            post.kill()
            wrong, count = search_files([post.root] + elsewhere, since)
            self.assertEqual(wrong, {}, "after a kill")
            self.assertGreater(count, 10)
            post.start()
            export = post.root / "export"
            post.cli("export", "ada@example.org", export, "--format", "maildir")
            wrong, _ = search_files([export], since)
            self.assertNotEqual(wrong, {}, "an export is plaintext: the scan must see it")
            exported = {str(p) for p in export.rglob("*")} | {str(export)}
            wrong, _ = search_files([post.root], since)
            self.assertEqual({p for p in wrong if p not in exported}, set())

    def work_again(self, post):
        c = CANARIES
        post.deliver([letter()])
        with post.imap_client() as client:
            client.create(c["folder"] + "again")
            client.select("INBOX")
            client.store("1:*", "+FLAGS", f"({c['keyword']}2)")
            client.search(None, "TEXT", c["search"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
