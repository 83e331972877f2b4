"""The table: a row a line, a system a column, and Sealpost's ratio to each peer in the same run."""

OWN = "sealpost"
PLAIN, CRYPT = "dovecot", "mail-crypt"


def short(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def costs(found):
    """(operations a second, CPU microseconds of each)"""
    return found.operations / found.seconds, found.cpu / found.operations * 1e6


def cell(row, found):
    if found is None:
        return "-"
    if row.limit:
        text = ", ".join(f"{short(found.values[name])} {unit}".strip() for name, (unit, _) in row.limit.items())
        if "held" in found.values:
            text += f" ({short(found.values['KB in the kernel'])} of it kernel; {found.values['held']} held)"
    else:
        speed, each = costs(found)
        text = f"{short(speed)}/s" + (f" ({short(found.p50)}/{short(found.p99)} ms)" if found.p99 else "")
        text += f" {short(found.octets / found.seconds / 1e6)} MB/s" if found.octets else ""
        text += f" {short(each)} µs" if found.cpu else " CPU too little to count"
    return text + (f" **WRONG** ({found.wrongs}: {found.wrong[0][:80]})".replace("|", "/") if found.wrongs else "")


def ratio(row, own, peer):
    """{"speed": times, "cpu": times}; CPU that is too little to count is one tick of the clock."""
    if row.limit:
        name = next(iter(row.limit))
        return {"": peer.values[name] / own.values[name] if own.values[name] > 0 else float("inf")}
    (speed, each), (peer_speed, peer_each) = costs(own), costs(peer)
    return {"speed": speed / peer_speed, "cpu": peer_each / max(each, 1e4 / own.operations)}


def judged(row, results):
    """The targets, and whether they are met."""
    own = results.get(OWN)
    if own is None:
        return "-"
    if row.limit:
        return "; ".join(f"{'at most'} {short(largest)} {unit}".strip() + verdict(own.values[name] <= largest)
                         for name, (unit, largest) in row.limit.items())
    parts = []
    for kind in ("cpu", "speed"):
        wanted = getattr(row.target, kind) if row.target else None
        for peer, least in zip((PLAIN, CRYPT), wanted or ()):
            if peer in results:
                parts.append(f"{peer} {kind} {short(least)}×" + verdict(ratio(row, own, results[peer])[kind] >= least))
    return "; ".join(parts) or "-"


def verdict(met):
    return "" if met else " **missed**"


def line(row, results, systems):
    peers = [name for name in systems if name != OWN]
    cells = [cell(row, results.get(name)) for name in systems]
    if OWN in results:
        for name in peers:
            times = ratio(row, results[OWN], results[name]) if name in results else {}
            cells.append(", ".join(f"{kind} {short(value)}×".strip() for kind, value in times.items()) or "-")
        cells.append(judged(row, results))
    return f"| {row.name} | " + " | ".join(cells) + " |"


def table(rows, results, systems):
    """`results`: {row name: {system: Measured}}. Rows that did not run are left out."""
    head = ["row", *systems]
    if OWN in systems:
        head += [f"to {name}" for name in systems if name != OWN] + ["target"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + [line(row, results[row.name], systems) for row in rows if row.name in results])
