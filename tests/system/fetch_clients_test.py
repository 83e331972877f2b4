"""Clients that take mail away or sort it, against the built server over TLS: fetchmail, getmail, imapfilter,
curl, imaplib."""

import email
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from client_mail import MESSAGES, SLOW, counted, digest, import_mail, mutf7, wait_for
from installation import PASSWORD, Installation, end, run


def leaves(raw):
    """Message-ID and decoded contents: getmail folds headers anew."""
    message = email.message_from_bytes(raw)
    return message["Message-ID"], *((part.get_payload(decode=True) or b"").replace(b"\r\n", b"\n").rstrip(b"\n")
                                    for part in message.walk() if not part.is_multipart())


class FetchClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.post = Installation().__enter__()
        for name in ("fetcher", "getter", "sorter", "reader"):
            cls.post.create_account(f"{name}@example.org")

    @classmethod
    def tearDownClass(cls):
        cls.post.__exit__()

    def home(self, name):
        home = self.post.root / name
        home.mkdir()
        return home

    def left(self, account, folder="INBOX"):
        with self.post.imap_client(account) as client:
            client.select(folder, readonly=True)
            return len(client.search(None, "ALL")[1][0].split())

    def taker(self, home):
        """A program that puts the message it reads into home/mail."""
        (home / "mail").mkdir(exist_ok=True)
        script = home / "take"
        script.write_text(f'#!/bin/sh\nn=$(mktemp {home}/XXXXXXXXXX) && cat >"$n" && mv "$n" {home}/mail/\n')
        script.chmod(0o700)
        return script

    def fetchmailrc(self, home, *more):
        rc = home / "fetchmailrc"
        rc.write_text(f"""
set no bouncemail
set invisible
poll localhost protocol imap port {self.post.imaps} timeout {SLOW}
  user "fetcher@example.org" password "{PASSWORD}" ssl sslcertck sslcertfile "{self.post.root}/tls.crt"
  no rewrite pass8bits fetchall nokeep mda "{self.taker(home)}" {' '.join(more)}
""")
        rc.chmod(0o600)
        return ["fetchmail", "--nosyslog", "--nodetach", "-f", rc, "--pidfile", home / "pid", "-i", home / "ids"]

    def test_fetchmail_takes_all_and_waits_for_more(self):
        sent = import_mail(self.post, "fetcher@example.org", "INBOX", MESSAGES // 2, seed=21)
        home = self.home("fetchmail")
        environment = {**os.environ, "HOME": str(home)}
        done = subprocess.run([str(c) for c in self.fetchmailrc(home)], capture_output=True, timeout=SLOW, env=environment)
        self.assertEqual(done.returncode, 0, done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:])
        got = counted(digest(path.read_bytes()) for path in (home / "mail").iterdir())
        self.assertEqual(got, counted(map(digest, sent)))
        self.assertEqual(self.left("fetcher@example.org"), 0)
        before = len(sent)
        idle = subprocess.Popen([str(c) for c in self.fetchmailrc(home, "idle")], env=environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for n in range(3):
                self.post.deliver([f"Subject: late {n}\r\n\r\nlate\r\n".encode()], to="fetcher@example.org")
                wait_for(lambda: len(list((home / "mail").iterdir())) > before + n, "mail while fetchmail idles")
        finally:
            end(idle)

    def test_getmail_takes_all(self):
        """As another user: getmail does not deliver into a Maildir as root."""
        sent = import_mail(self.post, "getter@example.org", "INBOX", MESSAGES // 2, seed=22)
        home = pathlib.Path(tempfile.mkdtemp(prefix="sealpost-getmail-"))
        self.addCleanup(shutil.rmtree, home)
        shutil.copy(self.post.root / "tls.crt", home / "ca.pem")
        for part in ("cur", "new", "tmp"):
            (home / "mail" / part).mkdir(parents=True)
        (home / "getmailrc").write_text(f"""
[retriever]
type = SimpleIMAPSSLRetriever
server = localhost
port = {self.post.imaps}
username = getter@example.org
password = {PASSWORD}
ca_certs = {home}/ca.pem
[destination]
type = Maildir
path = {home}/mail/
[options]
delete = true
read_all = false
delivered_to = false
received = false
""")
        nobody = 65534
        for path in (home, *home.rglob("*")):
            os.chown(path, nobody, nobody)
        for _ in range(5):
            done = subprocess.run(["getmail", "--getmaildir", home, "--rcfile", home / "getmailrc"], capture_output=True,
                                  timeout=SLOW, user=nobody, group=nobody, extra_groups=[], cwd=home,
                                  env={"PATH": "/usr/bin:/bin", "HOME": str(home)})
            # It misses now and then that its own child, which stores a message, has ended before it waits for that.
            if b"waiting child pid" not in done.stdout + done.stderr:
                break
        self.assertEqual(done.returncode, 0, done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:])
        got = counted(leaves(path.read_bytes()) for path in (home / "mail" / "new").iterdir())
        self.assertEqual(got, counted(map(leaves, sent)))
        self.assertEqual(self.left("getter@example.org"), 0)

    def test_imapfilter_sorts(self):
        maker = [f"From: {'boss' if n % 5 == 0 else 'list'}@example.net\r\nSubject: n {n}\r\n\r\nbody {n}\r\n".encode()
                 for n in range(500)]
        self.post.deliver(maker, to="sorter@example.org")
        home = self.home("imapfilter")
        (home / "rc.lua").write_text(f"""
options.timeout = {SLOW}
options.create = true
options.subscribe = true
options.charset = 'UTF-8'
options.limit = 50
account = IMAP {{ server = 'localhost', port = {self.post.imaps}, username = 'sorter@example.org',
                 password = '{PASSWORD}', ssl = 'auto' }}
account:create_mailbox('Größe & Maß')
boss = account.INBOX:contain_from('boss@example.net')
boss:mark_flagged()
boss:copy_messages(account.Archive)
boss:move_messages(account['Größe & Maß'])
old = account.INBOX:contain_subject('n 1') * account.INBOX:is_unseen()
old:delete_messages()
print('left ' .. account.INBOX:check_status())
""")
        done = subprocess.run(["imapfilter", "-c", home / "rc.lua", "-t", self.post.root / "tls.crt"], capture_output=True,
                              timeout=SLOW, env={**os.environ, "HOME": str(home)})
        self.assertEqual(done.returncode, 0, done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:])
        kept = [n for n in range(500) if n % 5 and not str(n).startswith("1")]
        self.assertIn(f"left {len(kept)}", done.stdout.decode())
        with self.post.imap_client("sorter@example.org") as client:
            client.select("Archive", readonly=True)
            self.assertEqual(len(client.search(None, "FLAGGED", "FROM", "boss")[1][0].split()), 100)
            client.select(mutf7("Größe & Maß"), readonly=True)
            self.assertEqual(len(client.search(None, "FLAGGED")[1][0].split()), 100)

    def test_curl_and_imaplib_read_the_same(self):
        sent = import_mail(self.post, "reader@example.org", "Imported", 200, seed=23)
        with self.post.imap_client("reader@example.org") as client:
            client.select("Imported")
            found = client.uid("FETCH", "1:*", "(BODY.PEEK[] RFC822.SIZE)")[1]
            mail = {int(line.split(b"UID ")[1].split()[0]): raw for line, raw in (one for one in found if isinstance(one, tuple))}
        self.assertEqual(counted(map(digest, mail.values())), counted(map(digest, sent)))
        some = sorted(mail)[::20]
        url = f"imaps://127.0.0.1:{self.post.imaps}/Imported;UID="
        home = self.home("curl")
        for uid in some:
            run("curl", "-sS", "--fail", "--cacert", self.post.root / "tls.crt", "--user", f"reader@example.org:{PASSWORD}",
                f"{url}{uid}", "-o", home / str(uid))
            self.assertEqual((home / str(uid)).read_bytes(), mail[uid])


if __name__ == "__main__":
    unittest.main(verbosity=2)
