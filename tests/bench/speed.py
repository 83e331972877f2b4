#!/usr/bin/env python3
"""Measures a release build on loopback: delivery, first sync, download, idle memory, one change in a big folder.

    SEALPOST_PROGRAMS=build/release tests/bench/speed.py [deliver] [sync] [download] [idle] [delta]
"""

import argparse
import multiprocessing
import os
import resource
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "system"))
from installation import PASSWORD, Installation  # noqa: E402
from mailgen import MailMaker  # noqa: E402


def lines(connection):
    return connection.makefile("rb", 1 << 16)


def connected(port):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def answers(connection, count):
    """So many lines, all that the server has been asked for."""
    text = b""
    while text.count(b"\n") < count:
        more = connection.recv(1000)
        if not more:
            raise AssertionError(f"connection closed after {text}")
        text += more
    return text.splitlines()


def lmtp_client(port, count, message, to, started, results):
    """Sends one message after the other and waits for each answer; the envelope is pipelined (RFC 2920)."""
    connection = connected(port)
    answers(connection, 1)
    connection.sendall(b"LHLO bench\r\n")
    while not answers(connection, 1)[-1].startswith(b"250 "):
        pass
    head = f"MAIL FROM:<x@example.net>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode()
    end = b"\r\n.\r\n"
    started.wait()
    for n in range(count):
        connection.sendall(head)
        told = answers(connection, 3)
        if not told[2].startswith(b"354"):
            raise AssertionError(told)
        connection.sendmsg([b"X-Number: %d\r\n" % n, message, end])
        told = answers(connection, 1)
        if not told[0].startswith(b"250"):
            raise AssertionError(told)
    results.put((count, time.process_time()))


def cpu_of(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid):
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) * 1024


