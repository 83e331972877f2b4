"""The program as an operator meets it: refusing a bad configuration, limits of connections, a stop with many
sessions, a start while another server holds the data."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import unittest

from installation import PROGRAMS, Installation, free_port

SESSIONS = 1000


def sealpost(*arguments):
    return subprocess.run([PROGRAMS / "sealpost", *[str(a) for a in arguments]], capture_output=True, timeout=60)


def connected(port):
    s = socket.create_connection(("127.0.0.1", port), 30)
    s.settimeout(30)
    return s


class Serve(unittest.TestCase):
    def test_a_stop_says_goodbye_to_a_thousand_sessions_within_five_seconds(self):
        with Installation(vaults=False) as post, contextlib.ExitStack() as clients:
            sessions = []
            for n in range(SESSIONS):
                sessions.append(clients.enter_context(contextlib.closing(connected((post.imap, post.smtp)[n % 2]))))
            for s in sessions:
                self.assertRegex(s.recv(1000), rb"^(\* OK|220) ")
            started = time.monotonic()
            post.process.send_signal(signal.SIGTERM)
            self.assertEqual(post.process.wait(20), 0)
            self.assertLess(time.monotonic() - started, 5)
            for n, s in enumerate(sessions):
                self.assertRegex(s.recv(1000), rb"^421 4.3.2 " if n % 2 else rb"^\* BYE ")

    def test_what_the_server_makes_is_for_its_user_alone_whatever_the_umask(self):
        with Installation(vaults=False) as post:
            post.stop()
            shutil.rmtree(post.data)
            shutil.rmtree(post.service_keys)
            before = os.umask(0)
            try:
                post.start()
            finally:
                os.umask(before)
            post.create_account("eve@example.org")
            post.deliver([b"Subject: mine\r\n\r\nmine\r\n"], to="eve@example.org")
            made = [path for top in (post.data, post.service_keys) for path in (top, *top.rglob("*"))]
            self.assertGreater(len(made), 5)
            self.assertEqual([path for path in made if path.stat().st_mode & 0o077], [])

    def test_a_bad_configuration_is_refused_with_its_line(self):
        with Installation(vaults=False) as post:
            text = post.config.read_text()
            bad = post.root / "bad.toml"
            bad.write_text(text.replace("[smtp]\nlisten", "[smtp]\nlisen"))
            line = bad.read_text()[:bad.read_text().index("lisen")].count("\n") + 1
            for command in (("config", "check", bad), ("serve", "--config", bad)):
                done = sealpost(*command)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(f"error: {bad}:{line}: [smtp] lisen: unknown key".encode(), done.stderr)
                self.assertIn(b"hint: allowed here: listen", done.stderr)
            self.assertEqual(sealpost("config", "check", post.config).returncode, 0)
            self.assertEqual(sealpost("serve", "--config", post.root / "none.toml").returncode, 3)

    def test_a_path_that_leads_nowhere_is_refused_with_its_line(self):
        with Installation() as post:
            text = post.config.read_text()
            bad = post.root / "bad.toml"
            other = post.root / "other.key"
            subprocess.run(["openssl", "genrsa", "-out", other, "2048"], check=True, capture_output=True)
            for key, value, why in (("certificate", post.root / "none.crt", "No such file or directory"),
                                    ("key", post.root, "is no file"), ("ca", "none.pem", "No such file or directory"),
                                    ("token_file", "none.token", "No such file or directory"),
                                    ("data", f"{other}/data", "Not a directory"),
                                    ("service_keys", other, "is no directory"), ("key", other, "cannot be used")):
                bad.write_text(re.sub(rf'(?m)^{key} = .*$', f'{key} = "{value}"', text, count=1))
                line = next(n for n, l in enumerate(bad.read_text().splitlines(), 1) if l.startswith(f"{key} = "))
                for command in (("config", "check", bad), ("serve", "--config", bad)):
                    done = sealpost(*command)
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertIn(why, done.stderr.decode())
                    if why != "cannot be used":
                        self.assertRegex(done.stderr.decode(), rf"error: {bad}:{line}: \[+\w+\]+ {key}: ")
                    self.assertIn(b"hint: ", done.stderr)

    def test_a_second_server_on_the_same_ports_or_data_says_why_not(self):
        with Installation(vaults=False) as post:
            done = sealpost("serve", "--config", post.config)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(b"error: cannot listen on 127.0.0.1:", done.stderr)
            other = post.root / "other.toml"
            text = post.config.read_text().replace(str(post.socket), str(post.root / "other.sock"))
            for port in (post.imap, post.imaps, post.smtp, post.submission, post.lmtp):
                text = text.replace(f":{port}", f":{free_port()}")
            other.write_text(text)
            done = sealpost("serve", "--config", other)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(b"error: ", done.stderr)
            post.json("status")  # the first one serves on

    def test_lmtp_listens_on_a_unix_socket_and_replaces_a_stale_one(self):
        path = None
        with Installation(vaults=False) as post:
            path = post.root / "lmtp"
            post.config.write_text(post.config.read_text().replace(
                f'listen = ["127.0.0.1:{post.lmtp}"]', f'listen = ["127.0.0.1:{post.lmtp}", "unix:{path}"]'))
            post.restart()
            for how in ("first", "after a kill"):
                with socket.socket(socket.AF_UNIX) as s:
                    s.settimeout(30)
                    s.connect(str(path))
                    self.assertIn(b"220 mail.example.org LMTP ready", s.recv(1000), how)
                post.kill()
                self.assertTrue(path.exists())
                post.start()
            post.stop()
            self.assertFalse(path.exists())
            self.assertFalse(post.socket.exists())
            post.start()

    def test_one_user_has_so_many_connections_and_no_more(self):
        with Installation(vaults=False, settings="[limits]\nconnections_per_user = 2") as post, \
                contextlib.ExitStack() as clients:
            for _ in range(2):
                clients.callback(post.imap_client().shutdown)
            with self.assertRaisesRegex(Exception, "(?i)too many"):
                post.imap_client()
            clients.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
