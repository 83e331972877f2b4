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
        path = pathlib.Path(dump or scratch + "/memory")
        if pid:
            dumped(pid, path)
        keys = memory.keys(memory.candidates(path), source)
    words = ", ".join(" ".join(map(str, what)) for what in sorted(keys, key=str))
    return ("broken" if keys else "held"), f"{path.stat().st_size if dump else 'all'} octets of memory; keys: {words or 'none'}"
