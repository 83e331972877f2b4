"""Two vaults whose keys are in a SoftHSM token: mail is readable under them; a token that is away is an outage, one that
is back is back without a restart; a key that is disabled denies."""

import base64
import http.client
import imaplib
import json
import os
import re
import shutil
import ssl
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from installation import PROGRAMS, Installation, run

SEALVAULT = PROGRAMS / "vault/sealvault"
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "8315"


class Tokens:
    """The tokens of SoftHSM in a directory of their own, which the vaults find by the environment."""

    def __init__(self):
        self.root = Path(tempfile.mkdtemp(prefix="token-test-"))
        self.here, self.away = self.root / "here", self.root / "away"
        self.here.mkdir()
        self.away.mkdir()
        configuration = self.root / "softhsm2.conf"
        configuration.write_text(f"directories.tokendir = {self.here}\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(configuration)
        self.pin_file = self.root / "pin"
        self.pin_file.touch(0o600)
        self.pin_file.write_text(PIN + "\n")
        self.directories = {}

    def remove(self):
        shutil.rmtree(self.root)

    def make(self, label):
        before = set(self.here.iterdir())
        run("softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "0000", "--pin", PIN)
        self.directories[label], = set(self.here.iterdir()) - before

    def options(self, label, pin_file=None):
        return ("--pkcs11-module", MODULE, "--token-label", label, "--pin-file", pin_file or self.pin_file)

    def take(self, label):
        shutil.move(self.directories[label], self.away)

    def bring(self, label):
        shutil.move(self.away / self.directories[label].name, self.here)


class TokenTest(unittest.TestCase):
    def setUp(self):
        self.tokens = Tokens()
        self.addCleanup(self.tokens.remove)

    def ask(self, vault, operation, value):
        """(status, body) of an operation on the vault's root, as the server asks it."""
        context = ssl.create_default_context(cafile=str(vault.ca))
        connection = http.client.HTTPSConnection("127.0.0.1", vault.port, context=context, timeout=60)
        connection.request("POST", f"/keys/root//{operation}?api-version=7.4",
                           json.dumps({"alg": "RSA-OAEP-256", "value": value}),
                           {"Authorization": f"Bearer {vault.token_file.read_text().strip()}",
                            "Content-Type": "application/json"})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        return answer.status, body

    def wrapped(self, vault):
        status, body = self.ask(vault, "wrapkey", base64.urlsafe_b64encode(b"a DEP key").decode().rstrip("="))
        self.assertEqual(status, 200, body)
        return body["value"]

    def wait(self, true, seconds=60):
        until = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), until, "waited in vain")
            time.sleep(0.2)

    def read(self, post):
        with post.imap_client() as client:
            client.select("INBOX")
            return [part[1] for part in client.fetch("1:*", "(BODY.PEEK[])")[1] if isinstance(part, tuple)]

    def opened(self, post, count):
        """Whether ada's mail can be read; if not, it is for a denial."""
        try:
            self.assertEqual(len(self.read(post)), count)
            return True
        except imaplib.IMAP4.error as error:
            self.assertRegex(str(error), "CONTACTADMIN")
            return False

    def vault_command(self, vault, *command):
        return run(SEALVAULT, *command, "--dir", vault.directory, "--name", "root")

    def test_mail_under_keys_in_tokens(self):
        self.tokens.make("roots")
        with Installation(settings="[keys]\ndep_key_ttl = 0\n", vault_options=self.tokens.options("roots")) as post:
            self.live(post)

    def live(self, post):
        post.deliver([b"Subject: one\r\n\r\nin a token\r\n"])
        self.assertIn(b"in a token", self.read(post)[0])
        values = [self.wrapped(vault) for vault in post.vaults]
        for vault in post.vaults:
            shown = json.loads(run(SEALVAULT, "key", "show", "--dir", vault.directory, "--name", "root", "--version",
                                   self.ask(vault, "wrapkey", "AAAA")[1]["kid"].split("/")[-1], "--json"))
            self.assertEqual(shown["key"]["kty"], "RSA-HSM")
        self.tokens.take("roots")
        for vault, value in zip(post.vaults, values):
            status, body = self.ask(vault, "unwrapkey", value)
            self.assertEqual((status, body["error"]["code"]), (503, "ServiceUnavailable"))
            self.assertEqual(self.ask(vault, "wrapkey", "AAAA")[0], 200)  # takes the public half alone
            self.assertRegex((post.root / f"{vault.name}.log").read_text(),
                             r'error the token cannot be used.*no token labelled roots .*hint=".*list-slots')
        self.assertTrue(self.opened(post, 1))  # an outage of both: by the availability key
        post.vaults[0].stop()
        post.vaults[0].start()  # also without its token

        for vault, value in zip(post.vaults, values):
            self.assertEqual(self.ask(vault, "unwrapkey", value)[0], 503)
        self.tokens.bring("roots")
        for vault, value in zip(post.vaults, values):
            self.wait(lambda: self.ask(vault, "unwrapkey", value)[0] == 200, 10)
        self.wait(lambda: subprocess.run([PROGRAMS / "sealpost", "dep", "test", "customer", "--socket", post.socket],
                                         capture_output=True, timeout=60).returncode == 0)

        for vault, value in zip(post.vaults, values):
            self.vault_command(vault, "key", "disable")
            status, body = self.ask(vault, "unwrapkey", value)
            self.assertEqual((status, body["error"]["innererror"]["code"]), (403, "KeyDisabled"))
        self.wait(lambda: not self.opened(post, 1))
        self.vault_command(post.vaults[1], "key", "enable")
        self.wait(lambda: self.opened(post, 1))

    def refused(self, *command):
        done = subprocess.run([str(c) for c in (SEALVAULT, *command)], capture_output=True, timeout=120)
        self.assertEqual(done.returncode, 1, done)
        return done.stderr.decode()

    def test_what_is_wrong_with_a_token_is_said_with_what_to_do(self):
        self.tokens.make("v")
        vault, wrong = self.tokens.root / "vault", self.tokens.root / "wrong"
        wrong.touch(0o600)
        wrong.write_text("1111\n")

        def init(*options):
            text = self.refused("init", "--dir", vault, *options)
            self.assertFalse(vault.exists(), "nothing was made")
            self.assertRegex(text, r"(?m)^hint: ")
            return text

        self.assertIn("go together", init("--pkcs11-module", MODULE))
        self.assertRegex(init(*self.tokens.options("x")), "no token labelled x behind .*; others are there: v")
        self.assertIn("cannot use the PKCS #11 module /nowhere", init("--pkcs11-module", "/nowhere/p11.so", "--token-label",
                                                                       "v", "--pin-file", wrong))
        self.assertIn("CKR_PIN_INCORRECT", init(*self.tokens.options("v", wrong)))
        wrong.chmod(0o644)
        self.assertIn("others than its owner may use", init(*self.tokens.options("v", wrong)))
        run(SEALVAULT, "init", "--dir", vault, *self.tokens.options("v"))
        self.tokens.take("v")
        self.assertEqual(run(SEALVAULT, "key", "list", "--dir", vault), "")  # needs no token
        text = self.refused("key", "create", "--dir", vault, "--name", "root")
        self.assertRegex(text, r"(?m)^error: there is no token labelled v\b")
        self.assertRegex(text, r"(?m)^hint: .*--list-slots")
        self.tokens.bring("v")
        run(SEALVAULT, "key", "create", "--dir", vault, "--name", "root", "--size", "2048")
        text = self.refused("key", "backup", "--dir", vault, "--name", "root", "--out", self.tokens.root / "backup")
        self.assertRegex(text, "gives its keys to nobody. Back up the token")
        for path in (p for p in vault.rglob("*") if p.is_file()):
            self.assertNotIn(PIN.encode(), re.sub(rb"[0-9a-f]{16,}", b"", path.read_bytes()), path)


if __name__ == "__main__":
    unittest.main(verbosity=2)
