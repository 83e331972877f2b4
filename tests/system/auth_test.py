"""All ways to log in, by the clients that Debian has for them, and how their sessions end."""

import base64
import imaplib
import smtplib
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from installation import PASSWORD, Installation, run
from provider import Provider

PATIENCE = 120  # seconds, for one thing on a machine that does others
ADA, BOB = "ada@example.org", "bob@example.org"


class House(Installation):
    """One that knows a provider and asks clients for certificates of its own CA."""

    def __init__(self, files, provider):
        self.files, self.provider = files, provider
        super().__init__(vaults=False)

    def config_text(self):
        text = super().config_text().replace("[imap]", f'client_ca = "{self.files}/ca.crt"\n[imap]', 1)
        text = text.replace(f'listen = ["127.0.0.1:{self.submission}"]',
                            f'listen = ["127.0.0.1:{self.submission}"]\ncleartext_login_on_loopback = true', 1)
        return text + f"""
[oauth]
issuer = "{self.provider.issuer}"
audience = "{self.provider.audience}"
keys_url = "https://127.0.0.1:{self.provider.port}/keys"
keys_ca = "{self.files}/ca.crt"
"""


def make_certificates(files):
    def signed(name, extension):
        (files / "ext").write_text(extension)
        run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", files / f"{name}.key", "-out", files / "csr")
        run("openssl", "x509", "-req", "-in", files / "csr", "-CA", files / "ca.crt", "-CAkey", files / "ca.key", "-CAcreateserial",
            "-days", "30", "-extfile", files / "ext", "-out", files / f"{name}.crt")
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=clients", "-keyout", files / "ca.key", "-out", files / "ca.crt")
    signed("ada", f"subjectAltName=email:{ADA}")
    signed("card", "extendedKeyUsage=clientAuth")
    signed("provider", "subjectAltName=IP:127.0.0.1")


