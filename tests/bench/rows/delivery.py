"""Mail coming in: LMTP and APPEND. What was stored is fetched and compared after each."""

from measured import by_load
from rows.row import Row, Target

BATCH = 20  # messages of a MULTIAPPEND


def next_range(bench, system, kind, count):
    """Messages that this system has not had of this corpus."""
    first = bench.used.get((system.name, kind), 0)
    bench.used[system.name, kind] = first + count
    corpus = bench.small if kind == "small" else bench.mixed
    if first + count > corpus.count:
        raise AssertionError(f"the corpus of {kind} messages is too small")
    return {"corpus": corpus.directory, "first": first, "end": first + count}


def delivered(kind, connections, share):
    def run(bench, system):
        users = [system.user(n) for n in range(connections)]
        return by_load(bench, system, "deliver", users=users, connections=connections, check=1,
                       **next_range(bench, system, kind, int(bench.deliveries * share)))
    return run


def appended(kind, batch, share):
    def run(bench, system):
        users = [system.user(n) for n in range(4)]
        return by_load(bench, system, "append", users=users, connections=4, batch=batch,
                       **next_range(bench, system, kind, int(bench.deliveries * share)))
    return run


ROWS = [
    Row("deliver 4 KB, 4 connections", delivered("small", 4, 1), Target(cpu=(8, 30), speed=(4, 12)), rounds=2),
    Row("deliver 4 KB, 16 connections", delivered("small", 16, 1), Target(cpu=(8, 30), speed=(4, 12)), rounds=2),
    Row("deliver mixed, 4 connections", delivered("mixed", 4, 0.5), Target(cpu=(3, 8)), rounds=2),
    Row("deliver 4 KB, one connection", delivered("small", 1, 0.5), Target(cpu=(2, 6)), rounds=2),
    Row("APPEND 4 KB, 4 connections", appended("small", 1, 1), Target(cpu=(3, 10)), rounds=2),
    Row("APPEND mixed, 4 connections", appended("mixed", 1, 0.5), Target(cpu=(2, 7)), rounds=2),
    Row("MULTIAPPEND mixed, 4 connections", appended("mixed", BATCH, 1), Target(cpu=(1.5, 8)), rounds=2),
]
