"""One large mailbox, filled over LMTP and read."""

import re
import time

import measure
from client import Client, numbers
from measured import Measured, by_commands, by_load
from rows.row import Row, Target

FIELDS = "FROM TO CC BCC SUBJECT DATE MESSAGE-ID REFERENCES IN-REPLY-TO CONTENT-TYPE REPLY-TO".split()
SYNC = ("UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE "
        f"BODY.PEEK[HEADER.FIELDS ({' '.join(FIELDS)})])")
QUIET = 3  # seconds until what a server does afterwards has been done


def fill(bench, system):
    """All of the large corpus but what `search.py` delivers later; with the disk that it takes."""
    before = measure.disk(system.store)
    found = by_load(bench, system, "deliver", corpus=bench.large.directory, users=[system.user(bench.reader)],
                    connections=4, first=0, end=bench.messages, check=0)
    time.sleep(QUIET)
    found.values["disk octets per octet"] = (measure.disk(system.store) - before) / found.octets
    bench.filled[system.name] = found
    return found


def reader(bench, system, folder="INBOX"):
    return Client(system.imap, system.user(bench.reader), system.password, folder)


def wanted_header(bench, number):
    """The fields that a sync asks for, as the message has them."""
    head = bench.large.message(number).partition(b"\r\n\r\n")[0] + b"\r\n"
    fields = re.findall(rb"(?:^|(?<=\n))([^\s:]+):(.*\r\n(?:[ \t].*\r\n)*)", head)
    return b"".join(name + b":" + rest for name, rest in fields if name.decode().upper() in FIELDS) + b"\r\n"


def wrong_in(bench, answer, number):
    """What is wrong of one message's part of the sync."""
    header = wanted_header(bench, number)
    literal = re.search(rb"BODY\[HEADER[^\]]*\] \{(\d+)\}\r\n", answer)
    if not literal or answer[literal.end():literal.end() + int(literal[1])] != header:
        return "header fields"
    if b'"<%d@bench.example>"' % number not in answer or re.search(rb'ENVELOPE \((?:NIL|"[^"]*" NIL)', answer):
        return "ENVELOPE"
    kind = re.search(rb"(?im)^Content-Type: \w+/(\w+)", header)
    if b"BODYSTRUCTURE (" not in answer or (kind and b'"%s"' % kind[1].lower() not in answer.lower()):
        return "BODYSTRUCTURE"
    size = re.search(rb"RFC822.SIZE (\d+)", answer)
    trace = int(size[1]) - len(bench.large.message(number)) if size else -1
    return "" if 0 <= trace < 2000 and b"FLAGS (" in answer and b"INTERNALDATE" in answer else "size, flags or date"


def check_sync(bench, system, answer):
    """{what is wrong: of how many messages}; notes which UID is which message."""
    faults, uids = {}, {}
    for part in re.split(rb"(?:^|\r\n)(?=\* \d+ FETCH \()", answer)[1:]:
        uid, ident = re.search(rb"UID (\d+)", part), re.search(rb"Message-ID: <(\d+)@", part)
        if not uid or not ident:
            faults["Message-ID"] = faults.get("Message-ID", 0) + 1
            continue
        uids[int(uid[1])] = int(ident[1])
        if fault := wrong_in(bench, part, int(ident[1])):
            faults[fault] = faults.get(fault, 0) + 1
    missing = bench.present(system) - set(uids.values())
    if missing:
        faults["missing"] = len(missing)
    bench.uids[system.name].update(uids)
    return faults


def learn_uids(bench, system, client):
    """Which UID is which message, of those not known yet; from the whole text, in case that a header was lost."""
    known = bench.uids[system.name]
    for uid in set(numbers(client.ask("UID SEARCH ALL"), b"SEARCH")) - set(known):
        known[uid] = int(re.search(rb"Message-ID: <(\d+)@", client.ask(f"UID FETCH {uid} (BODY.PEEK[])"))[1])


def synced(most=1000, restart=False):
    def run(bench, system):
        if restart:
            system.stop()
            system.start()
        client, checks = reader(bench, system), []

        def sync(_):
            answer = client.ask(SYNC)
            checks.append(answer)
            del checks[1:]
        found = by_commands(bench, system, sync, most)
        found.octets = len(checks[0]) * found.operations
        found.operations *= bench.messages
        faults = check_sync(bench, system, checks[0])
        found.add_wrong([f"{fault} of {count} messages" for fault, count in faults.items()], sum(faults.values()))
        learn_uids(bench, system, client)
        client.close()
        return found
    return run


def flag_scan(bench, system):
    client = reader(bench, system)

    def scan(_):
        answer = client.ask("UID FETCH 1:* (FLAGS)")
        return lambda: "" if answer.count(b" FETCH (") == bench.messages else "not all messages"
    found = by_commands(bench, system, scan)
    found.operations *= bench.messages
    client.close()
    return found


def bodies(work, **more):
    def run(bench, system):
        options = {name: value(bench) if callable(value) else value for name, value in more.items()}
        return by_load(bench, system, work, corpus=bench.large.directory, user=system.user(bench.reader), folder="INBOX",
                       **options)
    return run


def disk(bench, system):
    return Measured(values={"disk octets per octet": bench.filled[system.name].values["disk octets per octet"]})


ROWS = [
    Row("fill one mailbox, mixed, 4 connections", fill),
    Row("disk, octets per delivered octet", disk, limit={"disk octets per octet": ("", 1.0)}),
    Row("first sync after delivery, messages", synced(most=1), Target(cpu=(40, 800))),
    Row("warm sync, messages", synced(), Target(cpu=(8, 8)), rounds=2),
    Row("cold sync (server restarted), messages", synced(most=1, restart=True), Target(cpu=(8, 8))),
    Row("flag scan, messages", flag_scan, Target(cpu=(2, 2)), rounds=2),
    Row("download everything", bodies("download"), Target(cpu=(1.5, 60))),
    Row("single messages at random", bodies("random", connections=1, operations=lambda bench: bench.fetches),
        Target(cpu=(2, 30)), rounds=2),
    Row("single messages at random, 8 connections",
        bodies("random", connections=8, operations=lambda bench: bench.fetches), Target(cpu=(2, 30)), rounds=2),
    Row("64 KB parts", bodies("parts", operations=lambda bench: bench.fetches), Target(cpu=(3, 4)), rounds=2),
]
