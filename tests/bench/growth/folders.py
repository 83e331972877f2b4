"""Mailboxes whose INBOX has 1,000 to 1,000,000 messages: what SELECT, QRESYNC and SEARCH cost in them, and delivery."""

import time
from types import SimpleNamespace

from client import Client, numbers
from corpus import NEEDLES
from growth.point import Point
from growth.short_mail import WORDS_EACH
from measured import by_commands, by_load, together
from rows.changes import resync


class Folders:
    def __init__(self, system, mail, small, load, quick):
        self.system, self.mail, self.small, self.load = system, mail, small, load
        self.sizes = mail.sizes
        self.rounds, self.deliveries = (2, 200) if quick else (5, 2000)
        self.long_enough = 0.3 if quick else 2.0
        self.messages = {}  # in each INBOX, now

    def user(self, size):
        return self.system.user(self.sizes.index(size))

    def client(self, size):
        return Client(self.system.imap, self.user(size), self.system.password, "INBOX")

    def fill(self, size):
        """By `sealpost import`."""
        for part in self.mail.parts(size):
            self.system.post.cli("import", self.user(size), part, "--folder", "INBOX", "--format", "mbox")
        self.messages[size] = size

    def repeated(self, size, action):
        return by_commands(SimpleNamespace(long_enough=self.long_enough), self.system, action)

    def cold_select(self, size):
        client = Client(self.system.imap, self.user(size), self.system.password)
        began = time.perf_counter()
        client.ask("SELECT INBOX")
        seconds = time.perf_counter() - began
        client.close()
        return seconds * 1e3

    def select(self, size):
        client = self.client(size)

        def act(_):
            answer = client.ask("SELECT INBOX")
            return lambda: "" if b"* %d EXISTS" % self.messages[size] in answer else "count"
        found = self.repeated(size, act)
        client.close()
        return found

    def resync(self, size):
        bench = SimpleNamespace(reader=self.sizes.index(size), uids={self.system.name: {size: None}}, long_enough=self.long_enough)
        return resync(bench, self.system)

    def search(self, size):
        """Words that are in five messages each, spread over the folder."""
        client = self.client(size)

        def act(n):
            word = self.mail.word(size, n % WORDS_EACH)
            answer = client.ask(f'UID SEARCH BODY "{NEEDLES["word"](word)}"')
            right = [number + 1 for number in self.mail.having(word)]
            return lambda: "" if numbers(answer, b"SEARCH") == right else f"not {right}: {answer[:200]}"
        found = self.repeated(size, act)
        client.close()
        return found

    def deliver(self, size):
        found = by_load(SimpleNamespace(load=self.load), self.system, "deliver", corpus=self.small.directory, users=[self.user(size)],
                        connections=4, first=0, end=self.deliveries, check=0)
        self.messages[size] += self.deliveries
        return found


def filled(folders, told):
    """And the server started again."""
    for size in folders.sizes:
        folders.fill(size)
        told(f"{size:,} messages: imported")
    folders.system.restart()


def requests(folders, told):
    """[Point], by size."""
    points = [Point(size, {"SELECT, first after a start, ms": folders.cold_select(size)}) for size in folders.sizes]
    for what, act in (("SELECT", folders.select), ("QRESYNC", folders.resync), ("SEARCH", folders.search)):
        for point in points:
            point.add(what, act(point.size))
            told(f"{point.size:,} messages: {what} {point.values[f'{what}, ms']:.3g} ms")
    return points


def deliveries(folders, points, told):
    """Last, since folders grow by them. In turns, so that what else the machine does falls on all alike."""
    rounds = {size: [] for size in folders.sizes}
    for _ in range(folders.rounds):
        for size in folders.sizes:
            rounds[size].append(folders.deliver(size))
    for point in points:
        point.add_rate("deliver", together(rounds[point.size]))
        told(f"{point.size:,} messages: delivered at {point.values['deliver, a second']:,.0f} a second")