def deliver(post, connections=8, each=1500, size=16 * 1024):
    maker = MailMaker(3)
    message = b"Subject: bench\r\nFrom: x@example.net\r\n\r\n" + maker.paragraphs(size).encode()[:size - 42]
    for turn in ("first", "second", "third"):
        started, results = multiprocessing.Event(), multiprocessing.Queue()
        clients = [multiprocessing.Process(target=lmtp_client, args=(post.lmtp, each, message, to, started, results))
                   for to in ["ada@example.org", "bob@example.org"] * (connections // 2)]
        for client in clients:
            client.start()
        time.sleep(0.5)
        before, cpu = time.monotonic(), cpu_of(post.process.pid)
        started.set()
        done = [results.get(timeout=300) for _ in clients]
        took, total = time.monotonic() - before, sum(count for count, _ in done)
        print(f"deliver, {turn}: {total} messages of {len(message)} octets over {connections} LMTP connections: "
              f"{total / took:,.0f}/s, {(cpu_of(post.process.pid) - cpu) / total * 1e6:,.0f} us server CPU and "
              f"{sum(spent for _, spent in done) / total * 1e6:,.0f} us client CPU each")
        for client in clients:
            client.join()


def logged_in(post, name="ada@example.org", folder="INBOX", way="plain"):
    connection = connected(post.imap)
    reader = lines(connection)
    reader.readline()
    if way == "TLS":
        ask(connection, reader, "STARTTLS")
        connection = post.tls().wrap_socket(connection, server_hostname="localhost")
        reader = lines(connection)
    for command in (f'LOGIN {name} "{PASSWORD}"', f"SELECT {folder}"):
        ask(connection, reader, command)
    return connection, reader


def ask(connection, reader, command):
    """Octets of the whole answer; literals are small or counted by drain()."""
    connection.sendall(f"t {command}\r\n".encode())
    total = 0
    while True:
        line = reader.readline()
        if not line:
            raise AssertionError("connection closed")
        total += len(line)
        if line.startswith(b"t "):
            if not line.startswith(b"t OK"):
                raise AssertionError(line)
            return total
        while line.endswith(b"}\r\n"):
            count = int(line[line.rindex(b"{") + 1:-3])
            if len(reader.read(count)) != count:
                raise AssertionError("short literal")
            line = reader.readline()
            total += count + len(line)


def imported(post, name, folder, messages):
    source = post.root / f"{folder}.mbox"
    with source.open("wb") as out:
        for raw in messages:
            raw = raw.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
            out.write(b"From x@example.net Thu Jan  1 00:00:00 2026\n" + raw + b"\n")
    before, cpu = time.monotonic(), cpu_of(post.process.pid)
    post.cli("import", name, source, "--format", "mbox", "--folder", folder)
    print(f"import: {source.stat().st_size / 1e6:.0f} MB in {time.monotonic() - before:.1f} s, "
          f"{cpu_of(post.process.pid) - cpu:.1f} s server CPU")


def sync(post, messages=20_000):
    maker = MailMaker(5)
    sizes = (int(min(maker.random.lognormvariate(7.6, 0.8), 30_000)) for _ in range(messages))
    imported(post, "ada@example.org", "Sync", (maker.message(size) for size in sizes))
    connection, reader = logged_in(post, folder="Sync")
    for name, items in (("flags", "(FLAGS)"), ("list", "(FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"),
                        ("thunderbird", "(UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (From To Cc Bcc Subject Date Message-ID "
                         "Priority X-Priority References Newsgroups In-Reply-To Content-Type Reply-To)])")):
        for turn in ("first", "second", "third"):
            before, cpu = time.monotonic(), cpu_of(post.process.pid)
            octets = ask(connection, reader, f"UID FETCH 1:* {items}")
            print(f"fetch {name}, {turn}: {time.monotonic() - before:.3f} s wall (client parsing included), "
                  f"{(cpu_of(post.process.pid) - cpu) * 1e3:.0f} ms server CPU, {octets / 1e6:.1f} MB")
    for key in ('BODY "zq no such words"', 'BODY "meeting agenda"', 'SUBJECT "invoice"', 'FROM "pat@"', 'TEXT "\u0434\u043e\u0433\u043e\u0432\u043e\u0440"'):
        before = time.monotonic()
        raw = key.encode()
        connection.sendall(b"t UID SEARCH CHARSET UTF-8 " + raw + b"\r\n" if raw.isascii() else
                           b"t UID SEARCH CHARSET UTF-8 TEXT {%d+}\r\n" % len(raw[6:-1]) + raw[6:-1] + b"\r\n")
        hits = 0
        while not (line := reader.readline()).startswith(b"t "):
            hits = len(line.split()) - 2
        print(f"search {key}: {time.monotonic() - before:.3f} s, {hits} hits, {line.decode().strip()}")


def download(post, messages=3500):
    maker = MailMaker(9)
    imported(post, "bob@example.org", "Big", (maker.message(45_000) for _ in range(messages)))
    for way in ("plain", "TLS"):
        connection, _ = logged_in(post, "bob@example.org", "Big", way)
        for turn in ("first", "second", "third"):
            before, cpu, own = time.monotonic(), cpu_of(post.process.pid), time.process_time()
            octets = drain(connection, b"t UID FETCH 1:* (BODY.PEEK[])\r\n")
            took = time.monotonic() - before
            print(f"download, {way}, {turn}: {octets / 1e6:.0f} MB in {took:.2f} s: {octets / took / 1e6:,.0f} MB/s, "
                  f"{(cpu_of(post.process.pid) - cpu) / octets * 1e9:.2f} s server CPU and "
                  f"{(time.process_time() - own) / octets * 1e9:.2f} s client CPU a GB")


def drain(connection, command):
    """Octets of an answer that is not looked at, up to its last line."""
    connection.sendall(command)
    octets, tail, buffer = 0, b"", bytearray(1 << 20)
    while not (tail.endswith(b"\r\n") and b"\r\nt OK" in tail):
        count = connection.recv_into(buffer)
        if count == 0:
            raise AssertionError("connection closed")
        octets += count
        tail = (tail + bytes(buffer[max(0, count - 200):count]))[-200:]
    return octets


def idle(post, count=5000):
    resource.setrlimit(resource.RLIMIT_NOFILE, (20_000, 20_000))
    before = memory_of(post.process.pid)
    connections = []
    for _ in range(count):
        connection = connected(post.imap)
        connection.recv(500)
        connections.append(connection)
    time.sleep(1)
    print(f"idle: {count} plain connections, {(memory_of(post.process.pid) - before) / count / 1024:.1f} KiB RSS each")
    for connection in connections:
        connection.close()


def code(line, name):
    """The number of a response code: "* OK [UIDVALIDITY 7] ..."."""
    return int(line.split(b"[" + name + b" ", 1)[1].split(b"]")[0])


def timed(post, turns, action):
    """The middle one of so many turns, in ms; the server's CPU time is that of all together."""
    walls, cpu = [], cpu_of(post.process.pid)
    for _ in range(turns):
        before = time.monotonic()
        action()
        walls.append((time.monotonic() - before) * 1e3)
    spent = (cpu_of(post.process.pid) - cpu) / turns * 1e3
    return f"{sorted(walls)[turns // 2]:.1f} ms wall ({min(walls):.1f} at best), {spent:.1f} ms server CPU"


def delta(post, messages=100_000, turns=25):
    """What a client learns of one change in a big folder: by NOOP, in IDLE, and coming back with QRESYNC."""
    maker = MailMaker(7)
    imported(post, "ada@example.org", "Huge", (maker.message(300) for _ in range(messages)))
    changer, changer_reader = logged_in(post, folder="Huge")
    watcher, watcher_reader = logged_in(post, folder="INBOX")
    ask(watcher, watcher_reader, "ENABLE QRESYNC")
    watcher.sendall(b"t SELECT Huge\r\n")
    while not (line := watcher_reader.readline()).startswith(b"t "):
        if b"[UIDVALIDITY" in line:
            validity = code(line, b"UIDVALIDITY")
        if b"[HIGHESTMODSEQ" in line:
            modseq = code(line, b"HIGHESTMODSEQ")
    signs = iter("+-" * 1000)

    def change():
        ask(changer, changer_reader, f"UID STORE {messages // 2} {next(signs)}FLAGS.SILENT (\\Flagged)")

    for name, action in (("nothing", None), ("one change", change)):
        def noop():
            if action:
                action()
            told = ask(watcher, watcher_reader, "NOOP")
            if action and told < 60:
                raise AssertionError("the change was not told")
        print(f"delta, {messages} messages, NOOP after {name} (with the STORE itself): {timed(post, turns, noop)}")

    def idle_push():
        change()
        if b" FETCH (UID " not in watcher_reader.readline():
            raise AssertionError("the change was not told")
    watcher.sendall(b"t IDLE\r\n")
    watcher_reader.readline()
    print(f"delta, {messages} messages, IDLE (with the STORE itself): {timed(post, turns, idle_push)}")
    watcher.sendall(b"DONE\r\n")
    watcher_reader.readline()
    change()

    def select():
        told = ask(watcher, watcher_reader, f"SELECT Huge (QRESYNC ({validity} {modseq} 1:{messages}))")
        if not 300 < told < 2000:
            raise AssertionError(f"{told} octets")
    print(f"delta, {messages} messages, SELECT with QRESYNC: {timed(post, turns, select)}")
    print(f"delta, {messages} messages, SELECT: "
          f"{timed(post, turns, lambda: ask(watcher, watcher_reader, 'SELECT Huge'))}")


def main():
    work = {"deliver": deliver, "sync": sync, "download": download, "idle": idle, "delta": delta}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", nargs="*", metavar="WORK", help=", ".join(work))
    wanted = parser.parse_args().work or list(work)
    if unknown := set(wanted) - set(work):
        parser.error(f"no such work: {', '.join(sorted(unknown))}")
    limits = "[limits]\nconnections_per_address = 20000\nconnections_per_user = 1000\n"
    with Installation(settings=limits) as post:
        for name in wanted:
            work[name](post)


if __name__ == "__main__":
    main()
