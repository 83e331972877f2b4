"""An IMAP client that costs little: it sends a command and takes what comes until its end."""

import re
import socket


class Client:
    def __init__(self, port, user=None, password=None, folder=None):
        self.socket = socket.create_connection(("127.0.0.1", port), 600)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer, self.tags = bytearray(1 << 20), 0
        self.socket.recv(10_000)
        if user:
            self.ask(f'LOGIN {user} "{password}"')
        if folder:
            self.ask(f"SELECT {folder}")

    def ask(self, command, wanted=b"OK"):
        """The whole answer. `command` is text, or octets with non-synchronizing literals."""
        self.tags += 1
        tag = b"b%d" % self.tags
        raw = command.encode() if isinstance(command, str) else command
        self.socket.sendall(tag + b" " + raw + b"\r\n")
        parts, tail, end = [], b"\r\n", b"\r\n" + tag + b" "
        while True:
            count = self.socket.recv_into(self.buffer)
            if count == 0:
                raise AssertionError(f"connection closed at {raw[:100]}")
            parts.append(bytes(self.buffer[:count]))
            tail = (tail + parts[-1])[-4000:]
            at = tail.find(end)
            if at >= 0 and tail.endswith(b"\r\n"):
                break
        if not tail[at + len(end):].startswith(wanted):
            raise AssertionError(f"{raw[:100]} gave {tail[at:]}")
        return b"".join(parts)

    def close(self):
        self.ask("LOGOUT")
        self.socket.close()


def numbers(answer, word):
    """Those of untagged lines "* SEARCH 1 2 3", and "* SORT"."""
    found = []
    for line in re.findall(rb"^\* " + word + rb"((?: \d+)*)", answer, re.M):
        found += map(int, line.split())
    return found


def status(answer, item):
    return int(re.search(rb"\b" + item + rb" (\d+)", answer)[1])
