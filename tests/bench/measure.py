"""What a server costs: CPU and memory of its process tree, memory of the whole machine, disk of its store."""

import os
import socket
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def stat_fields(pid):
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def tree(pid):
    """The process and all below it."""
    children = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                children.setdefault(int(stat_fields(entry.name)[1]), []).append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                pass
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += children.get(one, [])
    return found


def cpu(pid):
    """CPU seconds of the tree, with the children that have ended."""
    total = 0
    for one in tree(pid):
        try:
            total += sum(map(int, stat_fields(one)[11:15]))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total / TICKS


def memory(pid):
    """Octets of the tree, shared pages divided among those that share them."""
    total = 0
    for one in tree(pid):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total * 1024


def disk(directory):
    """Octets of disk that the directory occupies, once all is written."""
    os.sync()
    return int(subprocess.run(["du", "-s", "-B1", str(directory)], capture_output=True, check=True).stdout.split()[0])


def wait_for_port(port, process, log, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                if connection.recv(1):
                    return
        except OSError:
            time.sleep(0.05)
    told = log.read_text(errors="replace")[-2000:] if log.exists() else ""
    raise AssertionError(f"nobody answers at port {port}: {told}")


def machine():
    """Lines that say what was measured on."""
    cpus = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    total = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    file_system = subprocess.run(["findmnt", "-no", "FSTYPE,SOURCE", "-T", "/tmp"], capture_output=True).stdout.decode()
    system = os.uname()
    return [f"{len(cpus)} cores, {cpus[0].split(':')[1].strip()}", f"{int(total.split()[1]) / 2**20:.0f} GiB of memory",
            f"{system.sysname} {system.release}", f"disk: {' '.join(file_system.split())}",
            f"load before: {os.getloadavg()[0]:.2f}"]
