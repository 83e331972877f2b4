"""Logins, connections that are held, mail that is pushed, people at work."""

import socket
import time
from pathlib import Path

import measure
from client import Client
from measured import Load, by_load
from rows.row import Row, Target

RATE = 500  # deliveries a second
PAIRS = 2000
SETTLED = 3  # seconds
PEOPLE = 8  # whose mailboxes the mix is in


def logins(bench, system):
    users = [system.user(n) for n in range(8)]
    for user in users:  # the first one is not what is measured: Sealpost remembers a right password, keyed, in memory
        Client(system.imap, user, system.password).close()
    return by_load(bench, system, "logins", users=users, connections=8, operations=bench.logins)


def kernel():
    """Octets of the kernel's own, but for what it would give back."""
    wanted = ("SUnreclaim:", "KernelStack:", "PageTables:")
    lines = Path("/proc/meminfo").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(wanted)) * 1024


def kernel_of_an_end():
    """Octets that the kernel needs for one end of a connection on loopback."""
    with socket.create_server(("127.0.0.1", 0), backlog=PAIRS) as listening:
        before, ends = kernel(), []
        for _ in range(PAIRS):
            ends += [socket.create_connection(listening.getsockname()), listening.accept()[0]]
        octets = (kernel() - before) / len(ends)
        for end in ends:
            end.close()
    return max(0, octets)


def held(transport):
    """Memory of each connection in IDLE: of the server's processes, and of the kernel without the client's end. The server is
    started again for it: Dovecot's processes stay a while after their connections."""
    def run(bench, system):
        system.stop()
        system.start()
        count = min(system.held, bench.most_held)
        port = system.imaps if transport == "tls" else system.imap
        users = [system.user(n) for n in range(PEOPLE)]
        load = Load(bench.load, "hold", {"port": port, "connections": count, "users": users, "transport": transport,
                                         "password": system.password})
        end, pid = kernel_of_an_end(), system.process.pid
        time.sleep(SETTLED)
        before = measure.memory(pid), kernel()
        found = load.go(pid)
        time.sleep(SETTLED)
        process = (measure.memory(pid) - before[0]) / count / 1024
        in_kernel = ((kernel() - before[1]) / count - end) / 1024
        load.say("go on")
        load.check(found)
        found.values = {"KB each": process + in_kernel, "KB in the server's processes": process,
                        "KB in the kernel": in_kernel, "held": count}
        return found
    return run


def pushed(bench, system):
    users = [system.user(bench.first_watched + n) for n in range(bench.watched)]
    found = by_load(bench, system, "push", corpus=bench.small.directory, users=users, rate=RATE,
                    seconds=bench.push_seconds)
    found.values = {"p50 ms": found.p50, "p99 ms": found.p99}
    return found


def people_at_work(connections):
    def run(bench, system):
        users = [system.user(bench.first_person + n) for n in range(PEOPLE)]
        if system.name not in bench.at_work:
            bench.at_work.add(system.name)
            put = by_load(bench, system, "append", corpus=bench.mixed.directory, users=users, connections=PEOPLE, batch=20,
                          first=0, end=PEOPLE * 60)
            if put.wrongs:
                raise AssertionError(f"the folders of people at work are not filled: {put.wrong[0]}")
        return by_load(bench, system, "mix", corpus=bench.mixed.directory, users=users, connections=connections,
                       deliveries=2, seconds=bench.mix_seconds)
    return run


ROWS = [
    Row("login, SELECT, LOGOUT", logins, Target(cpu=(4, 4)), rounds=2),
    Row("idle connection, plain", held("plain"), limit={"KB each": ("KB", 10)}),
    Row("idle connection, TLS", held("tls"), limit={"KB each": ("KB", 24)}),
    Row(f"delivered to EXISTS in IDLE, {RATE} a second", pushed, limit={"p50 ms": ("ms", 1), "p99 ms": ("ms", 10)}),
    Row("people at work, 16 connections", people_at_work(16), Target(speed=(3, 10)), rounds=2),
    Row("people at work, 64 connections", people_at_work(64), Target(speed=(3, 10)), rounds=2),
]
