"""Sealpost with two vaults; all mailboxes hang from a customer's DEP."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "system"))
from installation import PASSWORD, Installation  # noqa: E402

LIMITS = """[limits]
connections = 50000
connections_per_address = 50000
connections_per_user = 5000
"""


class Sealpost:
    held = 20_000  # idle connections that are held for the row of their memory

    def __init__(self, name):
        self.name = name
        self.post = Installation(settings=LIMITS)
        self.imap, self.imaps, self.lmtp = self.post.imap, self.post.imaps, self.post.lmtp
        self.settings, self.store, self.password = self.post.config_text(), self.post.data, PASSWORD

    @property
    def process(self):
        return self.post.process

    def user(self, n):
        return f"u{n}@example.org"

    def make_users(self, count):
        """Once it runs."""

    def start(self):
        if self.process:
            self.post.start()
        else:
            self.post.__enter__()

    def make_mailboxes(self, count):
        users = [self.user(n) for n in range(count)]
        with ThreadPoolExecutor(4) as several:
            list(several.map(self.post.create_account, users))
        self.post.cli("dep", "assign", "customer", *users)

    def stop(self):
        """Its vaults go on, until `end`."""
        self.post.stop()

    def restart(self, **environment):
        """With these in its environment. What it has written is on disk when it starts."""
        self.stop()
        os.sync()
        self.post.environment = environment
        self.start()

    def end(self):
        self.post.__exit__()

    def version(self):
        return "this one"
