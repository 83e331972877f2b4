"""`sealpost import` of 100,000 messages: speed, memory of both sides, and the disk that mail takes."""

import os
import re
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import measure
from client import Client
from installation import PROGRAMS
from measured import by_load


def mbox(corpus, count):
    """The first `count` messages as an mbox file beside them."""
    file = corpus.directory / f"{count}.mbox"
    if not file.exists():
        new = file.with_suffix(".new")
        with new.open("wb") as out:
            for number in range(count):
                out.write(b"From ada@example.org Thu Jan  1 00:00:00 2026\r\n" + corpus.message(number) + b"\r\n")
        os.replace(new, file)
    return file


def as_folders(file, count):
    """A directory in which that file is several folders."""
    directory = file.parent / f"{file.stem}-times-{count}"
    directory.mkdir(exist_ok=True)
    for n in range(count):
        name = directory / f"Folder{n}.mbox"
        if not name.exists():
            os.link(file, name)
    return directory


def peak(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) * 1024


def messages_of(system, user):
    client = Client(system.imap, user, system.password)
    answer = client.ask('LIST "" "*" RETURN (STATUS (MESSAGES))')
    client.close()
    return sum(map(int, re.findall(rb"\(MESSAGES (\d+)\)", answer)))


def disk_at_rest(system):
    """Without the logs of a server that runs; it has just been started again."""
    system.stop()
    octets = measure.disk(system.store)
    system.start()
    return octets


def imported(system, user, path, messages, octets):
    """{what: number} of one import into a mailbox without mail."""
    disk = disk_at_rest(system)
    pid = system.process.pid
    cpu = measure.cpu(pid)
    began = time.monotonic()
    command = subprocess.Popen([PROGRAMS / "sealpost", "import", user, path, "--format", "mbox", "--socket", system.post.socket],
                               stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(command.pid, 0)
    command.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    if command.returncode:
        raise AssertionError(f"import of {path} gave {command.returncode}")
    server_cpu, server_peak = measure.cpu(pid) - cpu, peak(pid)
    if (there := messages_of(system, user)) != messages:
        raise AssertionError(f"{there} of {messages} messages are there")
    return {"messages": messages, "MB": octets / 1e6, "messages a second": messages / seconds, "MB a second": octets / 1e6 / seconds,
            "CPU of the server, µs a message": server_cpu / messages * 1e6,
            "CPU of the command, µs a message": (used.ru_utime + used.ru_stime) / messages * 1e6,
            "peak of the server, MB": server_peak / 1e6, "peak of the command, MB": used.ru_maxrss * 1024 / 1e6,
            "disk octets per octet": (disk_at_rest(system) - disk) / octets}


def delivered(system, load, user, corpus, counts):
    """[(messages, disk octets per octet)] of mixed mail that comes over LMTP."""
    before, first, octets, points = disk_at_rest(system), 0, 0, []
    for count in counts:
        octets += by_load(SimpleNamespace(load=load), system, "deliver", corpus=corpus.directory, users=[user], connections=4,
                          first=first, end=count, check=0).octets
        first = count
        points.append((count, (disk_at_rest(system) - before) / octets))
    return points
