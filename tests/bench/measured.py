"""One measurement, and the two ways to make it: by the load program, or by commands on one connection."""

import json
import statistics
import subprocess
import time
from dataclasses import dataclass, field

import measure


@dataclass
class Measured:
    operations: int = 0
    seconds: float = 0
    cpu: float = 0  # of the server, seconds
    octets: int = 0
    p50: float = 0  # milliseconds
    p99: float = 0
    wrong: list = field(default_factory=list)  # answers that were not right: some of them, in words
    wrongs: int = 0  # and all
    values: dict = field(default_factory=dict)  # what is neither time nor CPU: {name: number}
    client_cpu: float = 0

    def add_wrong(self, some, count):
        self.wrong += some
        self.wrongs += count


def together(rounds):
    """The rounds of one row as one."""
    whole = Measured(*(sum(getattr(one, name) for one in rounds) for name in ("operations", "seconds", "cpu", "octets")))
    whole.p50, whole.p99 = (statistics.median(getattr(one, name) for one in rounds) for name in ("p50", "p99"))
    whole.client_cpu = sum(one.client_cpu for one in rounds)
    for one in rounds:
        whole.add_wrong(one.wrong, one.wrongs)
        whole.values.update(one.values)
    return whole


class Load:
    """The load program at work; `go` starts what is measured."""

    def __init__(self, program, work, options):
        self.work = work
        words = [f"{name}={','.join(value) if isinstance(value, list) else value}" for name, value in options.items()]
        self.process = subprocess.Popen([program, work, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.line()  # ready

    def line(self):
        text = self.process.stdout.readline()
        if not text:
            raise AssertionError(f"the load \"{self.work}\" ended with {self.process.wait()}")
        return text

    def say(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def go(self, server):
        before, own = measure.cpu(server), measure.cpu(self.process.pid)
        self.say("go")
        told = json.loads(self.line())
        found = Measured(told["operations"], told["seconds"], measure.cpu(server) - before, told["octets"], told["p50"],
                         told["p99"], told["wrong"], told["wrongs"], client_cpu=measure.cpu(self.process.pid) - own)
        return found

    def check(self, found):
        """Adds what the check after the measurement finds wrong; ends the program."""
        told = json.loads(self.line())
        self.process.communicate(timeout=60)
        found.add_wrong(told["wrong"], told["wrongs"])


def by_load(bench, system, work, **options):
    options = {"imap": system.imap, "lmtp": system.lmtp, "password": system.password} | options
    load = Load(bench.load, work, options)
    found = load.go(system.process.pid)
    load.check(found)
    return found


def by_commands(bench, system, action, most=100_000):
    """Calls action(n) until it has taken long enough to be measured. What it returns is called afterwards, and returns what
    is wrong with the answer, or nothing."""
    found, latencies, checks = Measured(), [], []
    before = measure.cpu(system.process.pid)
    while found.operations < most and found.seconds < bench.long_enough:
        began = time.perf_counter()
        checks.append(action(found.operations))
        latencies.append(time.perf_counter() - began)
        found.seconds += latencies[-1]
        found.operations += 1
    found.cpu = measure.cpu(system.process.pid) - before
    wrong = [words for check in checks if check and (words := check())]
    found.add_wrong(wrong, len(wrong))
    latencies.sort()
    found.p50, found.p99 = (latencies[int(part * (len(latencies) - 1))] * 1e3 for part in (0.5, 0.99))
    return found
