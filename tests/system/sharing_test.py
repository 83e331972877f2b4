"""Ada, whose mailbox is under a customer's DEP, shares folders with bob, whose own mailbox is not: what bob sees and does, what
is on record, what a thief of the files sees of it, and that a revocation of ada's roots ends it for bob too. And quotas, set and
felt by LMTP and IMAP."""

import imaplib
import smtplib
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

from installation import PASSWORD, Installation

ADA, BOB = "ada@example.org", "bob@example.org"
INBOX = f'"Other Users/{ADA}/INBOX"'
TTL = 5
READER = Path(__file__).resolve().parents[1] / "reader/read_store.py"
imaplib.Commands |= {"SETMETADATA": ("AUTH", "SELECTED"), "GETMETADATA": ("AUTH", "SELECTED"),
                      "GENURLAUTH": ("AUTH", "SELECTED"), "URLFETCH": ("AUTH", "SELECTED")}


def settings():
    return f"[keys]\ndep_key_ttl = {TTL}\nmailbox_linger = 0\n[alerts]\ninterval = 3600\n"


def fetched(client, url):
    """What the URL gives (RFC 4467), as imaplib has it."""
    client._simple_command("URLFETCH", url)
    return client.untagged_responses.pop("URLFETCH")


class Idle(threading.Thread):
    """A session of bob's with ada's INBOX selected, until the server ends it."""

    def __init__(self, post):
        super().__init__(daemon=True)
        self.client = imaplib.IMAP4("127.0.0.1", post.imap, timeout=120)
        self.client.login(BOB, PASSWORD)
        assert self.client.select(INBOX)[0] == "OK"
        self.ended, self.bye = None, b""

    def run(self):
        self.client.send(b"t1 IDLE\r\n")
        while not self.bye.startswith(b"* BYE"):
            self.bye = self.client.readline()
            if not self.bye:
                break
        self.ended = time.monotonic()
        self.client.shutdown()


