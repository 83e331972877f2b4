"""Data purge through the real programs: a mailbox and a DEP are destroyed, and then everything that is left (a full copy of
the data, the service keys, both vaults with their keys enabled again) opens none of what was purged and all of the rest."""

import json
import os
import pwd
import shutil
import smtplib
import subprocess
import sys
import time
import unittest
from pathlib import Path

from installation import PASSWORD, PROGRAMS, Installation, free_port, run

READER = Path(__file__).resolve().parents[1] / "reader"
sys.path.insert(0, str(READER))

import directory as reader_directory  # noqa: E402
import mailbox as reader_mailbox  # noqa: E402
import sealing  # noqa: E402
import vault as reader_vault  # noqa: E402
from place import Kind, Place  # noqa: E402
from snapshot import Snapshot  # noqa: E402

ADA, BOB, CAROL, DAN, EVE = (f"{name}@example.org" for name in ("ada", "bob", "carol", "dan", "eve"))
APPROVER = "daemon"  # a user that every Debian has
WRAP = 73


def canary(name, n):
    return f"Subject: canary {name} {n}\r\n\r\nbody of {name} {n} {'x' * (70_000 if n == 2 else 100)}\r\n".encode()


class Secrets:
    """What of a mailbox or DEP opens its mail, as it is on the disk: wraps, and what they are found by."""

    def __init__(self, post):
        self.post, self.octets = post, {}

    def add(self, what, octets):
        self.octets[what] = bytes(octets)

    def of_mailbox(self, number):
        with Snapshot(self.post.data / "directory.db", reader_directory.APPLICATION_ID, reader_directory.VERSIONS) as tables:
            database, wrapped = tables.row("mailbox", "ib", "select database, wrapped from mailbox where id = ?", number)
            self.add(f"mailbox key {number}", wrapped)
            for public, proof in tables.rows("bb", "select public, proof from delivery_key where mailbox = ?", number):
                self.add(f"delivery key {number}", public)
                self.add(f"proof {number}", proof)
        with Snapshot(self.post.data / f"mail/{database}/store.db", reader_mailbox.APPLICATION_ID,
                      reader_mailbox.VERSIONS) as tables:
            tree, = tables.row("mailbox", "b", "select tree from mailbox where id = ?", number)
            self.add(f"tree {number}", tree)
            for wrapped, in tables.rows("b", "select wrapped from delivery_key where mailbox = ?", number):
                self.add(f"private half {number}", wrapped)
            for message, wrapped, body in tables.rows(
                    "ibb", "select m.id, wrapped, d from message m join message_key k on k.message = m.id"
                    " join body b on b.id = m.id << 16 where m.mailbox = ?", number):
                self.add(f"message key {message}", wrapped)
                self.add(f"body {message}", body[:200])

    def of_dep(self, number):
        with Snapshot(self.post.data / "directory.db", reader_directory.APPLICATION_ID, reader_directory.VERSIONS) as tables:
            for version, slot, wrapped in tables.rows(
                    "iib", "select version, slot, wrapped from dep_key where dep = ?", number):
                self.add(f"DEP key {version}, wrap {slot}", wrapped)
        for path in self.post.service_keys.glob(f"availability-{number}*.key"):
            self.add(path.name, path.read_bytes()[17:49])

    def found(self, *roots):
        """Which of them are in any file, between its rows too."""
        left = set()
        for root in roots:
            for path in root.rglob("*"):
                if path.is_file():
                    octets = path.read_bytes()
                    left |= {what for what, secret in self.octets.items() if secret in octets}
        return left


