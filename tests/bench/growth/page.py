"""GROWTH.md and its curves: what was measured, against what is wanted; and what is written there by hand, which stays."""

from pathlib import Path

from growth import curves
from growth.memory import slope
from table import short, verdict

DIRECTORY = Path(__file__).parents[1]
FILE = DIRECTORY / "GROWTH.md"
BY_HAND = "## What bounds what misses its target"
HEAD = """# How the cost of Sealpost grows

Written by `tests/run bench --growth --write`, but for the last part. Sealpost alone, on loopback without TLS, mailboxes under a customer's
DEP; mail is synced before it is acknowledged. Messages of the large folders are short (1 to 2 KB), so that a million of them take
minutes; what SELECT, QRESYNC and delivery cost does not depend on that. Milliseconds are medians as a client sees them. Deliveries are of 4 KB
on 4 connections, made in turns to all sizes, so that what else the machine does falls on all alike. Every search must find
exactly the five messages that have its word.
"""
LIMITS = {"SELECT, ms": 200, "QRESYNC, ms": 20, "SEARCH, ms": 1500}
FLAT = 0.2
SERIES = {"SELECT": "SELECT, ms", "QRESYNC, one change": "QRESYNC, ms", "SEARCH BODY, selective": "SEARCH, ms"}


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows)])


def of_points(points, name):
    """A size a column, a value a row, with the wanted where there is one."""
    names = list(points[0].values)
    rows = []
    for value in names:
        cells = [short(point.values[value]) if value in point.values else "-" for point in points]
        limit = LIMITS.get(value)
        cells.append(f"at most {limit:,}{verdict(points[-1].values[value] <= limit)}" if limit else flat(points, value))
        rows.append([value, *cells])
    return table([name, *(f"{point.size:,}" for point in points), "target"], rows)


def flat(points, value):
    """Of rates: the least is at most so much below that of the first size."""
    if not value.startswith("deliver") or not value.endswith("a second"):
        return ""
    rates = [point.values[value] for point in points]
    return f"flat within {FLAT:.0%}: {min(rates) / rates[0] - 1:+.0%}" + verdict(min(rates) >= (1 - FLAT) * rates[0])


def of_rows(rows):
    """{name: {what: number}}, a name a column."""
    names = list(rows)
    return table(["", *names], [[what, *(short(rows[name][what]) for name in names)] for what in rows[names[0]]])


def folder_chart(points):
    sizes = [point.size for point in points]
    return curves.chart("Cost of one request in a folder of so many messages (dashed: its target)", "messages in the folder", "milliseconds (median)",
                        {name: [(point.size, point.values[value]) for point in points] for name, value in SERIES.items()},
                        {name: (LIMITS[value], sizes[0], sizes[-1]) for name, value in SERIES.items()})


def delivery_chart(folders, mailboxes):
    rate = "deliver{}, a second"
    return curves.chart("Deliveries of 4 KB a second, 4 connections", "messages in the folder, or mailboxes of the server",
                        "deliveries a second",
                        {"into a folder of so many": [(p.size, p.values[rate.format("")]) for p in folders],
                         "to mailboxes in use, of so many": [(p.size, p.values[rate.format(" to open ones")]) for p in mailboxes],
                         "to any of so many": [(p.size, p.values[rate.format(" to any")]) for p in mailboxes]})


def memory_chart(memory):
    megabytes = {name: [(count, octets / 1e6) for count, octets in points if count] for name, points in memory.items()}
    return curves.chart("Memory of the server (PSS)", "open sessions, or open mailboxes", "MB", megabytes)


def of_memory(held):
    """The measured points, and what each one more costs."""
    lines = [f"- {name}: " + ", ".join(f"{count:,}: {octets / 1e6:,.1f} MB" for count, octets in points)
             for name, points in held.items()]
    each = {name: slope(points) for name, points in held.items() if len(points) > 2}
    fit = [f"- {name}: {octets / 1e3:,.1f} KB each" for name, octets in each.items()]
    for name in [name for name in each if name.endswith(" messages")][-1:]:
        messages = int(name.split()[-2].replace(",", ""))
        fit.append(f"- of that, for each message of the selected folder: {each[name] / messages:.0f} octets")
    return "\n".join([*lines, "", "One more of them takes (least squares):", "", *fit])


def write(about, parts, charts):
    old = FILE.read_text() if FILE.exists() else ""
    by_hand = old[old.index(BY_HAND):] if BY_HAND in old else BY_HAND + "\n"
    for name, svg in charts.items():
        (DIRECTORY / name).write_text(svg)
    FILE.write_text(f"{HEAD}\n## Run\n\n" + "".join(f"- {line}\n" for line in about) + "\n" + "\n\n".join(parts) + f"\n\n{by_hand}")