class Auth(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.files = Path(cls.directory.name)
        make_certificates(cls.files)
        cls.provider = Provider(cls.files / "provider.crt", cls.files / "provider.key").__enter__()
        cls.post = House(cls.files, cls.provider).__enter__()
        cls.secrets = [PASSWORD]

    @classmethod
    def tearDownClass(cls):
        log = cls.post.log.read_text(errors="replace")
        cls.post.__exit__()
        cls.provider.__exit__()
        cls.directory.cleanup()
        for secret in cls.secrets:
            assert secret not in log and base64.b64encode(secret.encode()).decode() not in log, "a secret was logged"

    def token(self, **options):
        token = self.provider.token(**options)
        self.secrets.append(token)
        return token

    def app_password(self, name, *more):
        secret = self.post.json("account", "app-password", "add", ADA, "--name", name, *more)["secret"]
        self.secrets.append(secret)
        return secret

    # ---- clients

    def curl(self, *arguments):
        return subprocess.run(["curl", "-sS", "--fail", "--cacert", str(self.post.root / "tls.crt"), *[str(a) for a in arguments]],
                              capture_output=True, timeout=PATIENCE, check=False).returncode

    def curl_reads(self, *arguments):
        return self.curl(f"imaps://localhost:{self.post.imaps}/", *arguments) == 0

    def curl_sends(self, *arguments):
        letter = self.files / "letter.eml"
        letter.write_bytes(f"From: {ADA}\r\nSubject: x\r\n\r\nhello\r\n".encode())
        return self.curl("--ssl-reqd", f"smtp://localhost:{self.post.submission}", "--mail-from", ADA, "--mail-rcpt", BOB,
                         "--upload-file", letter, *arguments) == 0

    def gsasl(self, service, port, mechanism, name=ADA, password=PASSWORD, tls=True):
        command = ["gsasl", f"--{service}", f"--connect=localhost:{port}", "-m", mechanism, "-a", name, "-z", "", "-p", password,
                   f"--x509-ca-file={self.post.root}/tls.crt" if tls else "--no-starttls", "--quality-of-protection=qop-auth"]
        if tls and mechanism == "SCRAM-SHA-256":
            command.append("--no-cb")  # who could bind and says that we cannot is told of a downgrade (RFC 5802 section 6)
        done = subprocess.run(command, input=b"", capture_output=True, timeout=PATIENCE, check=False)
        self.said = done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")
        return done.returncode == 0

    def idle(self, log_in):
        """A session in IDLE."""
        client = imaplib.IMAP4_SSL("localhost", self.post.imaps, ssl_context=self.post.tls(), timeout=PATIENCE)
        log_in(client)
        client.select("INBOX")
        client.send(b"i IDLE\r\n")
        while not client.readline().startswith(b"+"):
            pass
        return client

    def bye_after(self, client, began):
        line = client.readline()
        self.assertTrue(line.startswith(b"* BYE [EXPIRED]"), line)
        took = time.monotonic() - began
        print(f"BYE {took:.2f} s after the change")
        client.shutdown()
        return took

    # ---- tests

    def test_scram_by_gsasl(self):
        for service, port in (("imap", self.post.imap), ("smtp", self.post.submission)):
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "PLAIN", "LOGIN"):
                self.assertTrue(self.gsasl(service, port, mechanism), f"{service} {mechanism} {self.said}")
                self.assertFalse(self.gsasl(service, port, mechanism, password="wrong"), f"{service} {mechanism} {self.said}")
            self.assertTrue(self.gsasl(service, port, "SCRAM-SHA-256", tls=False), self.said)
            self.assertFalse(self.gsasl(service, port, "SCRAM-SHA-256", name="nobody@example.org"), self.said)

    def test_tokens_by_curl(self):
        for mechanism in ("OAUTHBEARER", "XOAUTH2"):
            def options(token, name=ADA):
                return "--login-options", f"AUTH={mechanism}", "--user", name, "--oauth2-bearer", token
            self.assertTrue(self.curl_reads(*options(self.token())))
            self.assertTrue(self.curl_sends(*options(self.token())))
            for wrong in (self.token(exp=int(time.time()) - 120), self.token(iss="https://evil.example"), self.token(aud="other"),
                          self.token(email_verified=False), self.token(email="nobody@example.org"), self.token()[:-8] + "AAAAAAAA"):
                self.assertFalse(self.curl_reads(*options(wrong)))
            self.assertFalse(self.curl_reads(*options(self.token(), BOB)))
        self.assertLess(self.provider.asked, 5)

    def test_tokens_by_python(self):
        client = imaplib.IMAP4_SSL("localhost", self.post.imaps, ssl_context=self.post.tls(), timeout=PATIENCE)
        said = []

        def bearer(challenge):
            said.append(challenge)
            return b"\x01" if challenge else f"n,a={ADA},\x01auth=Bearer {self.token(aud='other')}\x01\x01".encode()
        with self.assertRaises(imaplib.IMAP4.error):
            client.authenticate("OAUTHBEARER", bearer)
        self.assertIn(b'"status":"invalid_token"', said[-1])
        client.authenticate("XOAUTH2", lambda _: f"user={ADA}\x01auth=Bearer {self.token()}\x01\x01".encode())
        client.logout()
        with smtplib.SMTP("localhost", self.post.submission, timeout=PATIENCE) as smtp:
            smtp.starttls(context=self.post.tls())
            smtp.ehlo()
            self.assertIn("XOAUTH2", smtp.esmtp_features["auth"])
            code, _ = smtp.auth("XOAUTH2", lambda challenge=None: f"user={ADA}\x01auth=Bearer {self.token()}\x01\x01")
            self.assertEqual(code, 235)

    def test_certificates_by_curl(self):
        shown = "--cert", self.files / "ada.crt", "--key", self.files / "ada.key", "--login-options", "AUTH=EXTERNAL"
        self.assertTrue(self.curl_reads(*shown, "--user", f"{ADA}:"))
        self.assertTrue(self.curl_sends(*shown, "--user", f"{ADA}:"))
        self.assertFalse(self.curl_reads(*shown, "--user", f"{BOB}:"))
        card = "--cert", self.files / "card.crt", "--key", self.files / "card.key", "--login-options", "AUTH=EXTERNAL", "--user", f"{BOB}:"
        self.assertFalse(self.curl_reads(*card))
        added = self.post.json("account", "certificate", "add", BOB, "--file", self.files / "card.crt")
        self.assertTrue(self.curl_reads(*card))
        self.assertIsNotNone(self.post.json("account", "certificate", "list", BOB)["certificates"][0]["lastUse"])
        self.post.cli("account", "certificate", "remove", BOB, added["fingerprint"])
        self.assertFalse(self.curl_reads(*card))

    def test_app_passwords(self):
        phone, script = self.app_password("phone", "--scope", "imap"), self.app_password("script", "--scope", "smtp")
        self.assertTrue(self.curl_reads("--user", f"{ADA}:{phone}"))
        self.assertFalse(self.curl_sends("--user", f"{ADA}:{phone}"))
        self.assertTrue(self.curl_sends("--user", f"{ADA}:{script}"))
        self.assertFalse(self.curl_reads("--user", f"{ADA}:{script}"))
        self.assertTrue(self.gsasl("imap", self.post.imap, "SCRAM-SHA-256-PLUS", password=phone), self.said)
        listed = self.post.cli("account", "app-password", "list", ADA)
        self.assertIn("phone", listed)
        self.assertNotIn(phone, listed)
        client = self.idle(lambda c: c.login(ADA, phone))
        began = time.monotonic()
        self.post.cli("account", "app-password", "remove", ADA, "phone")
        self.assertLess(self.bye_after(client, began), PATIENCE)
        self.assertFalse(self.curl_reads("--user", f"{ADA}:{phone}"))

    def test_a_new_password_ends_its_sessions_and_touches_no_key(self):
        self.post.create_account("eve@example.org")
        self.post.deliver([b"Subject: kept\r\n\r\nkept\r\n"], to="eve@example.org")
        client = self.idle(lambda c: c.login("eve@example.org", PASSWORD))
        smtp = smtplib.SMTP("localhost", self.post.submission, timeout=PATIENCE)
        smtp.starttls(context=self.post.tls())
        smtp.login("eve@example.org", PASSWORD)
        self.secrets.append("difference-of-1822")
        key = self.post.json("mailbox", "show", "eve@example.org")
        self.post.cli("account", "password", "eve@example.org", "--password-stdin", stdin=b"difference-of-1822\n")
        began = time.monotonic()
        self.bye_after(client, began)
        self.assertEqual(smtp.getreply()[0], 421)
        smtp.close()
        self.assertEqual(self.post.json("mailbox", "show", "eve@example.org"), key)
        self.assertFalse(self.curl_reads("--user", f"eve@example.org:{PASSWORD}"))
        self.assertFalse(self.gsasl("imap", self.post.imap, "SCRAM-SHA-256", "eve@example.org"), self.said)
        self.assertTrue(self.gsasl("imap", self.post.imap, "SCRAM-SHA-256-PLUS", "eve@example.org", "difference-of-1822"), self.said)
        with imaplib.IMAP4_SSL("localhost", self.post.imaps, ssl_context=self.post.tls(), timeout=PATIENCE) as after:
            after.login("eve@example.org", "difference-of-1822")
            after.select("INBOX")
            self.assertIn(b"kept", after.fetch("1", "(BODY.PEEK[TEXT])")[1][0][1])


if __name__ == "__main__":
    unittest.main(verbosity=2)