@unittest.skipUnless(os.geteuid() == 0, "a second person at the admin socket needs root to become one")
class Purge(unittest.TestCase):
    def setUp(self):
        self.post = Installation(settings="[keys]\ndep_key_ttl = 2\npurge_grace = 1\n[alerts]\ninterval = 1\n")
        text = self.post.config.read_text().replace("[admin]\n", f'[admin]\nusers = ["{APPROVER}"]\n')
        away = f'[outgoing]\nsmart_host = "127.0.0.1"\nport = {free_port()}\nca = "{self.post.root / "tls.crt"}"\n'
        self.post.config.write_text(text + away)
        self.post.root.chmod(0o711)
        post = self.enterContext(self.post)
        self.a, self.b = post.vaults
        for vault in post.vaults:
            run(PROGRAMS / "vault/sealvault", "key", "create", "--dir", vault.directory, "--name", "other", "--size", "2048")
        post.cli("dep", "create", "other", "--root-a", f"{self.a.url}/keys/other", "--root-b", f"{self.b.url}/keys/other")
        for name in (CAROL, DAN, EVE):
            post.create_account(name)
        post.cli("dep", "assign", "customer", DAN, EVE)
        post.cli("dep", "assign", "other", CAROL)
        post.cli("account", "alias", "add", ADA, "lovelace@example.org")
        for name in (ADA, BOB, CAROL, DAN, EVE):
            post.deliver([canary(name, n) for n in range(4)], name)
        post.cli("role", "grant", "root", "purge-requester")
        post.cli("role", "grant", APPROVER, "purge-approver")
        time.sleep(1)  # an approver is one beforehand

    def by(self, user, *arguments):
        """The exit code and what was printed, of a command as that user."""
        done = subprocess.run([str(PROGRAMS / "sealpost"), *map(str, arguments), "--socket", str(self.post.socket)],
                              capture_output=True, timeout=120, user=user, group=pwd.getpwnam(user).pw_gid,
                              extra_groups=[], cwd="/")
        return done.returncode, (done.stdout + done.stderr).decode()

    def refused(self, part, *arguments, user="root", code=5):
        self.assertEqual(self.by(user, *arguments)[0], code, self.by(user, *arguments))
        self.assertIn(part, self.by(user, *arguments)[1])

    def allowed(self, *arguments, user="root"):
        code, text = self.by(user, *arguments)
        self.assertEqual(code, 0, text)
        return text

    def request(self, *what):
        return json.loads(self.allowed("purge", "request", *what, "--reason", "contract ended", "--contact", CAROL, "--json"))

    def wait_for(self, number, state):
        until = time.monotonic() + 60
        while (found := self.post.json("purge", "show", number))["state"] != state:
            self.assertLess(time.monotonic(), until, found)
            time.sleep(0.2)
        return found

    def roots(self, how):
        for vault in self.post.vaults:
            run(PROGRAMS / "vault/sealvault", "key", how, "--dir", vault.directory, "--name", "root")

    def submit(self, sender):
        """A message to another domain, which waits in the queue."""
        with smtplib.SMTP("127.0.0.1", self.post.submission, local_hostname="client.example.org", timeout=60) as client:
            client.starttls(context=self.post.tls())
            client.login(sender, PASSWORD)
            client.sendmail(sender, ["far@example.net"], f"From: {sender}\r\nSubject: on its way\r\n\r\nhello\r\n".encode())

    def mailbox_of(self, name):
        return self.post.json("mailbox", "show", name)["id"]

    def inbox(self, name):
        with self.post.imap_client(name) as client:
            return int(client.select()[1][0])

    def copied(self, name):
        copy = self.post.root / name
        shutil.copytree(self.post.data, copy / "data")
        shutil.copytree(self.post.service_keys, copy / "keys")
        return copy

    def reader(self, copy, *command):
        arguments = ["--data", copy / "data", "--service-keys", copy / "keys"]
        for vault in self.post.vaults:
            arguments += ["--vault", vault.url, "--ca", vault.ca, "--token", vault.token_file]
        done = subprocess.run([sys.executable, "-B", READER / "read_store.py", *map(str, arguments), *map(str, command)],
                              capture_output=True, text=True, timeout=300)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def check_readable(self, copy, *names):
        """The reader, with all keys there are, opens the mail of these, all of it, and nobody else's."""
        out = copy / "export"
        self.reader(copy, "export", "--out", out)
        mail = {}
        for line in (out / "index.jsonl").read_text().splitlines():
            line = json.loads(line)
            mail.setdefault(line["account"], [])
            if line["kind"] == "message":
                mail[line["account"]].append((out / line["file"]).read_bytes())
        self.assertEqual(set(mail), set(names))
        for name, octets in mail.items():
            for n in range(4):
                self.assertTrue(any(canary(name, n) in each for each in octets), f"{name} {n}")

    def check_carved(self, copy, mailboxes, dep):
        """Whatever in these files has the form of a wrap opens neither a mailbox key nor the DEP's key."""
        keys = reader_vault.Keys(copy / "keys", [reader_vault.Vault(v.url, v.ca, v.token_file) for v in self.post.vaults],
                                 None, lambda text: None)
        opening = [reader_vault.service_key(path, reader_vault.AVAILABILITY_KEY, int(path.name.split("-")[1].split(".")[0]))
                   for path in (copy / "keys").glob("availability-*.key")]
        with reader_directory.Directory(copy / "data", keys) as found:
            for login in found.logins():
                found.mailbox_key(login)
        opening += keys.opened.values()
        self.assertGreaterEqual(len(opening), 3)
        places = [Place(Kind.DEP_KEY, row=dep, part=1)]
        places += [Place(Kind.MAILBOX_KEY, mailbox, dep, 1, 1) for mailbox in mailboxes]
        octets, tried = (copy / "data/directory.db").read_bytes(), 0
        for at in range(len(octets) - WRAP):
            if octets[at] != 0x13:
                continue
            for place in places:
                for key in opening:
                    tried += 1
                    with self.assertRaises(sealing.Corrupt):
                        sealing.open_wrap(key, place, octets[at:at + WRAP])
        print(f"{tried} tries to open what has the form of a wrap, in {len(octets)} octets")

    def test_a_mailbox_then_a_dep(self):
        post = self.post
        secrets = Secrets(post)

        # ---- a mailbox
        eve = self.mailbox_of(EVE)
        ask = ("purge", "request", "mailbox", EVE, "--reason", "erasure", "--contact", CAROL)
        self.refused("account eve@example.org is enabled", *ask)
        post.cli("account", "disable", EVE)
        secrets.of_mailbox(eve)
        self.refused("does not hold the role", *ask, user=APPROVER)
        self.refused("no purge path", "purge", "request", "mailbox", BOB, "--reason", "x", "--contact", "y", code=2)
        self.assertIn("dryRun: yes", self.allowed(*ask, "--dry-run"))
        self.assertEqual(post.json("purge", "list")["purges"], [])
        self.allowed(*ask)
        self.refused("does not hold the role", "purge", "approve", 1, "--mailboxes", 1)
        self.refused("means 1 mailboxes, not 2", "purge", "approve", 1, "--mailboxes", 2, user=APPROVER)
        self.refused("say how many", "purge", "approve", 1, user=APPROVER, code=2)
        self.allowed("purge", "approve", 1, "--mailboxes", 1, user=APPROVER)
        self.wait_for(1, "destroyed")
        self.refused("there is no such account", "account", "show", EVE, code=3)
        self.assertEqual(secrets.found(post.data, post.service_keys), set())

        # ---- a DEP
        self.refused("the service can still unwrap", *ask[:2], "dep", "customer", *ask[4:])
        self.assertIn("can still unwrap", post.json("what-if", "purge", "customer")["refused"])
        dep = post.json("dep", "show", "customer")["id"]
        mailboxes = [self.mailbox_of(name) for name in (ADA, DAN)]
        for mailbox in mailboxes:
            secrets.of_mailbox(mailbox)
        secrets.of_dep(dep)
        for sender in (ADA, DAN, BOB):
            self.submit(sender)
        self.assertGreater(len(secrets.found(post.data, post.service_keys)), 15)
        self.roots("disable")
        time.sleep(3)
        foretold = post.json("what-if", "purge", "customer")
        self.assertEqual({(each["account"], each["users"]) for each in foretold["mailboxes"]},
                         {(ADA, "destroyed"), (DAN, "destroyed")})
        dry = json.loads(self.allowed("purge", "request", "dep", "customer", "--reason", "r", "--contact", "c", "--dry-run",
                                      "--json"))
        self.assertEqual([each["account"] for each in dry["mailboxes"]], [ADA, DAN])
        self.assertIn("not for some of its mailboxes", dry["warning"])
        self.assertEqual([dry["rows"][name] for name in ("messages", "arrivals", "queued")], [8, 0, 2])
        text = self.allowed("purge", "request", "dep", "customer", "--reason", "r", "--contact", "c", "--dry-run")
        self.assertRegex(text, r"rows: folders=\d+ messages=8 arrivals=0 queued=2\n")
        second = self.request("dep", "customer")
        self.assertEqual((second["id"], second["count"]), (2, 2))
        self.refused("a purge of DEP customer is pending", "dep", "assign", "customer", BOB)
        self.refused("is pending", "account", "remove", ADA, "--yes")
        until = time.monotonic() + 30
        while not any(each["code"] == "purge-requested" for each in post.json("alert", "list")["alerts"]):
            self.assertLess(time.monotonic(), until)
            time.sleep(0.2)
        self.allowed("purge", "cancel", 2, user=APPROVER)
        third = self.request("dep", "customer")
        post.deliver([canary(ADA, "late")], "lovelace@example.org")  # is accepted, sealed
        self.roots("enable")  # and is blocked, when it is due
        self.allowed("purge", "approve", 3, "--digest", third["digest"], user=APPROVER)
        self.assertTrue(self.wait_for(3, "blocked")["blockedBy"])
        self.assertEqual(self.inbox(ADA), 5)
        self.roots("disable")
        self.wait_for(3, "destroyed")
        self.roots("enable")

        # ---- the proof
        self.assertEqual(secrets.found(post.data, post.service_keys), set())
        for when in ("running", "stopped"):
            copy = self.copied(when)
            self.assertEqual(secrets.found(copy), set())
            self.check_readable(copy, BOB, CAROL)
            found = self.reader(copy, "purges")
            self.assertEqual([each["state"] for each in found], ["destroyed", "cancelled", "destroyed"])
            self.assertEqual([found[2][name] for name in ("messages", "arrivals", "queued")], [9, 0, 2])
            if when == "running":
                self.check_certificates()
                post.stop()
        self.check_carved(copy, [eve, *mailboxes], dep)
        self.check_offline()
        post.start()
        self.assertEqual(self.inbox(BOB), 4)
        self.check_records()

    def check_certificates(self):
        post = self.post
        for number in (1, 3):
            self.allowed("purge", "certificate", number, "--out", post.root / f"{number}.json")
        self.refused("has no certificate", "purge", "certificate", 2, code=3)
        self.assertEqual(len(post.json("queue", "list")["messages"]), 1)  # of Bob, who is managed
        self.key = post.json("purge", "public-key")
        self.assertFalse(any(each["name"] == "customer" for each in post.json("dep", "list")["deps"]))
        new = post.json("dep", "create", "customer", "--root-a", self.a.kid, "--root-b", self.b.kid)
        self.assertGreater(new["id"], 3)
        self.refused("cannot be cancelled any more", "purge", "cancel", 3)

    def check_offline(self):
        post = self.post
        file = post.root / "3.json"
        answer = json.loads(run(PROGRAMS / "sealpost", "purge", "verify", file, "--public-key", self.key["publicKey"], "--json"))
        self.assertEqual((answer["verdict"], answer["fingerprint"]), ("valid", self.key["fingerprint"]))
        said = answer["certificate"]
        self.assertEqual([each["account"] for each in said["mailboxes"]], [ADA, DAN])
        self.assertEqual([said["rows"][name] for name in ("messages", "queued")], [9, 2])
        self.assertEqual(len(said["versions"][0]["roots"]), 2)
        self.assertIn("root", said["requested"]["by"])
        self.assertIn(APPROVER, said["approved"]["by"])
        self.refused_file(file.read_text().replace("contract ended", "contract begun"), "verdict: altered")
        self.refused_file(file.read_text(), "verdict: signed by another key", "--public-key", "00" * 32)
        self.refused_file("{}", "that is no purge certificate")

    def refused_file(self, text, part, *options):
        file = self.post.root / "altered.json"
        file.write_text(text)
        done = subprocess.run([PROGRAMS / "sealpost", "purge", "verify", file, *options], capture_output=True, timeout=60)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(part, (done.stdout + done.stderr).decode())

    def check_records(self):
        records = self.post.json("audit", "list", "--operation", "purge", "--limit", "1000")["records"]
        told = [(each["Operation"], each["ResultStatus"]) for each in records]
        for each in (("purge request", "begun"), ("purge request", "denied"), ("purge request", "success"),
                     ("purge approve", "denied"), ("purge approve", "success"), ("purge cancel", "success"),
                     ("purge cancel", "denied"), ("purge destroy", "blocked"), ("purge destroy", "begun"),
                     ("purge availability keys", "begun"), ("purge wrapped keys", "begun"), ("purge rows", "begun"),
                     ("purge destroy", "success")):
            self.assertIn(each, told)
        self.assertTrue(self.post.json("audit", "verify")["whole"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
