"""Alerts of a whole installation: told once when they begin and once when they end, to the log, a command and a
webhook, over restarts and while nobody takes them."""

import http.server
import json
import os
import stat
import subprocess
import threading
import time
import unittest

from installation import PROGRAMS, Installation, free_port
from recipients import recipient_certificate

SETTINGS = '[alerts]\ninterval = 1\ncommand = ["{command}", "{out}"]\nwebhook = "http://127.0.0.1:{port}/hook?key=1"\n'


class Hook:
    """A webhook that takes what it gets, while it is there."""

    def __init__(self):
        self.port, self.got, self.server = free_port(), [], None

    def start(self):
        got = self.got

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                got.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Alerts(unittest.TestCase):
    def setUp(self):
        self.hook = Hook()
        self.hook.start()
        self.addCleanup(self.hook.stop)
        self.post = self.enterContext(Installation())
        self.out = self.post.root / "told"
        script = self.post.root / "tell"
        script.write_text('#!/bin/sh\ncat >>"$1"\n')
        script.chmod(0o700)
        text = SETTINGS.format(command=script, out=self.out, port=self.hook.port)
        self.post.config.write_text(self.post.config.read_text().replace("[admin]", text + "[admin]"))
        self.post.restart()
        self.wait(lambda: self.post.json("alert", "list")["looked"])

    def wait(self, true, seconds=60):
        until = time.monotonic() + seconds
        while not true():
            self.assertLess(time.monotonic(), until, f"waited in vain; told {self.told()}, {self.in_force()}")
            time.sleep(0.05)

    def told(self):
        """What the command got: "event code", in order."""
        lines = self.out.read_text().splitlines() if self.out.exists() else []
        return [f"{each['event']} {each['code']}" for each in map(json.loads, lines)]

    def in_force(self):
        return sorted(each["code"] for each in self.post.json("alert", "list")["alerts"])

    def test_each_is_told_once_over_restarts_and_outages_of_the_webhook(self):
        post = self.post
        self.assertEqual((self.in_force(), self.told()), ([], []))
        post.vaults[0].stop()
        self.wait(lambda: self.told() == ["began root-unhealthy"])
        self.wait(lambda: len(self.hook.got) == 1)
        path, notice = self.hook.got[0]
        self.assertEqual((path, notice["event"], notice["code"], notice["severity"], notice["server"]),
                         ("/hook?key=1", "began", "root-unhealthy", "warning", "mail.example.org"))
        self.assertTrue(notice["object"].startswith(post.vaults[0].kid))
        self.assertIn("DEP customer (1 mailbox)", notice["text"])
        since = post.json("alert", "list")["alerts"][0]["since"]
        post.restart()
        looked = post.json("alert", "list")["looked"]
        self.wait(lambda: post.json("alert", "list")["looked"] not in (None, looked))
        self.assertEqual(post.json("alert", "list")["alerts"][0]["since"], since)
        post.kill()
        post.start()
        self.assertEqual(len(self.told()), 1)
        self.hook.stop()
        post.vaults[1].stop()
        self.wait(lambda: self.in_force() == ["both-roots-unhealthy", "root-unhealthy", "root-unhealthy"])
        with post.imap_client() as client:  # served by the availability key, once the DEP key is gone from memory
            client.select("INBOX")
        self.wait(lambda: "fallback-in-use" in self.in_force())
        self.assertGreater(post.json("alert", "list")["notTold"]["webhook"], 0)
        post.restart()
        for vault in post.vaults:
            vault.start()
        self.hook.start()
        with post.imap_client() as client:
            client.select("INBOX")
        self.wait(lambda: self.in_force() == [])
        self.wait(lambda: post.json("alert", "list")["notTold"] == {"command": 0, "webhook": 0})
        told = self.told()
        for event in ("began", "ended"):
            self.assertEqual(sorted(each for each in told if each.startswith(event)),
                             [f"{event} {code}" for code in ("both-roots-unhealthy", "fallback-in-use",
                                                             "root-unhealthy", "root-unhealthy")])
        self.assertEqual([f"{each['event']} {each['code']}" for _, each in self.hook.got], told)
        log = post.log.read_text()
        self.assertEqual(log.count("alert.began"), 4)
        self.assertEqual(log.count("alert.ended"), 4)
        self.assertNotIn("key=1", log)
        self.assertEqual(stat.S_IMODE((post.service_keys / "alerts.json").stat().st_mode), 0o600)

    def test_a_test_goes_to_every_channel_and_is_on_record(self):
        post = self.post
        answer = post.json("alert", "test")
        self.assertEqual([(each["channel"], each["taken"]) for each in answer["channels"]],
                         [("log", True), ("command", True), ("webhook", True)])
        self.assertEqual((self.told(), self.hook.got[-1][1]["event"]), (["test test"], "test"))
        (post.root / "tell").unlink()
        done = subprocess.run([PROGRAMS / "sealpost", "alert", "test", "--socket", post.socket],
                              capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b"cannot start", done.stdout)
        records = post.json("audit", "list", "--operation", "alert test")["records"]
        self.assertEqual([each["ResultStatus"] for each in records], ["begun", "success"] * 2)

    def test_a_certificate_that_mail_is_encrypted_to_is_about_to_expire(self):
        post, near, far = self.post, *(recipient_certificate(self.post.root, name, days=days)
                                       for name, days in (("near", 20), ("far", 200)))
        protect = ("mailbox", "protect", "ada@example.org", "end-to-end")
        fingerprint = post.json(*protect, near, "--yes")["certificates"][0]["fingerprint"]
        self.wait(lambda: self.told() == ["began certificate-expiring"] and len(self.hook.got) == 1)
        notice = self.hook.got[0][1]
        self.assertEqual((notice["code"], notice["severity"], notice["object"]),
                         ("certificate-expiring", "warning", "mailbox ada@example.org"))
        self.assertIn(fingerprint, notice["text"])
        self.assertIn("expires", notice["text"])
        self.assertIn("sealpost mailbox protect ada@example.org end-to-end", notice["action"])
        self.assertRegex(post.cli("alert", "list"), r"warning +certificate-expiring .*mailbox ada@example\.org")
        self.assertRegex(post.log.read_text(), r"alert\.began .*code=certificate-expiring")
        post.restart()
        post.json(*protect, near, far, "--yes")  # one of two
        self.look_twice()
        self.assertEqual((self.in_force(), len(self.told())), (["certificate-expiring"], 1))
        post.json(*protect, far, "--yes")
        self.wait(lambda: self.told() == ["began certificate-expiring", "ended certificate-expiring"])
        self.assertEqual(self.in_force(), [])

    def test_the_servers_certificate_is_about_to_expire(self):
        post, codes = self.post, ["tls-certificate-expiring", "tls-certificate-urgent"]
        for days, expected in ((20, codes[:1]), (3, codes), (365, [])):
            post.certificate_days = days
            post.certificate()
            post.restart()
            self.wait(lambda: self.in_force() == expected)
            left = time.mktime(time.strptime(post.json("status")["tlsCertificateExpires"], "%Y-%m-%dT%H:%M:%SZ")) - time.mktime(time.gmtime())
            self.assertAlmostEqual(left / 86400, days, delta=0.1)
        self.wait(lambda: self.told() == [f"began {code}" for code in codes] + [f"ended {code}" for code in codes])

    def look_twice(self):
        """The server; what was so before this is known after it."""
        for _ in range(2):
            looked = self.post.json("alert", "list")["looked"]
            self.wait(lambda: self.post.json("alert", "list")["looked"] not in (None, looked))

    def test_a_key_disabled_in_its_vault_and_an_audit_log_that_was_cut(self):
        post = self.post
        vault = post.vaults[0]
        vault.stop()
        subprocess.run([PROGRAMS / "vault/sealvault", "key", "disable", "--dir", vault.directory, "--name", "root"],
                       check=True, timeout=60, capture_output=True)
        vault.start()
        self.wait(lambda: "root-unhealthy" in self.in_force())
        post.stop()
        (post.data / "audit.db").unlink()
        for more in post.data.glob("audit.db-*"):
            more.unlink()
        post.start()
        self.wait(lambda: "audit-broken" in self.in_force())
        self.assertIn("began audit-broken", self.told())


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    unittest.main(verbosity=2)
