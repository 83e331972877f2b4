"""What a server started as root keeps of root: nothing. And who may use the admin socket."""

import os
import pwd
import re
import subprocess
import sys
import time
import unittest
from pathlib import Path

from installation import PROGRAMS, Installation

USER, ADMIN, STRANGER = "nobody", "daemon", "bin"

# A request of which the body never comes; the status of its answer.
ASK = r"""
import socket, sys
with socket.socket(socket.AF_UNIX) as s:
    s.settimeout(30)
    s.connect(sys.argv[1])
    s.sendall(b"GET /v1/status HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % int(sys.argv[2]))
    print(s.recv(12).decode()[-3:])
"""


def configured(post, **settings):
    """`user` into [server], `users` into [admin]."""
    text = post.config.read_text()
    text = text.replace("[server]\n", f'[server]\nuser = "{settings.get("user", "")}"\n')
    text = text.replace("[admin]\n", f'[admin]\nusers = {settings.get("users", [])}\n')
    post.config.write_text(text)


def as_nobody(users=()):
    post = Installation(vaults=False)
    configured(post, user=USER, users=list(users))
    owner = pwd.getpwnam(USER)
    for path in (post.root, post.root / "tmp"):
        os.chown(path, owner.pw_uid, owner.pw_gid)
        path.chmod(0o711)
    return post


def status_of(process):
    return Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")


def ids(process, field):
    return [int(n) for n in re.search(rf"^{field}:(.*)$", status_of(process), re.MULTILINE)[1].split()]


@unittest.skipUnless(os.geteuid() == 0, "only root has privileges to give up")
class Privileges(unittest.TestCase):
    def test_a_server_started_as_root_serves_as_its_user_alone(self):
        owner = pwd.getpwnam(USER)
        with as_nobody() as post:
            self.assertEqual(ids(post.process, "Uid"), [owner.pw_uid] * 4)
            self.assertEqual(ids(post.process, "Gid"), [owner.pw_gid] * 4)
            self.assertEqual(set(ids(post.process, "Groups")), set(os.getgrouplist(USER, owner.pw_gid)))
            for capabilities in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
                self.assertRegex(status_of(post.process), rf"{capabilities}:\s0+\n")
            for path in [*post.data.rglob("*"), *post.service_keys.rglob("*"), post.socket]:
                self.assertEqual(path.lstat().st_uid, owner.pw_uid, path)
            for path in post.service_keys.rglob("*"):
                self.assertEqual(path.stat().st_mode & 0o077, 0, path)
            post.deliver(["Subject: hello\r\n\r\ntext\r\n"])
            client = post.imap_client()
            client.select()
            self.assertIn(b"Subject: hello", client.fetch("1", "(BODY[])")[1][0][1])
            client.logout()
            post.restart()
            self.assertEqual(ids(post.process, "Uid"), [owner.pw_uid] * 4)

    def test_an_unknown_user_is_refused_with_its_line(self):
        for section, settings in (("[server] user", {"user": "no-such-user"}),
                                  ("[admin] users", {"users": ["no-such-user"]})):
            post = Installation(vaults=False)
            self.addCleanup(post.__exit__)
            configured(post, **settings)
            text = post.config.read_text()
            line = text[:text.index("no-such-user")].count("\n") + 1
            for command in (("config", "check", post.config), ("serve", "--config", post.config)):
                done = subprocess.run([PROGRAMS / "sealpost", *command], capture_output=True, timeout=60)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(f"error: {post.config}:{line}: {section}: there is no user no-such-user".encode(),
                              done.stderr)
                self.assertIn(b"hint: ", done.stderr)

    def test_the_admin_socket_is_for_root_the_server_and_whom_it_names(self):
        def asked(post, user, body):
            done = subprocess.run([sys.executable, "-c", ASK, post.socket, str(body)], capture_output=True, timeout=60,
                                  user=user, group=pwd.getpwnam(user).pw_gid, extra_groups=[], check=True)
            return done.stdout.strip()

        with as_nobody(users=[ADMIN]) as post:
            self.assertEqual(asked(post, ADMIN, 0), b"403", "may connect, but has no role yet")
            post.cli("role", "grant", ADMIN, "auditor")
            for user in ("root", USER, ADMIN):
                self.assertEqual(asked(post, user, 0), b"200", user)
            self.assertEqual(asked(post, STRANGER, 0), b"403")
            started = time.monotonic()
            self.assertEqual(asked(post, STRANGER, 1_000_000), b"403")
            self.assertLess(time.monotonic() - started, 20, "told before the body, which never comes")
        with as_nobody() as post:
            self.assertEqual(asked(post, "root", 0), b"200")
            with self.assertRaises(subprocess.CalledProcessError):  # the socket's mode
                asked(post, STRANGER, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
