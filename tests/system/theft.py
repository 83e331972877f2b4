"""An installation that is stolen from: a mailbox of every sort, a backup of an earlier day, a dump of the server's memory
and a copy of the data directory, for the tests of `sealpost lab`."""

import imaplib
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import sealed_mail
from installation import PASSWORD, PROGRAMS, Installation, run
from odd_mail import OddMail

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examiner"))

from process_memory import dumped  # noqa: E402

NAMES = ADA, BOB, CAROL, DAN, FAY, GUS, IDA, KAY, LEA, MAX, NED = tuple(
    f"{name}@example.org" for name in ("ada", "bob", "carol", "dan", "fay", "gus", "ida", "kay", "lea", "max", "ned"))
MAIL = {ADA: 5, BOB: 3, CAROL: 2, DAN: 3, FAY: 2, GUS: 2, IDA: 2, KAY: 3, LEA: 1, MAX: 40, NED: 0}
LEVELS = {BOB: "managed", FAY: "managed", NED: "managed", MAX: "managed", IDA: "end-to-end", LEA: "end-to-end"}  # else customer key
ARRIVED = {CAROL: 1, LEA: 1}  # while their roots denied, and with no availability key: not filed
DENIED = [CAROL, DAN, LEA]
DELETED = 2  # of ada's, after the backup


def letter(name, n, extra=""):
    return (f"From: Writer {n} <writer{n}@example.net>\r\nTo: {name}\r\nSubject: subject {n} of {name}\r\n"
            f"Message-ID: <{n}.{name}>\r\nDate: Mon, 1 Mar 2027 08:00:00 +0000\r\n{extra}\r\nbody {n} of {name}\r\n").encode()


