"""Deleted is deleted: after a bounded time no file of the data directory gives back anything of what was expunged, removed,
renamed, replaced, sent or filed, to a carver who has the mailbox keys and all service keys and looks at every octet, while the
server runs and others go on working with the same database. SEALPOST_EXPUNGED sets how many messages are expunged."""

import contextlib
import imaplib
import os
import smtplib
import sqlite3
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

from installation import PASSWORD, Installation
from sink import Sink

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/examiner"), str(ROOT / "tests/reader")]

import carve  # noqa: E402
import residue  # noqa: E402
from directory import Directory  # noqa: E402
from mailbox import APPLICATION_ID, VERSIONS, Mailbox  # noqa: E402
from snapshot import Snapshot  # noqa: E402
from vault import Keys, Vault  # noqa: E402

EXPUNGED = int(os.environ.get("SEALPOST_EXPUNGED", "1000"))
STAY = 150
QUIET, BUSY = 10, 30  # seconds, as BOUNDARY.md says
ADA, BOB, CAROL = "ada@example.org", "bob@example.org", "carol@example.org"
imaplib.Commands |= {"SETMETADATA": ("AUTH", "SELECTED")}


class Secrets:
    """Keys of all mailboxes and messages, as somebody has them who has everything."""

    def __init__(self, post):
        vaults = [Vault(v.url, v.ca, v.token_file) for v in post.vaults if v.process]
        keys = Keys(post.service_keys, vaults, None, lambda text: None)
        self.directory_key, self.mailboxes, self.messages, self.deps = keys.directory_key(), {}, {}, []
        with Directory(post.data, keys) as directory:
            for login in directory.logins():
                found = directory.mailbox_key(login)
                self.mailboxes[login.account.name] = (login.mailbox, list(found.keys.values()))
                with Snapshot(found.database, APPLICATION_ID, VERSIONS) as tables:
                    mailbox = Mailbox(tables, login.mailbox, found.keys)
                    self.messages[login.account.name] = {
                        entry.message: mailbox.message_key(entry.message) for folder in mailbox.folders()
                        for entry in folder.entries}
        self.deps = list(keys.opened.values())

    def keys_of(self, name):
        return self.mailboxes[name][1]


def live_nonces(copy):
    """Of every record that is in a row."""
    nonces = set()
    for path in copy.rglob("*.db"):
        db = sqlite3.connect(path)
        for table, in db.execute("select name from sqlite_schema where type = 'table'").fetchall():
            for row in db.execute(f"select * from {table}"):
                nonces |= {value[1:25] for value in row if isinstance(value, bytes) and value[:1] == b"\x11"}
        db.close()
    return nonces


class Carver:
    """Of a copy of the data directory as it is now."""

    def __init__(self, post):
        self.directory = tempfile.TemporaryDirectory(prefix="sealpost-test-")
        copy = Path(self.directory.name)
        residue.copied(post.data, copy)
        self.files = {path.relative_to(copy): path.read_bytes() for path in copy.rglob("*") if path.is_file()}
        self.live = live_nonces(copy)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.directory.cleanup()

    def keys(self, by, wanted):
        """Which of the keys `wanted` some wrap by one of the keys `by` gives back."""
        wanted = set(wanted)
        return {key for octets in self.files.values() for one in by for _, key in carve.wraps(octets, one, wanted)}

    def gone_records(self, by):
        """Records that a key of `by` opens and that no row has: (file, place)."""
        return [(str(path), found.at) for path, octets in self.files.items() for key in by
                for found in carve.records(octets, key) if found.nonce not in self.live]

    def holds(self, octets):
        return [str(path) for path, file in self.files.items() if octets in file]


