"""The audit log and the roles of a whole installation: over the socket, from the files alone, and by the independent
reader; before and after a kill; by users who may and users who may not."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import unittest
from pathlib import Path

from installation import PROGRAMS, Installation

READER = Path(__file__).parents[1] / "reader/read_store.py"
OTHER = "nobody"  # a user that every Debian has


def sealpost(*words, user=None):
    options = {"user": user, "group": "nogroup", "extra_groups": []} if user else {}
    done = subprocess.run([str(PROGRAMS / "sealpost"), *map(str, words)], capture_output=True, timeout=120, text=True, **options)
    return done.returncode, done.stdout, done.stderr


class Audit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.post = Installation(vaults=False, settings=f'users = ["{OTHER}"]').__enter__()
        cls.post.root.chmod(0o755)

    @classmethod
    def tearDownClass(cls):
        cls.post.__exit__(None)

    def offline(self, *words, data=None):
        return sealpost("audit", *words, "--data", data or self.post.data, "--service-keys", self.post.service_keys)

    def exported(self):
        code, out, err = self.offline("export")
        self.assertEqual(code, 0, err)
        return [json.loads(line) for line in out.splitlines()]

    def test_what_was_done_is_on_record_and_the_reader_reads_the_same(self):
        created = [r for r in self.exported() if r["Operation"] == "account create"][:4]
        self.assertEqual([r["ResultStatus"] for r in created], ["begun", "success"] * 2)
        self.assertEqual({r["ObjectId"] for r in created}, {"ada@example.org", "bob@example.org"})
        self.assertTrue(all(r["UserId"].startswith("root (uid 0)") or os.geteuid() for r in created))
        over_the_socket = self.post.cli("audit", "export").splitlines()
        self.assertEqual([json.loads(line) for line in over_the_socket], self.exported())
        done = subprocess.run([sys.executable, "-B", READER, "--data", self.post.data, "--service-keys",
                               self.post.service_keys, "audit"], capture_output=True, timeout=120, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([(r["number"], r["operation"], r["result"], r["actor"]) for r in lines],
                         [(r["Number"], r["Operation"], r["ResultStatus"], r["UserId"]) for r in self.exported()])

    @unittest.skipIf(os.geteuid() != 0, "needs root, to be another user")
    def test_another_user_may_what_its_roles_allow(self):
        socket = ("--socket", self.post.socket)
        code, _, err = sealpost("status", *socket, user=OTHER)
        self.assertEqual(code, 5, err)
        self.assertRegex(err, "error: nobody .uid [0-9]+. does not hold the role that this needs: any role\n"
                              "hint: root .uid 0. can grant it: sealpost role grant USER ROLE")
        self.post.cli("role", "grant", OTHER, "auditor")
        self.assertEqual(sealpost("status", *socket, user=OTHER)[0], 0)
        code, out, err = sealpost("audit", "list", "--result", "denied", "--json", *socket, user=OTHER)
        self.assertEqual(code, 0, err)
        self.assertIn("GET /v1/status", {r["Operation"] for r in json.loads(out)["records"]})
        self.assertEqual(sealpost("account", "disable", "ada@example.org", *socket, user=OTHER)[0], 5)
        self.post.restart()
        self.assertEqual(sealpost("audit", "verify", *socket, user=OTHER)[0], 0)
        self.post.cli("role", "revoke", OTHER, "auditor")
        self.assertEqual(sealpost("audit", "verify", *socket, user=OTHER)[0], 5)

    def test_a_kill_leaves_the_log_whole(self):
        for number in range(3):
            self.post.create_account(f"killed-{number}@example.org")
            self.post.kill()
            code, out, err = self.offline("verify")
            self.assertEqual(code, 0, out + err)
            self.post.start()
        self.assertEqual(json.loads(self.post.cli("audit", "verify", "--json"))["whole"], True)

    def test_an_altered_copy_is_not_whole(self):
        for name, sql in {"edit": "update record set sealed = zeroblob(300) where number = 2",
                          "deletion": "delete from record where number = 2",
                          "truncation": "delete from record where number > 2"}.items():
            copy = self.post.root / name
            shutil.copytree(self.post.data, copy)
            db = sqlite3.connect(copy / "audit.db")
            db.executescript(f"drop trigger record_stays; drop trigger record_is_kept; {sql};")
            db.close()
            code, out, err = self.offline("verify", data=copy)
            self.assertEqual((code, err), (1, ""), name)
            self.assertRegex(out, "record=|record ", name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