def encrypted(name, n):
    """By its sender: PGP in the text, PGP/MIME, S/MIME."""
    armour = sealed_mail.armour(sealed_mail.packets(100))
    enveloped = sealed_mail.lines(sealed_mail.enveloped(128))
    head = f"From: writer{n}@example.net\r\nTo: {name}\r\nSubject: sealed by its sender\r\nMessage-ID: <{n}.{name}>\r\n"
    return (head + ("\r\n" + armour,
                    "Content-Type: multipart/encrypted; boundary=b; protocol=\"application/pgp-encrypted\"\r\n\r\n--b\r\n"
                    "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream; "
                    f"name=encrypted.asc\r\n\r\n{armour}\r\n--b--\r\n",
                    "Content-Type: application/octet-stream; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                    f"{enveloped}")[n]).encode()


def mail_of(name):
    if name == KAY:
        return [encrypted(name, n) for n in range(MAIL[name])]
    return [letter(name, n) for n in range(MAIL[name])]


class Theft:
    """with Theft() as theft: what a thief could have, each in a place of its own."""

    def __init__(self):
        self.post = Installation(settings="[keys]\ndep_key_ttl = 4\nmailbox_linger = 2\n")
        root = self.post.root
        self.copy, self.backup, self.memory = root / "stolen", root / "stolen-backup", root / "stolen-memory"
        self.password, self.fewer_keys = root / "bob.password", root / "fewer-keys"
        self.assets = {
            "service-keys": ("--service-keys", self.post.service_keys), "vault-a": ("--vault-a", self.post.vaults[0].directory),
            "vault-b": ("--vault-b", self.post.vaults[1].directory), "memory": ("--memory-dump", self.memory),
            "backup": ("--backup", self.backup), "password": ("--password", f"{BOB}:{self.password}"), "admin": ("--admin",)}

    def __enter__(self):
        self.post.__enter__()
        try:
            self.fill()
        except BaseException:
            self.post.__exit__(True)
            raise
        return self

    def __exit__(self, *failure):
        self.post.__exit__(*failure)

    def options(self, *names):
        return [str(word) for name in names for word in self.assets[name]]

    def dep(self, name, *options):
        for vault in self.post.vaults:
            vault.do("key", "create", "--name", name, "--size", "2048")
        a, b = (f"{vault.url}/keys/{name}" for vault in self.post.vaults)
        self.post.cli("dep", "create", name, "--root-a", a, "--root-b", b, *options)

    def fill(self):
        post = self.post
        self.dep("sealed", "--no-availability-key")
        self.dep("leaving")
        for name in NAMES[2:]:
            post.create_account(name)
        post.cli("dep", "assign", "sealed", CAROL, LEA)
        post.cli("dep", "assign", "leaving", DAN)
        post.cli("dep", "assign", "customer", KAY)
        self.end_to_end(IDA)
        self.end_to_end(LEA)
        for name in NAMES:
            if name != MAX:
                post.deliver(mail_of(name), name)
        with post.imap_client(MAX) as client:
            odd = OddMail(20261130)
            for octets in (odd.message() for _ in range(MAIL[MAX])):
                tag = client._new_tag()
                client.send(tag + b" APPEND INBOX ~{%d+}\r\n%s\r\n" % (len(octets), octets))
                client._command_complete("APPEND", tag)
        with post.imap_client(FAY) as client:
            client.setacl("INBOX", BOB, "lr")
        with post.imap_client(ADA) as client:
            client.create("Plans/Ada")
            client.select("INBOX")
            client.store("1", "+FLAGS", "(\\Flagged urgent)")
            client.copy("1", "Plans/Ada")
        self.earlier()
        self.later()

    def end_to_end(self, name):
        certificate = self.post.root / f"{name}.pem"
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=x", "-addext",
            f"subjectAltName=email:{name}", "-addext", "keyUsage=keyEncipherment", "-addext", "extendedKeyUsage=emailProtection",
            "-keyout", self.post.root / "certificate-key.pem", "-out", certificate)
        self.post.cli("mailbox", "protect", name, "end-to-end", certificate, "--yes")

    def earlier(self):
        """The backup: gus is still managed, and ada has what she deletes later."""
        shutil.copytree(self.post.data, self.backup)

    def later(self):
        post = self.post
        post.cli("dep", "assign", "customer", GUS)
        post.deliver([letter(GUS, 9)], GUS)
        with post.imap_client(ADA) as client:
            client.select("INBOX")
            client.store("2:3", "+FLAGS", "\\Deleted")
            client.expunge()
        self.served = {name: self.messages(name) for name in NAMES}
        self.opaque = {name: post.json("mailbox", "show", name, "--counts")["counts"]["opaqueMessages"] for name in NAMES}
        for vault in post.vaults:
            for name in ("leaving", "sealed"):
                vault.do("key", "disable", "--name", name)
        for name in DENIED:
            self.until_denied(name)
        for name, count in ARRIVED.items():
            post.deliver([letter(name, 20 + n) for n in range(count)], name)
        self.password.write_text(PASSWORD + "\n")
        with post.imap_client(ADA) as client:
            client.select("INBOX")
            dumped(post.process.pid, self.memory, locked=True)
            self.watched = self.attack_on_memory(post.process.pid)
        self.asked = json.loads(run(PROGRAMS / "sealpost", "lab", self.backup, "--admin-socket", post.socket, "--json"))
        self.ledger = post.cli("ledger", "--cause", "lab", "--by", "mailbox,cause")
        post.stop()
        shutil.copytree(post.data, self.copy)

    def messages(self, name):
        """The octets of each message, once, as its owner's client gets them."""
        found = set()
        with self.post.imap_client(name) as client:
            folders = [re.search(rb'"([^"]*)"$|(\S+)$', line) for line in client.list()[1]]
            own = [match[1] or match[2] for match in folders if b"Other Users" not in match[0]]
            for folder in own:
                if client.select(b'"' + folder + b'"', readonly=True)[0] != "OK":  # \\Noselect
                    continue
                found |= {part[1] for part in client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1] or () if isinstance(part, tuple)}
        return found

    def attack_on_memory(self, pid):
        """What `lab attack --pid` says of it."""
        done = subprocess.run([PROGRAMS / "sealpost", "lab", "attack", self.backup, "--pid", str(pid), "--json"],
                              capture_output=True, text=True, timeout=600)
        lines = json.loads(done.stdout)["attacks"]
        return next((line["verdict"], line["seen"]) for line in lines if line["attack"] == "memory")

    def until_denied(self, name):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                with self.post.imap_client(name):
                    time.sleep(0.5)
            except imaplib.IMAP4.error:
                return
        raise AssertionError(f"{name} still reads, a minute after the roots were disabled")

    def dep_without_its_availability_key(self, name):
        """Service keys of which the availability key of one DEP was not taken."""
        shutil.copytree(self.post.service_keys, self.fewer_keys)
        number = {"managed": 1, "customer": 2, "sealed": 3, "leaving": 4}[name]
        for path in self.fewer_keys.glob(f"availability-{number}*.key"):
            path.unlink()
