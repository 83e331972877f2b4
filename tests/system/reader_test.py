"""A data directory, filled over IMAP and LMTP, as the independent reader sees it: by root A, by root B and by the
availability key it finds what was sent and what IMAP lists; what was altered it refuses."""

import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import unittest

from altered import ALTERATIONS, altered
from installation import Installation
from mailgen import MailMaker

READER = pathlib.Path(__file__).resolve().parents[1] / "reader/read_store.py"
ADA, BOB = "ada@example.org", "bob@example.org"
SPECIAL = {"\\Archive", "\\Drafts", "\\Junk", "\\Sent", "\\Trash"}
UMLAUTS = "Büro/Größe & Maße"
MANY = [f"k{n}" for n in range(70)]


def utf7(name):
    """A folder's name in IMAP's modified UTF-7, quoted."""
    def coded(run):
        return "&" + base64.b64encode(run[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
    return '"' + re.sub(r"[^\x20-\x7e]+", coded, name.replace("&", "&-")) + '"'


def from_utf7(name):
    def text(run):
        coded = run[1].replace(",", "/")
        return base64.b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-16-be") if coded else "&"
    return re.sub(r"&([^-]*)-", text, name)


def answered(answer):
    if answer[0] != "OK":
        raise AssertionError(f"the server said {answer}")
    return answer[1]


def fill(post, name, maker):
    """Deliveries, appends with flags, copies, moves and expunges. Returns what was delivered, appended, expunged."""
    delivered = [maker.message() for _ in range(20)]
    post.deliver(delivered, name)
    at_chunks_ends = [b"X: " + b"y" * (size - 5) + b"\r\n" for size in (65535, 65536, 65537, 131072)]
    sizes = [b"\r\n", b"a", b"Subject: x\r\n\r\n", *at_chunks_ends,
             maker.message(5_000_000), os.urandom(70_000).hex().encode()]
    appended = sizes + [maker.message() for _ in range(30)]
    flags = ["", "\\Seen", "\\Seen \\Flagged", "\\Answered urgent", "\\Draft \\Seen", "$Forwarded urgent", "\\Deleted"]
    folders = ["INBOX", UMLAUTS, "Sent", "a/b/c"]
    with post.imap_client(name) as client:
        for folder in folders[1:] + ["empty", "日本"]:
            if client.list('""', utf7(folder))[1] == [None]:
                answered(client.create(utf7(folder)))
        client.subscribe(utf7(UMLAUTS))
        for number, message in enumerate(appended):
            answered(client.append(utf7(folders[number % 4]), f"({flags[number % 7]})",
                                   f'"0{1 + number % 9}-Mar-2024 11:30:0{number % 10} -0530"', message))
        answered(client.select("INBOX"))
        uids = client.uid("SEARCH", "ALL")[1][0].decode().split()
        answered(client.uid("COPY", ",".join(uids[1:12]), utf7(UMLAUTS)))
        answered(client.uid("COPY", ",".join(uids[5:7]), "INBOX"))
        answered(client.uid("MOVE", ",".join(uids[12:16]), '"a/b/c"'))
        answered(client.uid("STORE", uids[3], "+FLAGS", f"({' '.join(MANY)})"))
        answered(client.uid("STORE", uids[4], "-FLAGS", "(\\Seen)"))
        answered(client.uid("STORE", ",".join(uids[16:18]), "+FLAGS", "(\\Deleted)"))
        deleted = answered(client.uid("SEARCH", "DELETED"))[0].decode().split()
        expunged = [octets for uid, (*_, octets) in fetched(client) if str(uid) in deleted]
        answered(client.expunge())
    return delivered, appended, expunged


def by_imap(post, name):
    """{folder: (attributes, (uid validity, uid next), {uid: (flags, date, size, octets)})} as the server has it."""
    out = {}
    with post.imap_client(name) as client:
        for line in answered(client.list('""', '"*"')):
            attributes, folder = re.fullmatch(rb'\(([^)]*)\) "/" "?(.*?)"?', line).groups()
            attributes, folder = set(attributes.decode().split()), folder.decode()
            if "\\Noselect" in attributes or "\\NonExistent" in attributes:
                out[from_utf7(folder)] = (attributes & SPECIAL, None, {})
                continue
            answered(client.select(f'"{folder}"', readonly=True))
            numbers = tuple(int(client.untagged_responses[code][0]) for code in ("UIDVALIDITY", "UIDNEXT"))
            out[from_utf7(folder)] = (attributes & SPECIAL, numbers, dict(fetched(client)))
    return out


def fetched(client):
    parts = answered(client.uid("FETCH", "1:*", "(FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])"))
    for part, after in zip(parts, [*parts[1:], b""]):
        if isinstance(part, tuple):
            text = (part[0] + (after if isinstance(after, bytes) else b"")).decode()
            uid, flags, date, size = (re.search(pattern, text)[1] for pattern in (
                r"UID (\d+)", r"FLAGS \(([^)]*)\)", r'INTERNALDATE "([^"]*)"', r"RFC822.SIZE (\d+)"))
            yield int(uid), (set(flags.split()) - {"\\Recent"}, date.strip(), int(size), part[1])


def shown_date(line):
    """An entry's internal date as INTERNALDATE shows it."""
    zone = line["zone"]
    at = time.gmtime(line["internal_date"] + 60 * zone)
    return time.strftime("%d-%b-%Y %H:%M:%S ", at).lstrip("0") + \
        f"{'-' if zone < 0 else '+'}{abs(zone) // 60:02}{abs(zone) % 60:02}"


class Reader(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.post = cls.enterClassContext(Installation())
        cls.post.cli("account", "alias", "add", ADA, "Lovelace@example.org")
        maker = MailMaker(7)
        cls.sent = {name: fill(cls.post, name, maker) for name in (ADA, BOB)}
        cls.listed = {name: by_imap(cls.post, name) for name in (ADA, BOB)}
        cls.while_running = cls.reader(cls, "list", vaults=cls.post.vaults)
        cls.post.stop()

    def reader(self, *command, data=None, keys=None, vaults=(), by=None, tokens=None):
        arguments = ["--data", data or self.post.data, "--service-keys", keys or self.post.service_keys]
        for vault in vaults:
            arguments += ["--vault", vault.url, "--ca", vault.ca, "--token", tokens or vault.token_file]
        arguments += ["--by", by] if by else []
        return subprocess.run([sys.executable, "-B", READER, *map(str, arguments), *map(str, command)],
                              capture_output=True, text=True, timeout=300)

    def lines(self, done):
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def export(self, name, **how):
        """The lines of an export's index, each message with its octets."""
        out = self.post.root / name
        self.assertEqual(self.lines(self.reader("export", "--out", out, **how)), [])
        lines = [json.loads(line) for line in (out / "index.jsonl").read_text().splitlines()]
        for line in lines:
            if line["kind"] == "message":
                line["octets"] = (out / line["file"]).read_bytes()
        self.assertEqual(len(list(out.rglob("*.eml"))), sum(line["kind"] == "message" for line in lines))
        return lines

    def compare(self, lines):
        """What the reader shows is what IMAP showed, and all that was sent."""
        self.assertEqual([line["account"] for line in lines if line["kind"] == "account"], [ADA, BOB])
        self.assertEqual((lines[0]["dep"], lines[0]["aliases"]), ("customer", ["lovelace@example.org"]))
        for account, folders in self.listed.items():
            mine = [line for line in lines if line["account"] == account]
            shown = {line["folder"]: line for line in mine if line["kind"] == "folder"}
            self.assertEqual(set(shown), set(folders))
            self.assertTrue(shown[UMLAUTS]["subscribed"])
            for name, (special, numbers, messages) in folders.items():
                folder = shown[name]
                self.assertEqual({f"\\{folder['special_use'].capitalize()}"} if folder["special_use"] else set(), special)
                self.assertEqual((folder["uid_validity"], folder["uid_next"]) if folder["selectable"] else None, numbers)
                read = {line["uid"]: (set(line["flags"] + line["keywords"]), shown_date(line), line["size"], line["octets"])
                        for line in mine if line["kind"] == "message" and line["folder"] == name}
                self.assertEqual(set(read), set(messages))
                for uid in read:
                    self.assertTrue(read[uid] == messages[uid], f"{name} {uid}: {read[uid][:3]} is not {messages[uid][:3]}")
            delivered, appended, expunged = self.sent[account]
            there = {line["octets"] for line in mine if line["kind"] == "message"}.union(expunged)
            self.assertLess(len(expunged), 10)
            self.assertEqual(set(appended) - there, set())
            self.assertTrue(all(any(octets.endswith(each) for octets in there) for each in delivered))

    def test_root_a_alone_reads_everything(self):
        self.compare(self.export("a", vaults=self.post.vaults[:1], by="a"))

    def test_root_b_alone_reads_everything(self):
        self.compare(self.export("b", vaults=self.post.vaults[1:], by="b"))

    def test_the_availability_keys_alone_read_everything(self):
        self.compare(self.export("availability", by="availability"))

    def test_a_running_server_is_read_too(self):
        stopped = self.lines(self.reader("list", by="availability"))
        self.assertEqual(self.lines(self.while_running), stopped)

    def test_reading_writes_nothing_where_it_reads(self):
        def digests():
            return {path: hashlib.sha256(path.read_bytes()).digest() for where in (self.post.data, self.post.service_keys)
                    for path in where.rglob("*") if path.is_file()}
        before = digests()
        self.assertEqual(self.reader("check", by="availability").returncode, 0)
        self.assertEqual(digests(), before)

    def test_what_is_derived_and_counted_opens_too(self):
        counts, = self.lines(self.reader("check", by="availability"))
        self.assertEqual(set(counts), {ADA, BOB})
        self.assertGreater(min(counts.values()), 4 * 50)

    def test_without_the_way_that_is_left_it_refuses(self):
        a, b = self.post.vaults
        done = self.reader("list", vaults=[b], by="a")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"no --vault {a.url} was given", done.stderr)
        keys = self.post.root / "fewer-keys"
        shutil.copytree(self.post.service_keys, keys)
        for path in keys.glob("availability-*.key"):
            path.unlink()
        self.assertEqual(self.reader("list", keys=keys, by="availability").returncode, 1)
        done = self.reader("list", vaults=[b], keys=keys)
        self.assertEqual(done.returncode, 0)
        self.assertIn("note: a: no --vault", done.stderr)

    def test_a_wrong_token_is_refused(self):
        token = self.post.root / "wrong.token"
        token.write_text("not-a-token-of-this-vault\n")
        done = self.reader("list", vaults=self.post.vaults[:1], by="a", tokens=token)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"error: .* answered 401")

    def test_another_certificate_is_refused(self):
        a, b = self.post.vaults
        arguments = ["--data", self.post.data, "--service-keys", self.post.service_keys, "--by", "a", "--vault", a.url,
                     "--ca", b.ca, "--token", a.token_file, "list"]
        done = subprocess.run([sys.executable, "-B", READER, *map(str, arguments)], capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("cannot be asked", done.stderr)

    def test_what_was_altered_is_refused_and_nothing_untrue_comes_out(self):
        true = {line["octets"] for line in self.export("true", by="availability") if line["kind"] == "message"}
        for number, (name, alteration) in enumerate(ALTERATIONS.items()):
            with self.subTest(name):
                data, out = self.post.root / f"altered-{number}", self.post.root / f"out-{number}"
                altered(self.post.data, data, alteration)
                done = self.reader("export", "--out", out, data=data, by="availability")
                if done.returncode == 0:
                    done = self.reader("check", data=data, by="availability")
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertRegex(done.stderr, r"\Aerror: [^\n]+\n\Z")
                self.assertLessEqual({path.read_bytes() for path in out.rglob("*.eml")}, true)
                shutil.rmtree(data)


if __name__ == "__main__":
    unittest.main(verbosity=2)
