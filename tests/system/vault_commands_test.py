"""The commands of sealvault, of a vault that does not run and of one that does; and that no private key, secret or
token of it is ever on disk as it is."""

import base64
import json
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from installation import PROGRAMS, end, run, started

SEALVAULT = PROGRAMS / "vault/sealvault"


class Commands(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="vault-commands-test-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.vault, self.log = self.root / "vault", self.root / "vault.log"
        self.do("init", "--no-purge-protection")
        self.process = None

    def tearDown(self):
        end(self.process)

    def do(self, *command):
        return run(SEALVAULT, *command, "--dir", self.vault)

    def json(self, *command):
        return json.loads(self.do(*command, "--json"))

    def refused(self, *command):
        done = subprocess.run([str(c) for c in (SEALVAULT, *command, "--dir", self.vault)], capture_output=True,
                              timeout=120)
        self.assertEqual(done.returncode, 1, done)
        return done.stderr.decode()

    def serve(self, *options):
        self.process = started(self.log, SEALVAULT, "serve", "--dir", self.vault, "--listen", "127.0.0.1:0", *options)

    def live_a_life(self):
        """Every command on a key, in an order that makes sense."""
        pem = self.root / "elsewhere.pem"
        run("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", pem)
        self.json("key", "create", "--name", "root", "--size", "2048")
        self.json("key", "import", "--name", "root", "--in", pem)
        self.json("key", "rotate", "--name", "root")
        self.assertIn("Notify timeBeforeExpiry P30D", self.do("key", "policy", "--name", "root"))
        self.do("key", "policy", "--name", "root", "--rotate-after", "P1Y", "--expiry", "P2Y")
        self.assertEqual(self.json("key", "policy", "--name", "root")["attributes"]["expiryTime"], "P2Y")
        self.assertEqual(len(self.do("key", "show", "--name", "root").splitlines()), 3)
        self.assertEqual(self.do("key", "disable", "--name", "root").count("disabled"), 3)
        self.assertEqual(self.do("key", "enable", "--name", "root").count("enabled"), 3)
        self.do("key", "backup", "--name", "root", "--out", self.root / "root.backup")
        self.json("key", "delete", "--name", "root")
        self.assertEqual(self.do("key", "list"), "")
        self.assertIn("deleted, purged at", self.do("key", "deleted"))
        self.json("key", "recover", "--name", "root")
        self.json("key", "delete", "--name", "root")
        self.json("key", "purge", "--name", "root")
        self.json("key", "restore", "--in", self.root / "root.backup")
        self.assertEqual(len(self.json("key", "list")), 1)
        self.do("client", "add", "--name", "by-secret", "--allow", "get", "--out", self.root / "secret")
        self.do("token", "add", "--name", "by-token", "--allow", "get", "--out", self.root / "token")
        self.do("client", "allow", "--name", "by-token", "--allow", "all")
        self.do("client", "renew", "--name", "by-secret", "--only", "--out", self.root / "secret")
        self.assertEqual([each["name"] for each in self.json("client", "list")], ["by-secret", "by-token"])
        self.nothing_is_plain(pem)
        self.do("client", "remove", "--name", "by-secret")
        self.do("token", "remove", "--name", "by-token")
        self.assertIn("there is no client", self.refused("client", "remove", "--name", "by-token"))

    def nothing_is_plain(self, pem):
        text = run("openssl", "rsa", "-in", pem, "-noout", "-text")
        secrets = [(self.root / name).read_bytes() for name in ("secret", "token")]
        for name in ("privateExponent", "prime1", "prime2", "exponent1", "exponent2", "coefficient"):
            digits = re.search(name + r":\n((?:\s+[0-9a-f:]+\n)+)", text).group(1)
            octets = bytes.fromhex(re.sub(r"[\s:]", "", digits))
            secrets += [octets[8:24], octets[8:24].hex().encode(), base64.b64encode(octets[9:24])]
        for path in [p for p in self.vault.rglob("*") if p.is_file()] + [self.log] * self.log.exists():
            content = path.read_bytes()
            for secret in secrets:
                self.assertNotIn(secret, content, path)
            if path.parts[-2] != "tls":
                self.assertNotIn(b"PRIVATE", content, path)
            self.assertEqual(path.stat().st_mode & 0o77 if path != self.log and path.name != "cert.pem" else 0, 0, path)

    def test_of_a_vault_that_does_not_run(self):
        self.live_a_life()
        self.assertIn("rehearses no faults",
                      self.refused("fault", "set", "--key", "root", "--kind", "drop"))
        self.assertTrue(self.json("audit", "verify")["whole"])

    def test_of_a_running_vault(self):
        self.serve("--allow-faults")
        self.live_a_life()
        self.do("fault", "set", "--key", "root", "--kind", "slow", "--seconds", "3", "--operation", "unwrapKey")
        self.assertEqual(self.json("fault", "list"), [{"kind": "slow", "seconds": 3, "operation": "unwrapKey",
                                                       "for": "root"}])
        self.do("fault", "clear", "--key", "root")
        self.assertIn("FAULT SET", self.log.read_text())
        listed = self.json("audit", "list", "--last", "5")
        self.assertEqual([each["operation"] for each in listed][-3:], ["PUT faults", "GET faults", "DELETE faults"])
        self.assertTrue(self.json("audit", "verify")["whole"])
        log = self.vault / "audit.log"
        log.write_bytes(log.read_bytes().replace(b'"operation":"purge"', b'"operation":"pirge"'))
        self.assertIn("the audit log is not whole", self.refused("audit", "verify"))
        log.write_bytes(log.read_bytes() + b'{"number":1}\n')
        self.assertIn("a line of the audit log cannot be read", self.refused("audit", "list"))

    def test_of_a_protected_vault(self):
        self.do("protect")
        self.do("key", "create", "--name", "root", "--size", "2048")
        self.do("key", "delete", "--name", "root")
        self.assertIn("purge protection", self.refused("key", "purge", "--name", "root"))

    def test_of_a_vault_with_a_passphrase(self):
        shutil.rmtree(self.vault)
        passphrase = self.root / "passphrase"
        passphrase.write_text("correct horse battery\n")
        self.do("init", "--passphrase-file", passphrase)
        self.do("key", "create", "--name", "root", "--size", "2048", "--passphrase-file", passphrase)
        self.assertIn("passphrase", self.refused("key", "list"))
        self.serve("--passphrase-file", passphrase)
        self.assertIn("/keys/root", self.do("key", "list"))  # the running vault has it open

    def test_a_backup_opens_under_the_same_master_key_alone(self):
        self.do("key", "create", "--name", "root", "--size", "2048")
        backup, lost = self.root / "root.backup", self.vault
        self.do("key", "backup", "--name", "root", "--out", backup)
        before = self.do("key", "show", "--name", "root")
        self.vault = self.root / "other"
        self.do("init")
        self.assertIn("not a backup of this vault", self.refused("key", "restore", "--in", backup))
        self.vault = self.root / "heir"
        self.do("init", "--master-key", lost / "master.key")
        self.do("key", "restore", "--in", backup)
        self.assertEqual(self.do("key", "show", "--name", "root"), before)

    def test_every_command_has_help_with_an_example(self):
        names = re.findall(r"^  sealvault ((?:[a-z]+ )?[a-z]+)  ", run(SEALVAULT, "--help"), re.M)
        self.assertGreater(len(names), 25)
        for name in names:
            text = run(SEALVAULT, *name.split(), "--help")
            self.assertIn("Example:\n  sealvault " + name, text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
