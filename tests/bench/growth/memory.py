"""Memory of the server (PSS) as sessions, selected folders and open mailboxes become more."""

import time
from contextlib import contextmanager

import measure
from measured import Load

SETTLED = 3  # seconds
PEOPLE = 8  # whose empty INBOXes the idle sessions have selected
SELECTED = 4_000_000  # messages of selected folders in all sessions together, at most
OPENED = 2000  # mailboxes that one round of deliveries opens


def octets(system):
    time.sleep(SETTLED)
    return measure.memory(system.process.pid)


@contextmanager
def held(system, load, users, count):
    """So many sessions in IDLE."""
    one = Load(load, "hold", {"port": system.imap, "connections": count, "users": users, "transport": "plain",
                              "password": system.password})
    found = one.go(system.process.pid)
    yield
    one.say("go on")
    one.check(found)
    if found.wrongs:
        raise AssertionError(f"{count} sessions: {found.wrong[0]}")


def of_sessions(system, load, users, counts):
    """[(sessions, octets)], the first without any, after a restart."""
    system.restart()
    points = [(0, octets(system))]
    for count in counts:
        with held(system, load, users, count):
            points.append((count, octets(system)))
    return points


def of_selected(folders):
    """{size: [(sessions, octets)]}, each after a restart."""
    return {size: of_sessions(folders.system, folders.load, [folders.user(size)],
                              [n for n in (1, 4, 10, 40, 100) if n == 1 or n * size <= SELECTED]) for size in folders.sizes}


def of_open_mailboxes(population, load, small, rounds):
    """[(open mailboxes, octets)]: each delivery opens one."""
    population.system.restart()
    points = []
    for n in range(rounds):
        users = [population.system.user(m) for m in range(n * OPENED, (n + 1) * OPENED)]
        population.deliver(load, small, users, OPENED)
        points.append(((n + 1) * OPENED, octets(population.system)))
    return points


def slope(points):
    """Octets of each one more: least squares, with a constant. The first of all opens a mailbox, too."""
    points = [(x, y) for x, y in points if x]
    xs, ys = zip(*points)
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x in xs)