class Sharing(unittest.TestCase):
    def test_a_shared_mailbox_stays_under_its_owners_keys(self):
        with Installation(settings=settings()) as post:
            self.share(post)
            self.read(post)
            self.on_record(post)
            self.unreadable_at_rest(post)
            self.revoke(post)
            self.give_back(post)

    def share(self, post):
        post.deliver([b"Subject: %d\r\n\r\ncanary %d\r\n" % (n, n) for n in range(5)], ADA)
        with post.imap_client(ADA) as client:
            self.assertEqual(client.setacl("INBOX", BOB, "lrsw")[0], "OK")
            self.assertEqual(client.create("TopSecretName")[0], "OK")
            self.assertEqual(client.setacl("TopSecretName", BOB, "lri")[0], "OK")
            self.assertEqual(client._simple_command("SETMETADATA", "INBOX", '(/shared/comment "AnnotationCanary")')[0], "OK")
            ada, bob = ADA.replace("@", "%40"), BOB.replace("@", "%40")
            rump = f'"imap://{ada}@mail.example.org/INBOX/;uid=4/;section=TEXT;urlauth=user+{bob}"'
            self.assertEqual(client._simple_command("GENURLAUTH", rump, "INTERNAL")[0], "OK")
            self.url = client.untagged_responses["GENURLAUTH"][0].decode()
            self.assertIn("NIL", str(fetched(client, self.url)))  # it is bob's

    def read(self, post):
        with post.imap_client(BOB) as client:
            listed = [line.decode() for line in client.list('""', '"Other Users/*"')[1]]
            self.assertEqual([line.rpartition('"/" ')[2] for line in listed],
                             [f'"Other Users/{ADA}"', INBOX, f'"Other Users/{ADA}/TopSecretName"'])
            self.assertEqual(client.select(INBOX), ("OK", [b"5"]))
            self.assertIn(b"canary 3", client.fetch("4", "(BODY[TEXT])")[1][0][1])
            self.assertIn(b"canary 3", fetched(client, self.url)[0][1])
            self.assertEqual(client.copy("1:5", "INBOX")[0], "OK")
            self.assertEqual(client.copy("1", f'"Other Users/{ADA}/TopSecretName"')[0], "OK")
            self.assertEqual(client.expunge()[0], "NO")
            self.assertEqual(client.select(f'"Other Users/{ADA}/Sent"')[0], "NO")
        with post.imap_client(ADA) as client:
            client.select("INBOX", readonly=True)
            self.assertEqual(client.search(None, "SEEN")[1], [b"4"])
            self.assertEqual(client.select("TopSecretName"), ("OK", [b"1"]))

    def on_record(self, post):
        events = post.json("audit", "list", "--operation", "acl set")["records"]
        self.assertEqual({event["UserId"] for event in events}, {f"{ADA} (IMAP)"})
        text = str(events)
        self.assertIn(BOB, text)
        self.assertNotIn("TopSecretName", text)

    def unreadable_at_rest(self, post):
        done = subprocess.run([sys.executable, "-B", READER, "--data", post.data, "--service-keys", post.service_keys,
                               "--by", "availability", "check"], capture_output=True, text=True, timeout=120)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for path in post.data.rglob("*"):
            if path.is_file():
                octets = path.read_bytes()
                for word in (b"TopSecretName", b"AnnotationCanary", b"ada@example", b"bob@example", b"canary"):
                    self.assertNotIn(word, octets, f"{word} is in {path}")

    def revoke(self, post):
        idle = Idle(post)
        idle.start()
        own = post.imap_client(BOB)
        own.select("INBOX")
        time.sleep(1)
        for vault in post.vaults:
            vault.do("key", "disable", "--name", "root")
        revoked = time.monotonic()
        idle.join(TTL + 30)
        self.assertFalse(idle.is_alive(), "bob goes on in ada's mailbox")
        self.assertRegex(idle.bye, rb"^\* BYE \[CONTACTADMIN\]")
        print(f"bob's session in ada's mailbox ended {idle.ended - revoked:.2f} s after the revocation")
        # His own mailbox, and what he has copied, are not under those keys.
        self.assertIn(b"canary 3", own.fetch("4", "(BODY[TEXT])")[1][0][1])
        self.assertEqual(own.list('""', '"Other Users/*"'), ("OK", [None]))
        answer = own.select(INBOX)
        self.assertEqual(answer[0], "NO")
        self.assertRegex(answer[1][0], rb"CONTACTADMIN")
        self.assertTrue(fetched(own, self.url)[0].endswith(b" NIL"))
        own.logout()

    def give_back(self, post):
        post.vaults[0].do("key", "enable", "--name", "root")
        until = time.monotonic() + 60
        with post.imap_client(BOB) as client:
            while client.select(INBOX)[0] != "OK":
                self.assertLess(time.monotonic(), until, "access is not back after a minute")
                time.sleep(0.3)
            self.assertIn(b"canary 1", client.fetch("2", "(BODY[TEXT])")[1][0][1])
            self.assertIn(b"canary 3", fetched(client, self.url)[0][1])


class Quotas(unittest.TestCase):
    def test_a_full_mailbox_takes_no_more_until_there_is_room(self):
        with Installation(vaults=False, settings="[quota]\nmessages = 3\n") as post:
            post.deliver([b"Subject: x\r\n\r\nx\r\n"] * 3, BOB)
            self.refused(post)
            shown = post.json("quota", "show", BOB, "--usage")
            self.assertEqual((shown["messages"], shown["used"]["messages"]), ({"limit": 3, "from": "default"}, 3))
            with post.imap_client(BOB) as client:
                self.assertEqual(client.append("INBOX", None, None, b"x\r\n")[0], "NO")
                self.assertEqual(client.getquotaroot("INBOX")[1][1], [b"bob@example.org (MESSAGE 3 3)"])
            post.cli("quota", "set", BOB, "--messages", "4", "--storage", "10G")
            post.deliver([b"Subject: x\r\n\r\nx\r\n"], BOB)
            self.refused(post)
            with post.imap_client(BOB) as client:
                client.select("INBOX")
                client.store("1", "+FLAGS", "(\\Deleted)")
                client.expunge()
            post.deliver([b"Subject: x\r\n\r\nx\r\n"], BOB)
            self.assertIn("quota set", str(post.json("audit", "list", "--operation", "quota")))

    def refused(self, post):
        with post.lmtp_client() as client:
            with self.assertRaises(smtplib.SMTPRecipientsRefused) as refusal:
                client.sendmail("sender@example.net", [BOB], b"Subject: x\r\n\r\nx\r\n")
            code, text = refusal.exception.recipients[BOB]
            self.assertEqual((code, text[:5]), (452, b"4.2.2"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
