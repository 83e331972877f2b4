"""Keys in the memory of a server that runs, or in a dump of it, that open something of the copy."""

import pathlib
import tempfile

import memory
from process_memory import dumped
from stolen import Source


def found(copy, dump, pid):
    if not dump and not pid:
        return "not tried", "it wants --memory-dump FILE, or --pid of a server and root"
    with tempfile.TemporaryDirectory(prefix="sealpost-attack-") as scratch, Source("copy", copy) as source:
        if dump:
            return verdict(pathlib.Path(dump), "memory", source)
        path = pathlib.Path(scratch) / "memory"
        for locked in (True, False):  # keys are in locked pages; in the others they would be by mistake
            dumped(pid, path, locked)
            told = verdict(path, "locked memory" if locked else "memory", source)
            if told[0] == "broken":
                break
    return told


def verdict(path, what, source):
    keys = memory.keys(memory.candidates(path), source)
    words = ", ".join(" ".join(map(str, key)) for key in sorted(keys, key=str))
    return ("broken" if keys else "held"), f"{path.stat().st_size} octets of {what}; keys: {words or 'none'}"
