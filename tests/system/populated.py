"""An installation in which everything that can be named, written or received has been, with a canary in each place: what a
thief of its data directory must not find. Its accounts: ada under a DEP of hers, bob managed, carol under a DEP without an
availability key whose vaults are away at the end, so that mail for her is waiting, dan with a purge pending."""

import imaplib
import smtplib
import time

from installation import PASSWORD, Installation, free_port, run

imaplib.Commands |= {"SETMETADATA": ("AUTH", "SELECTED"), "GENURLAUTH": ("AUTH", "SELECTED")}
MARK = "quartzlantern"  # in each canary
ADA, BOB, CAROL, DAN = (f"{MARK}{name}@example.org" for name in ("ada", "bob", "carol", "dan"))
ACCOUNTS = (ADA, BOB, CAROL, DAN)


def canary(place):
    return f"{MARK}{place}"


# What is guessed in no time, so that a plain hash of it would be as good as itself.
GUESSED = [*ACCOUNTS, *(name.partition("@")[0] for name in ACCOUNTS), "example.org", "example.net", "INBOX", "Sent", "Drafts",
           "Trash", "Archive", "Junk", "postmaster@example.org", *(canary(p) + "@example.net" for p in ("sender", "far", "cc")),
           *(canary(p) for p in ("folder", "keyword", "phone", "dep", "depwords", "subject0", "subject1", "reason"))]


def letter(n, to):
    """With a canary in each part; `n` is in most of them."""
    return f"""From: "{canary('display')}{n}" <{canary('sender')}@example.net>
To: {to}
Cc: {canary('cc')}@example.net
Subject: {canary('subject')}{n}
Message-ID: <{canary('id')}{n}@example.net>
Date: Mon, 1 Jun 2026 10:{n % 60:02}:00 +0000
X-Note: {canary('header')}{n}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary={canary('boundary')}

--{canary('boundary')}
Content-Type: text/html

<p>{canary('body')}{n}</p>{'<br>' * (n * n * 40)}
--{canary('boundary')}
Content-Type: application/octet-stream; name="{canary('file')}{n}.bin"

{canary('attachment') * (1 + 3000 * (n % 7 == 3))}
--{canary('boundary')}--
""".replace("\n", "\r\n").encode()


