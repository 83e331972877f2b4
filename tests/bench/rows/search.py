"""SEARCH, SORT and THREAD in the large mailbox; each answer must be exactly the messages that have it."""

import re

from client import numbers
from corpus import HALF, NEEDLES, SPREAD, THREE
from measured import by_commands, by_load, together
from rows.reading import learn_uids, reader
from rows.row import Row, Target

NEW = 100  # messages that come in before a search


def quoted(text):
    return b'"%s"' % text.encode() if text.isascii() else b"{%d+}\r\n%s" % (len(text.encode()), text.encode())


def searched(client, bench, system, key, text, wanted):
    """Asks, and returns a function that says what is wrong with the answer."""
    charset = b"" if text.isascii() else b"CHARSET UTF-8 "
    answer = client.ask(b"UID SEARCH " + charset + key.encode() + b" " + quoted(text))

    def check():
        uids = bench.uids[system.name]
        found, right = {uids.get(uid) for uid in numbers(answer, b"SEARCH")}, wanted() & bench.present(system)
        return "" if found == right else f"{key} {text}: {len(right - found)} not found, {len(found - right)} too many"
    return check


def search(key, kind, in_all=False):
    """A different one of the needles each time; of those in many messages there is one."""
    def run(bench, system):
        client = reader(bench, system)

        def ask(n):
            number = 0 if in_all else n % SPREAD
            text = {"half": HALF, "three": THREE, "absent": f"qzz{n % 1000}xjq"}.get(kind) or NEEDLES[kind](number)
            return searched(client, bench, system, key, text, lambda: bench.large.having(kind, number))
        found = by_commands(bench, system, ask, bench.most_searches)
        client.close()
        return found
    return run


def after_new_mail(bench, system):
    """Only the search is measured."""
    rounds = []
    for turn in range(bench.new_mail_turns):
        first = bench.messages + turn * NEW
        put = by_load(bench, system, "deliver", corpus=bench.large.directory, users=[system.user(bench.reader)],
                      connections=1, first=first, end=first + NEW, check=0)
        bench.delivered[system.name] = first + NEW
        client = reader(bench, system)
        checks = []
        rounds.append(by_commands(bench, system, lambda _: checks.append(searched(
            client, bench, system, "BODY", NEEDLES["word"](turn), lambda: bench.large.having("word", turn))), most=1))
        learn_uids(bench, system, client)
        if wrong := checks[0]():
            rounds[-1].add_wrong([wrong], 1)
        rounds[-1].add_wrong(put.wrong, put.wrongs)
        client.close()
    return together(rounds)


def sort(bench, system):
    client = reader(bench, system)

    def ask(_):
        answer = client.ask("UID SORT (DATE) UTF-8 ALL")
        return lambda: "" if [bench.uids[system.name].get(uid) for uid in numbers(answer, b"SORT")] == sorted(
            bench.present(system)) else "not by date"
    found = by_commands(bench, system, ask)
    client.close()
    return found


def wrong_threads(bench, system, answer):
    line = re.search(rb"^\* THREAD (.*?)\r$", answer, re.M)[1]
    thread_of, depth, thread = {}, 0, 0
    for token in re.findall(rb"[()]|\d+", line):
        if token == b"(":
            thread, depth = thread + (depth == 0), depth + 1
        elif token == b")":
            depth -= 1
        else:
            thread_of[bench.uids[system.name].get(int(token))] = thread
    if set(thread_of) != bench.present(system):
        return "not all messages"
    apart = sum(thread_of[n] != thread_of[parent] for n in thread_of
                if (parent := bench.large.facts[n]["parent"]) is not None)
    return f"{apart} answers apart from what they answer" if apart else ""


def thread(bench, system):
    client = reader(bench, system)

    def ask(_):
        answer = client.ask("UID THREAD REFERENCES UTF-8 ALL")
        return lambda: wrong_threads(bench, system, answer)
    found = by_commands(bench, system, ask)
    client.close()
    return found


FULL, COMMON = Target(cpu=(300, 5000)), Target(cpu=(30, 500))
ROWS = [
    Row("SEARCH BODY, selective word", search("BODY", "word"), FULL),
    Row("SEARCH TEXT, selective word", search("TEXT", "word"), FULL),
    Row("SEARCH BODY, phrase", search("BODY", "phrase"), FULL),
    Row("SEARCH TEXT, absent", search("TEXT", "absent"), FULL),
    Row("SEARCH BODY, in KOI8-R and base64", search("BODY", "encoded"), FULL),
    Row("SEARCH BODY, not ASCII", search("BODY", "accented"), FULL),
    Row("SEARCH BODY, with 100 new messages", after_new_mail, FULL),
    Row("SEARCH BODY, in half of all mail", search("BODY", "half", in_all=True), COMMON),
    Row("SEARCH BODY, 3 letters", search("BODY", "three", in_all=True), COMMON),
    Row("SEARCH SUBJECT", search("SUBJECT", "subject"), Target(cpu=(10, 10)), rounds=2),
    Row("SEARCH FROM", search("FROM", "from"), Target(cpu=(10, 10)), rounds=2),
    Row("SEARCH HEADER, any", search("HEADER X-Ticket", "header"), Target(cpu=(20, 20))),
    Row("SORT (DATE)", sort, Target(cpu=(5, 5)), rounds=2),
    Row("THREAD REFERENCES", thread, Target(cpu=(5, 5)), rounds=2),
]
