"""STORE, COPY, MOVE, EXPUNGE; many folders."""

import re

from client import Client, numbers, status
from measured import by_commands
from rows.reading import reader
from rows.row import Row, Target

SOME, FOLDERS = 1000, 200


def store_one(bench, system):
    client, uids = reader(bench, system), sorted(bench.uids[system.name])

    def store(n):
        uid, sign = uids[(n // 2) % len(uids)], "+-"[n % 2]
        answer = client.ask(f"UID STORE {uid} {sign}FLAGS (\\Flagged)")
        return lambda: "" if (b"\\Flagged" in answer) == (sign == "+") and b" FETCH (" in answer else "flag"
    found = by_commands(bench, system, store)
    client.ask("UID STORE 1:* -FLAGS.SILENT (\\Flagged)")
    client.close()
    return found


def store_all(bench, system):
    client, uids = reader(bench, system), bench.uids[system.name]

    def store(n):
        client.ask(f"UID STORE 1:* {'+-'[n % 2]}FLAGS.SILENT (\\Answered)")
    found = by_commands(bench, system, store)
    if len(numbers(client.ask("UID SEARCH ANSWERED"), b"SEARCH")) != (len(uids) if found.operations % 2 else 0):
        found.add_wrong(["flags"], 1)
    client.ask("UID STORE 1:* -FLAGS.SILENT (\\Answered)")
    found.operations *= len(uids)
    client.close()
    return found


def resync(bench, system):
    """A client comes back after one change: SELECT with QRESYNC (RFC 7162)."""
    changer, client = reader(bench, system), reader(bench, system)
    client.ask("ENABLE QRESYNC")
    uid = max(bench.uids[system.name])
    opened = changer.ask("SELECT INBOX (CONDSTORE)")
    validity, since = (int(re.search(rb"\[" + code + rb" (\d+)", opened)[1]) for code in (b"UIDVALIDITY", b"HIGHESTMODSEQ"))
    changer.ask(f"UID STORE {uid} +FLAGS (\\Flagged)")

    def select(_):
        answer = client.ask(f"SELECT INBOX (QRESYNC ({validity} {since}))")
        return lambda: "" if answer.count(b" FETCH (") == 1 and b"UID %d " % uid in answer else "not the one change"
    found = by_commands(bench, system, select)
    changer.ask(f"UID STORE {uid} -FLAGS (\\Flagged)")
    for one in (changer, client):
        one.close()
    return found


def some_uids(bench, system):
    uids = sorted(bench.uids[system.name])[:SOME]
    return f"{uids[0]}:{uids[-1]}"


def messages_in(client, folder):
    return status(client.ask(f"STATUS {folder} (MESSAGES)"), b"MESSAGES")


def copy(bench, system):
    client, uids = reader(bench, system), some_uids(bench, system)
    for n in range(bench.most_changes):
        client.ask(f"CREATE Copy{n}")

    def act(n):
        client.ask(f"UID COPY {uids} Copy{n}")
        return lambda: "" if messages_in(client, f"Copy{n}") == SOME else "not all copied"
    found = by_commands(bench, system, act, most=bench.most_changes)
    bench.copies[system.name] = found.operations
    found.operations *= SOME
    client.close()
    return found


def move(bench, system):
    count = bench.copies[system.name]
    clients = [reader(bench, system, f"Copy{n}") for n in range(count)]
    for n in range(count):
        clients[n].ask(f"CREATE Moved{n}")

    def act(n):
        clients[n].ask(f"MOVE 1:{SOME} Moved{n}")
        return lambda: "" if messages_in(clients[0], f"Moved{n}") == SOME else "not all moved"
    found = by_commands(bench, system, act, most=count)
    found.operations *= SOME
    for client in clients:
        client.close()
    return found


def expunge(bench, system):
    """Messages are marked before it is measured."""
    count = bench.copies[system.name]
    clients = [reader(bench, system, f"Moved{n}") for n in range(count)]
    for client in clients:
        client.ask("STORE 1:* +FLAGS.SILENT (\\Deleted)")

    def act(n):
        answer = clients[n].ask("EXPUNGE")
        return lambda: "" if answer.count(b" EXPUNGE\r\n") == SOME and messages_in(
            clients[n], f"Moved{n}") == 0 else "not all expunged"
    found = by_commands(bench, system, act, most=count)
    found.operations *= SOME
    for client in clients:
        client.close()
    return found


def folders_client(bench, system):
    """Of a user who has many folders."""
    client = Client(system.imap, system.user(bench.folder_user), system.password)
    if b"many/f0" not in client.ask('LIST "" "many/f0"'):
        for n in range(FOLDERS):
            client.ask(f"CREATE many/f{n}")
    return client


def status_folders(bench, system):
    client = folders_client(bench, system)

    def act(n):
        answer = client.ask(f"STATUS many/f{n % FOLDERS} (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)")
        return lambda: "" if status(answer, b"MESSAGES") == 0 else "count"
    found = by_commands(bench, system, act)
    client.close()
    return found


def list_folders(bench, system):
    client = folders_client(bench, system)

    def act(_):
        answer = client.ask('LIST "" "*"')
        return lambda: "" if len(re.findall(rb"^\* LIST .*many/f\d+", answer, re.M)) == FOLDERS else "not all folders"
    found = by_commands(bench, system, act)
    client.close()
    return found


ROWS = [
    Row("STORE on one message", store_one, Target(cpu=(1, 1)), rounds=2),
    Row("STORE on all, messages", store_all, Target(cpu=(1, 1)), rounds=2),
    Row("SELECT with QRESYNC after one change", resync, rounds=2),
    Row("COPY of 1,000, messages", copy, Target(cpu=(8, 1000))),
    Row("MOVE of 1,000, messages", move, Target(cpu=(8, 1000))),
    Row("EXPUNGE of 1,000, messages", expunge, Target(cpu=(1, 10))),
    Row("STATUS of 200 folders, folders", status_folders, Target(cpu=(5, 5)), rounds=2),
    Row("LIST of 200 folders", list_folders, Target(cpu=(5, 5)), rounds=2),
]
