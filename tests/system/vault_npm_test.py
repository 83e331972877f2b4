"""sealvault driven by the unmodified npm clients @azure/keyvault-keys and @azure/identity, which npm fetches into a
temporary directory. Skipped, with the reason, where node, npm or its registry cannot be had."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from installation import PROGRAMS, end, free_port, run, started

HERE = Path(__file__).parent
PACKAGES = ["@azure/keyvault-keys@4.10.2", "@azure/identity@4.13.1"]
SEALVAULT = PROGRAMS / "vault/sealvault"


def missing_program():
    return next((name for name in ("node", "npm") if not shutil.which(name)), None)


def fetch(directory):
    """None, or why not."""
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", directory, *PACKAGES]
    try:
        done = subprocess.run([str(c) for c in command], cwd=directory, capture_output=True, timeout=300)
    except subprocess.TimeoutExpired:
        return "npm install took more than 300 s"
    return None if done.returncode == 0 else "npm install failed: " + done.stderr.decode(errors="replace")[-300:]


class NpmClients(unittest.TestCase):
    def setUp(self):
        program = missing_program()
        if program:
            self.skipTest(f"no {program} here")
        self.root = Path(tempfile.mkdtemp(prefix="vault-npm-test-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        reason = fetch(self.root)
        if reason:
            self.skipTest(reason)
        self.vault = self.root / "vault"
        self.sealvault("init", "--recoverable-days", "7", "--no-purge-protection")

    def sealvault(self, *command):
        return run(SEALVAULT, *command, "--dir", self.vault)

    def add_client(self, name, allow, *proof):
        return json.loads(self.sealvault("client", "add", "--name", name, "--allow", allow, "--json", *proof))

    def identity(self):
        """A certificate with its private key, as the client wants it, and the certificate alone."""
        key, certificate, both = (self.root / name for name in ("client.key", "client.crt", "client.pem"))
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=server",
            "-keyout", key, "-out", certificate)
        both.write_text(key.read_text() + certificate.read_text())
        return certificate, both

    def test_every_operation(self):
        certificate, both = self.identity()
        owner = self.add_client("owner", "all")
        server = self.add_client("server", "unwrapKey", "--certificate", certificate)
        port = free_port()
        process = started(self.root / "vault.log", SEALVAULT, "serve", "--dir", self.vault,
                          "--listen", f"127.0.0.1:{port}")
        self.addCleanup(end, process)
        environment = {**os.environ, "VAULT": f"https://127.0.0.1:{port}", "OWNER_ID": owner["client_id"],
                       "OWNER_SECRET": owner["secret"], "SERVER_ID": server["client_id"], "SERVER_PEM": str(both),
                       "TENANT": json.loads((self.vault / "vault.json").read_text())["tenant"],
                       "NODE_EXTRA_CA_CERTS": str(self.vault / "tls/cert.pem")}
        script = self.root / "vault_npm.mjs"
        shutil.copy(HERE / "vault_npm.mjs", script)
        done = subprocess.run(["node", str(script)], cwd=self.root, env=environment, capture_output=True, timeout=400)
        self.assertEqual(done.returncode, 0, done.stdout.decode() + done.stderr.decode()[-6000:])
        self.assertTrue(done.stdout.decode().endswith("done\n"))
        report = json.loads(self.sealvault("audit", "verify", "--json"))
        self.assertTrue(report["whole"])
        self.assertGreater(report["entries"], 40)


if __name__ == "__main__":
    unittest.main(verbosity=2)