class Load:
    """with Load(post, pause): mail for carol, who is in the same database; she reads it all the time."""

    def __init__(self, post, pause):
        self.pause = pause
        self.post, self.ending, self.count = post, threading.Event(), 0

    def deliver(self):
        with self.post.lmtp_client() as client:
            while not self.ending.is_set():
                client.sendmail("x@example.net", [CAROL], f"Subject: load\r\n\r\n{'x' * 20_000}\r\n")
                self.count += 1
                self.ending.wait(self.pause)

    def read(self):
        with self.post.imap_client(CAROL) as client:
            while not self.ending.is_set():
                client.select("INBOX")
                client.fetch("1:*", "(FLAGS)")

    def __enter__(self):
        self.threads = [threading.Thread(target=work) for work in (self.deliver, self.read)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join()


def rows_of(copy, database, query):
    """Octets that rows hold now, to be looked for later."""
    db = sqlite3.connect(copy / database)
    found = [value for row in db.execute(query) for value in row if value]
    db.close()
    return found


class Expunged(unittest.TestCase):
    def setUp(self):
        self.post = self.enterContext(Installation(vaults=False, settings="[storage]\ndatabases = 1\n"))
        self.post.create_account(CAROL)
        self.post.deliver((b"Subject: secret %d\r\nFrom: a%d@example.net\r\n\r\nbody of %d\r\n" % (n, n, n)
                           for n in range(EXPUNGED + STAY)), ADA)

    def nothing_left(self, name, keys, secrets):
        with Carver(self.post) as carver:
            self.assertEqual(len(carver.keys(secrets.keys_of(name), keys)), 0)
            self.assertEqual(carver.gone_records(secrets.keys_of(name)), [])
            left = carver.keys(secrets.keys_of(name), secrets.messages[name].values())
            self.assertEqual(len(left), len(set(secrets.messages[name].values()) - set(keys)), "the carver finds what is there")

    def test_expunged_messages_under_load_and_at_rest(self):
        client = self.post.imap_client(ADA)
        client.select("INBOX")
        client.fetch("1:*", "(ENVELOPE)")  # the cache of lists is there, too
        secrets = Secrets(self.post)
        messages = sorted(secrets.messages[ADA].items())
        client.store("1:*", "+FLAGS", r"(\Flagged)")
        with Carver(self.post) as carver:
            self.assertEqual(len(carver.keys(secrets.keys_of(ADA), secrets.messages[ADA].values())), EXPUNGED + STAY)
            self.assertNotEqual(carver.gone_records(secrets.keys_of(ADA)), [], "earlier blocks are in the log still")
        every = (EXPUNGED + STAY) // STAY
        stay = [uid for uid in range(1, EXPUNGED + STAY + 1) if uid % every == 0][:STAY]
        with Load(self.post, 0.5) as load:
            client.store("1:*", "+FLAGS.SILENT", r"(\Deleted)")
            client.uid("STORE", ",".join(map(str, stay)), "-FLAGS.SILENT", r"(\Deleted)")
            gone = [key for n, (_, key) in enumerate(messages, 1) if n not in stay]
            self.assertEqual(len(client.expunge()[1]), len(gone))
            time.sleep(BUSY)
            self.nothing_left(ADA, gone, secrets)
            self.assertGreater(load.count, 10)
        client.store("1:50", "+FLAGS.SILENT", r"(\Deleted)")
        client.expunge()
        self.remove_names(client)
        time.sleep(QUIET)
        now = Secrets(self.post)
        self.nothing_left(ADA, set(secrets.messages[ADA].values()) - set(now.messages[ADA].values()), secrets)

    def test_a_reader_puts_it_off_until_it_is_done(self):
        client = self.post.imap_client(ADA)
        client.select("INBOX")
        secrets = Secrets(self.post)
        gone = [key for _, key in sorted(secrets.messages[ADA].items())][:20]
        (store,) = self.post.data.glob("mail/*/store.db")
        with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as reader:
            reader.execute("begin")
            reader.execute("select count(*) from message").fetchone()
            client.store("1:20", "+FLAGS.SILENT", r"(\Deleted)")
            self.assertEqual(len(client.expunge()[1]), len(gone))
            time.sleep(QUIET)
            with Carver(self.post) as carver:
                self.assertNotEqual(carver.keys(secrets.keys_of(ADA), gone), set(), "the reader's state is there")
        time.sleep(QUIET)
        self.nothing_left(ADA, gone, secrets)

    def remove_names(self, client):
        """Old names, rights, annotations and folders are in earlier versions of records."""
        for folder in ("one", "two"):
            client.create(folder)
            client.copy("1:20", folder)
            client.append(folder, None, None, b"Subject: in a folder\r\n\r\nx\r\n")
        client.rename("one", "three")
        client.setacl("three", BOB, "lr")
        client.deleteacl("three", BOB)
        client.delete("two")
        client._simple_command("SETMETADATA", "three", '(/private/comment "first")')
        client._simple_command("SETMETADATA", "three", '(/private/comment "second")')


class Removed(unittest.TestCase):
    """Mail that was sent, mail that was filed, an account."""

    def setUp(self):
        post = self.post = Installation(settings="[keys]\ndep_key_ttl = 2\n[storage]\ndatabases = 1\n")
        self.sink = self.enterContext(Sink(post.root / "tls.crt", post.root / "tls.key"))
        with post.config.open("a") as file:
            file.write(self.sink.settings(post.root / "tls.crt", post.root / "relay.password"))
        self.enterContext(post)
        a, b = (vault.kid for vault in post.vaults)
        post.cli("dep", "create", "alone", "--root-a", a, "--root-b", b, "--no-availability-key")
        post.cli("dep", "assign", "alone", ADA)
        self.known = {}

    def remember(self, what, database, query):
        with Carver(self.post) as carver:
            self.known[what] = rows_of(Path(carver.directory.name), database, query)
        self.assertTrue(self.known[what])

    def test_sent_filed_and_removed(self):
        self.send()
        self.file()
        self.remember("account", "directory.db", "select a.name_hash, a.sealed, m.wrapped, d.public, d.proof from account a"
                      " join mailbox m on m.id = a.mailbox join delivery_key d on d.mailbox = m.id where a.id = 2")
        self.post.deliver([b"Subject: for bob\r\n\r\nx\r\n"] * 5, BOB)
        secrets = Secrets(self.post)
        self.post.cli("account", "remove", BOB, "--yes")
        self.post.cli("account", "alias", "add", ADA, "other@example.org")
        self.remember("alias", "directory.db", "select hash, sealed from alias")
        self.post.cli("account", "alias", "remove", ADA, "other@example.org")
        self.post.cli("account", "password", ADA, "--password-stdin", stdin=b"another password\n")
        time.sleep(QUIET)
        with Carver(self.post) as carver:
            self.assertEqual({what: [where for octets in known for where in carver.holds(octets)]
                              for what, known in self.known.items()}, {"sent": [], "filed": [], "account": [], "alias": []})
            self.assertEqual(carver.gone_records([*secrets.keys_of(BOB), *secrets.keys_of(ADA), secrets.directory_key]), [])
            self.assertEqual(carver.keys(secrets.keys_of(BOB), secrets.messages[BOB].values()), set())
            self.assertEqual(carver.keys(secrets.deps, secrets.keys_of(BOB)), set())
            self.assertEqual(carver.keys(secrets.deps, secrets.keys_of(ADA)), set(secrets.keys_of(ADA)))

    def send(self):
        self.sink.at["RCPT"] = lambda line: "450 4.2.1 later"
        with smtplib.SMTP("127.0.0.1", self.post.submission, local_hostname="client.example.org", timeout=60) as client:
            client.starttls(context=self.post.tls())
            client.login(ADA, PASSWORD)
            client.sendmail(ADA, ["far@example.net"], b"Subject: sent away\r\n\r\nbody\r\n")
        self.remember("sent", "spool.db", "select ephemeral, envelope_ephemeral, proof from spooled")
        self.sink.at.clear()
        self.wait_until(lambda: not self.post.json("queue", "list")["messages"])

    def file(self):
        self.post.stop()
        for vault in self.post.vaults:
            vault.stop()
        self.post.start()
        self.post.deliver([b"Subject: waits\r\n\r\n%d\r\n" % n for n in range(5)], ADA)
        self.remember("filed", "mail/1/store.db", "select ephemeral from arrival")
        for vault in self.post.vaults:
            vault.start()
        self.wait_until(lambda: self.inbox() == 5)

    def inbox(self):
        with contextlib.suppress(imaplib.IMAP4.error):
            with self.post.imap_client(ADA) as client:
                return int(client.select("INBOX", readonly=True)[1][0])

    def wait_until(self, fact, seconds=60):
        until = time.monotonic() + seconds
        while not fact():
            self.assertLess(time.monotonic(), until, "it did not come to that")
            time.sleep(0.2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
