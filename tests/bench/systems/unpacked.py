"""Debian's packages of a peer, unpacked and not installed (tests/unpack): its programs see its files as /usr and users of its
own, in a name space of their own."""

import contextlib
import os
import signal
import subprocess

import measure

# The first arguments: where it is unpacked, a passwd and a group file to stand beside the machine's.
INSIDE = """set -e
for file in passwd group; do cat "/etc/$file" "$2/$file" >"$2/$file.all"; mount --bind "$2/$file.all" "/etc/$file"; done
mount -t overlay overlay -o "lowerdir=$1/usr:/usr" /usr
export LD_LIBRARY_PATH="$1/lib/x86_64-linux-gnu"
shift 2
exec "$@"
"""
FIRST_ID = 64100  # of users and groups that exist for the peer alone


class Unpacked:
    def __init__(self, files, root, users):
        self.files, self.root = files, root
        root.mkdir(parents=True)
        root.chmod(0o755)
        self.ids = {name: FIRST_ID + n for n, name in enumerate(users)}
        (root / "passwd").write_text("".join(f"{name}:x:{n}:{n}::/nonexistent:/bin/false\n" for name, n in self.ids.items()))
        (root / "group").write_text("".join(f"{name}:x:{n}:\n" for name, n in self.ids.items()))

    def words(self, *command):
        return ["unshare", "-m", "bash", "-c", INSIDE, "bash", str(self.files), str(self.root), *map(str, command)]

    def do(self, *command):
        done = subprocess.run(self.words(*command), stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
        if done.returncode != 0:
            raise AssertionError(f"{command} gave {done.returncode}: {(done.stdout + done.stderr).decode()[:1000]}")
        return done.stdout

    def start(self, *command):
        with (self.root / "output").open("ab") as out:
            return subprocess.Popen(self.words(*command), stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    @staticmethod
    def stop(process, seconds=20):
        """Cyrus sometimes does not end by itself; its processes are ended then, each by its id."""
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            for pid in measure.tree(process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()