class Populated(Installation):
    def __init__(self, messages=14, settings=""):
        self.messages, away = messages, free_port()
        super().__init__(settings=f"[keys]\ndep_key_ttl = 2\n[alerts]\ninterval = 1\n{settings}")
        (self.root / "relay.password").write_text(f"{canary('relay')}\n")
        (self.root / "relay.password").chmod(0o600)
        with self.config.open("a") as file:
            file.write(f'[outgoing]\nsmart_host = "127.0.0.1"\nport = {away}\nca = "{self.root}/tls.crt"\nuser = "relay"\n'
                       f'password_file = "{self.root}/relay.password"\n')

    def __enter__(self):
        super().__enter__()
        try:
            self.make_policies()
            self.make_accounts()
            self.fill()
            for name in (ADA, BOB):
                self.work(name)
            self.deliver([f"Subject: {canary('short')}\r\n\r\n{n}\r\n" for n in range(150)], BOB)  # fills blocks of a list
            with self.imap_client(BOB) as client:  # what nobody has open is not indexed
                client.select("INBOX")
                self.wait_until(lambda: self.json("search", "status", BOB)["covered"] > 0)
            self.queue_mail()
            self.ask_for_purge()
            self.take_roots_away()
        except BaseException:
            self.__exit__(True)
            raise
        return self

    def make_policies(self):
        for vault in self.vaults:
            vault.do("key", "create", "--name", "denied", "--size", "2048")
        a, b = (vault.kid for vault in self.vaults)
        self.cli("dep", "create", canary("dep"), "--root-a", a, "--root-b", b, "--description", canary("depwords"))
        self.cli("dep", "create", canary("alone"), "--root-a", a, "--root-b", b, "--no-availability-key")
        self.cli("dep", "create", canary("denied"), "--root-a", a.replace("root", "denied"), "--root-b", b.replace("root", "denied"))
        self.cli("dep", "describe", canary("alone"), canary("otherwords"))
        self.cli("role", "grant", "daemon", "auditor")

    def make_accounts(self):
        for name, dep in zip(ACCOUNTS, (canary("dep"), None, canary("alone"), canary("dep"))):
            self.create_account(name)
            if dep:
                self.cli("dep", "assign", dep, name)
        self.cli("dep", "assign", canary("denied"), "bob@example.org")
        self.cli("account", "alias", "add", ADA, f"{canary('alias')}@example.org")
        self.cli("account", "alias", "add", BOB, "postmaster@example.org")
        self.cli("account", "app-password", "add", ADA, "--name", canary("phone"))
        self.cli("account", "certificate", "add", ADA, "--fingerprint", "c4" * 32, "--name", canary("card"))
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", f"/CN={canary('owner')}",
            "-addext", f"subjectAltName=email:{DAN}", "-addext", "keyUsage=digitalSignature,keyEncipherment",
            "-addext", "extendedKeyUsage=emailProtection", "-keyout", self.root / "dan.key", "-out", self.root / "dan.pem")
        self.cli("mailbox", "protect", DAN, "end-to-end", self.root / "dan.pem", "--yes")
        self.cli("quota", "set", ADA, "--storage", "10G", "--messages", "70000", "--folders", "900")

    def fill(self):
        for name in ACCOUNTS[:3]:
            self.deliver([letter(n, name) for n in range(self.messages)], name)
        self.deliver([letter(3, f"{canary('alias')}@example.org")], f"{canary('alias')}@example.org")
        self.deliver([letter(3, ADA)] * 3, ADA)

    def work(self, name):
        c = self.imap_client(name)
        folder, mine = canary("folder"), canary("mine")
        for made in (folder, f"{folder}/{canary('below')}", mine):
            c.create(made)
        for n in range(40):  # enough for a list of their versions
            c.create(f"{mine}/{n}")
        c.subscribe(folder)
        c.setacl(folder, next(other for other in ACCOUNTS if other != name), "lrswi")
        c.append("Drafts", f"({canary('keyword')})", None, letter(1, name))
        c.append(folder, None, None, letter(2, name) + b"x" * 200_000)
        c.select("INBOX")
        c.store("1:4", "+FLAGS", f"({canary('keyword')} \\Flagged)")
        c.copy("1:3", folder)
        c.uid("MOVE", "4", mine)
        for box in ("INBOX", folder):
            c._simple_command("SETMETADATA", box, f'(/private/comment "{canary("private")}" /shared/comment "{canary("shared")}")')
        c._simple_command("SETMETADATA", '""', f'(/private/vendor/x/{canary("entry")} "{canary("value")}")')
        c._simple_command("SETMETADATA", '""', '(/private/vendor/sealpost/ledger-notice "monthly")')
        c._simple_command("GENURLAUTH", f'"imap://{name.replace("@", "%40")}@mail.example.org/INBOX/;uid=1;urlauth=anonymous"',
                          "INTERNAL")
        for key in ("TEXT", "SUBJECT", "FROM"):
            c.search(None, key, canary("search"))
        c.fetch("1:*", "(ENVELOPE BODYSTRUCTURE BODY.PEEK[])")
        c.store("5", "+FLAGS", r"(\Deleted)")
        c.expunge()
        c.rename(mine, canary("renamed"))
        c.logout()

    def queue_mail(self):
        with smtplib.SMTP("127.0.0.1", self.submission, local_hostname=f"{canary('client')}.example.org", timeout=60) as client:
            client.starttls(context=self.tls())
            client.login(ADA, PASSWORD)
            for n in range(3):
                client.sendmail(ADA, [f"{canary('far')}@example.net", f"{canary('farther')}@example.com"], letter(n, "far"))

    def ask_for_purge(self):
        self.cli("account", "disable", DAN)
        self.cli("role", "grant", "root", "purge-requester")
        self.cli("purge", "request", "mailbox", DAN, "--reason", canary("reason"), "--contact", canary("contact"))

    def take_roots_away(self):
        """One DEP is denied, another has no vault that answers; mail for it arrives."""
        for vault in self.vaults:
            vault.do("key", "disable", "--name", "denied")
        self.wait_until(lambda: self.denied())
        self.stop()
        for vault in self.vaults:
            vault.stop()
        self.start()
        self.deliver([letter(n, CAROL) for n in range(3)], CAROL)

    def denied(self):
        try:
            self.imap_client("bob@example.org").logout()
        except imaplib.IMAP4.error as error:
            return "CONTACTADMIN" in str(error)
        return False

    @staticmethod
    def wait_until(fact, seconds=60):
        until = time.monotonic() + seconds
        while not fact():
            if time.monotonic() > until:
                raise AssertionError("it did not come to that")
            time.sleep(0.1)
