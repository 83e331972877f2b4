"""The memory of another process as root sees it, and the forms in which a text or a key may stand there."""

from pathlib import Path

from canaries import base64_forms

PIECE, OVERLAP = 1 << 20, 4096
SHADOW = 1 << 40  # of AddressSanitizer: bits about memory, none of its content


def mappings(pid):
    """(start, end, name) of what can be read, but for pages of files as they are on disk."""
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        place, rights, _, _, _, *name = line.split(maxsplit=5)
        name = name[0] if name else "anonymous"
        start, end = (int(part, 16) for part in place.split("-"))
        from_disk = name.startswith("/") and rights[1] != "w"
        if rights[0] == "r" and not from_disk and end - start < SHADOW and not name.startswith(("[vvar", "[vsyscall")):
            yield start, end, name


def pieces(pid):
    """(name, octets) of all of it, in overlapping pieces; not those that hold nothing but zeros."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, end, name in mappings(pid):
            for at in range(start, end, PIECE):
                memory.seek(at)
                try:
                    octets = memory.read(min(PIECE + OVERLAP, end - at))
                except OSError:  # unmapped meanwhile, or not backed
                    break
                if octets.count(0) != len(octets):
                    yield name, octets


def forms_of_text(text):
    """Of a canary: as it is, in the other case, in UTF-16, base64 and hex."""
    for each in (text, text.upper()):
        raw = each.encode()
        yield from (raw, each.encode("utf-16-le"), each.encode("utf-16-be"), raw.hex().encode())
        yield from base64_forms(raw)


def scan(pid, needles):
    """{(what, mapping): how often} for needles = {what: [octets, ...]}, and how much was looked at."""
    found, looked = {}, 0
    for name, octets in pieces(pid):
        looked += len(octets)
        for what, needles_of in needles.items():
            if count := sum(octets.count(needle) for needle in needles_of):
                found[what, name] = found.get((what, name), 0) + count
    return found, looked


def around(pid, needle, before=200, after=400):
    """For whoever looks for where it is from: what stands around it."""
    for name, octets in pieces(pid):
        at = octets.find(needle)
        while at >= 0:
            yield name, octets[max(0, at - before):at + after]
            at = octets.find(needle, at + 1)
