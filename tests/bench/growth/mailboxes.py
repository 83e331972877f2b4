"""Servers with 1 to 100,000 mailboxes: what a delivery costs, to mailboxes that are open and to any of all; and memory."""

import http.client
import json
import random
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import measure
from growth.point import Point
from installation import PASSWORD
from measured import by_load, together
from systems.sealpost import Sealpost

FEW = 100  # mailboxes that get mail again and again
MOST = 2000  # of all, in one round: their names are arguments of the load program


class AdminConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))


def make_accounts(path, names):
    admin = AdminConnection(path)
    for name in names:
        body = json.dumps({"name": name, "password": PASSWORD, "dep": "customer"})
        admin.request("POST", "/v1/accounts", body, {"Content-Type": "application/json"})
        answer = admin.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise AssertionError(f"{name}: {answer.status} {text[:200]}")
    admin.close()


class Population:
    """A server with so many mailboxes."""

    def __init__(self, count, haste):
        self.count, self.system = count, Sealpost(f"with {count}")
        self.system.start()
        try:
            self.fill(haste)
        except BaseException:
            self.system.end()
            raise

    def fill(self, haste):
        """Makes the mailboxes, with `haste` preloaded; all is synced when it returns."""
        self.system.restart(LD_PRELOAD=str(haste))
        names = [self.system.user(n) for n in range(self.count)]
        began = time.monotonic()
        with ThreadPoolExecutor(8) as several:
            list(several.map(lambda n: make_accounts(self.system.post.socket, names[n::8]), range(8)))
        self.made_in = time.monotonic() - began
        self.system.restart()

    def deliver(self, load, small, users, count):
        return by_load(SimpleNamespace(load=load), self.system, "deliver", corpus=small.directory, users=users, connections=4,
                       first=0, end=count, check=0)

    def few(self):
        return [self.system.user(n) for n in range(min(FEW, self.count))]

    def any_of_all(self, chance):
        return [self.system.user(n) for n in chance.sample(range(self.count), min(MOST, self.count))]


def measured_mailboxes(counts, load, small, haste, quick, told):
    """[Point], by number of mailboxes. All servers run at once and are measured in turns."""
    rounds, deliveries = (2, 200) if quick else (5, 2000)
    chance, populations, points = random.Random(5), [], []
    try:
        for count in counts:
            populations.append(Population(count, haste))
            points.append(Point(count, {"made, mailboxes a second": count / populations[-1].made_in,
                                        "memory after a start, MB": measure.memory(populations[-1].system.process.pid) / 1e6}))
            told(f"{count:,} mailboxes: made in {populations[-1].made_in:.1f} s")
        open_ones, all_ones = ({count: [] for count in counts} for _ in range(2))
        for one in populations:
            one.deliver(load, small, one.few(), len(one.few()))
        for _ in range(rounds):
            for one in populations:
                open_ones[one.count].append(one.deliver(load, small, one.few(), deliveries))
            for one in populations:
                all_ones[one.count].append(one.deliver(load, small, one.any_of_all(chance), deliveries))
        for point in points:
            point.add_rate("deliver to open ones", together(open_ones[point.size]))
            point.add_rate("deliver to any", together(all_ones[point.size]))
            told(f"{point.size:,} mailboxes: delivered at {point.values['deliver to open ones, a second']:,.0f}, "
                 f"{point.values['deliver to any, a second']:,.0f} a second")
    finally:
        for one in populations:
            one.system.end()
    return points
