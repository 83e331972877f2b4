"""SIGKILL while many clients deliver, append, flag, copy, move and expunge: nothing acknowledged is lost,
nothing is doubled, no UID comes twice. SEALPOST_KILLS sets how often (20 in the long run)."""

import imaplib
import os
import random
import re
import smtplib
import threading
import time
import unittest

from installation import PASSWORD, Installation

KILLS = int(os.environ.get("SEALPOST_KILLS", "4"))
WORKERS, DELIVERERS = 6, 3
GONE = (OSError, imaplib.IMAP4.abort, smtplib.SMTPException, EOFError)


class Worker(threading.Thread):
    """One client with two folders of its own, and a model of what they must hold.

    model[folder] = {uid: (token, flags)}; `pending` is the one operation whose answer never came."""

    def __init__(self, post, number, state):
        super().__init__(daemon=True)
        self.post, self.number, self.state, self.failure = post, number, state, None
        self.random = random.Random(os.urandom(8))

    def run(self):
        try:
            self.work()
        except GONE:
            pass
        except Exception as error:  # told to the main thread
            self.failure = error

    def work(self):
        state = self.state
        client = imaplib.IMAP4("127.0.0.1", self.post.imap, timeout=60)
        client.login("ada@example.org", PASSWORD)
        while True:
            folder, other = self.random.sample(state.folders, 2)
            held = state.model[folder]
            kind = self.random.choice(["append", "append", "append", "store", "copy", "move", "expunge"])
            if kind == "append" or not held:
                self.append(client, folder)
                continue
            uid = self.random.choice(list(held))
            if client.select(folder)[0] != "OK":
                raise AssertionError("SELECT failed")
            token, flags = held[uid]
            if kind == "store":
                state.pending = ("store", folder, uid)
                self.ok(client.uid("STORE", str(uid), "+FLAGS", r"(\Flagged worked)"))
                held[uid] = (token, flags | {"\\Flagged", "worked"})
            elif kind in ("copy", "move"):
                state.pending = (kind, folder, uid, other)
                answer = client.uid(kind.upper(), str(uid), other)
                self.ok(answer)
                new = int(re.search(rb"COPYUID \d+ \d+ (\d+)", self.code(client, answer)).group(1))
                state.seen(other, new, token)
                state.model[other][new] = (token, flags)
                if kind == "move":
                    del held[uid]
            else:
                state.pending = ("expunge", folder, uid)
                self.ok(client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)"))
                self.ok(client.uid("EXPUNGE", str(uid)))
                del held[uid]
            state.pending = None

    def append(self, client, folder):
        state = self.state
        state.counter += 1
        token = f"token-{self.number}-{state.counter}"
        state.pending = ("append", folder, token)
        body = "x" * self.random.choice([10, 1000, 70_000])
        answer = client.append(folder, r"(\Seen)", None, f"Subject: {token}\r\n\r\n{body}\r\n".encode())
        self.ok(answer)
        uid = int(re.search(rb"APPENDUID \d+ (\d+)", answer[1][0]).group(1))
        state.seen(folder, uid, token)
        state.model[folder][uid] = (token, {"\\Seen"})
        state.pending = None

    def code(self, client, answer):
        told = client.untagged_responses.get("COPYUID") or client.untagged_responses.get("OK") or []
        return b"COPYUID " + told[-1] if client.untagged_responses.get("COPYUID") else b" ".join(told) + b" ".join(
            part for part in answer[1] if isinstance(part, bytes))

    @staticmethod
    def ok(answer):
        if answer[0] != "OK":
            raise AssertionError(f"refused: {answer}")


class State:
    def __init__(self, number):
        self.folders = [f"Work{number}a", f"Work{number}b"]
        self.model = {folder: {} for folder in self.folders}
        self.pending, self.counter = None, 0
        self.ever = {}

    def seen(self, folder, uid, token):
        before = self.ever.setdefault((folder, uid), token)
        if before != token:
            raise AssertionError(f"UID {uid} of {folder} was {before} and is now {token}")


class Deliverer(threading.Thread):
    def __init__(self, post, number, acknowledged, tried):
        super().__init__(daemon=True)
        self.post, self.number, self.acknowledged, self.tried = post, number, acknowledged, tried

    def run(self):
        try:
            client = self.post.lmtp_client()
            for n in range(1_000_000):
                token = f"mail-{self.number}-{time.monotonic_ns()}-{n}"
                self.tried.add(token)
                client.sendmail("x@example.net", ["bob@example.org"], f"Subject: {token}\r\n\r\n{'y' * 2000}\r\n".encode())
                self.acknowledged.add(token)
        except GONE:
            pass


def listing(client, folder):
    """{uid: (token, flags)} as the server has it, and UIDNEXT."""
    client.select(folder, readonly=True)
    uid_next = int(client.untagged_responses["UIDNEXT"][0])
    out = {}
    for part in client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]:
        if isinstance(part, tuple):
            uid = int(re.search(rb"UID (\d+)", part[0]).group(1))
            flags = set(re.search(rb"FLAGS \(([^)]*)\)", part[0]).group(1).decode().split()) - {"\\Recent"}
            out[uid] = (part[1].decode().split(":", 1)[1].strip(), flags)
    return out, uid_next


class Kill(unittest.TestCase):
    def test_nothing_acknowledged_is_lost_doubled_or_renumbered(self):
        with Installation(vaults=False) as post:
            states = [State(n) for n in range(WORKERS)]
            acknowledged, tried, uid_next = set(), set(), {}
            with post.imap_client() as client:
                for state in states:
                    for folder in state.folders:
                        client.create(folder)
            for _ in range(KILLS):
                workers = [Worker(post, n, state) for n, state in enumerate(states)]
                deliverers = [Deliverer(post, n, acknowledged, tried) for n in range(DELIVERERS)]
                for thread in workers + deliverers:
                    thread.start()
                time.sleep(random.uniform(0.8, 2.5))
                post.kill()
                for thread in workers + deliverers:
                    thread.join(60)
                    self.assertFalse(thread.is_alive())
                for worker in workers:
                    if worker.failure:
                        raise worker.failure
                post.start()
                self.check(post, states, acknowledged, tried, uid_next)
            self.assertGreater(len(acknowledged), KILLS)
            print(f"{KILLS} kills, {len(acknowledged)} deliveries and {sum(s.counter for s in states)} appends acknowledged")

    def check(self, post, states, acknowledged, tried, uid_next):
        with post.imap_client("bob@example.org") as client:
            got, _ = listing(client, "INBOX")
        tokens = [token for token, _ in got.values()]
        self.assertEqual(len(tokens), len(set(tokens)), "a delivery was doubled")
        self.assertEqual(acknowledged - set(tokens), set(), "acknowledged deliveries are gone")
        self.assertLessEqual(set(tokens), tried)
        with post.imap_client() as client:
            for state in states:
                for folder in state.folders:
                    real, following = listing(client, folder)
                    self.assertGreaterEqual(following, uid_next.get(folder, 0), "UIDNEXT went back")
                    uid_next[folder] = following
                    for uid, (token, _) in real.items():
                        state.seen(folder, uid, token)
                    self.settle(state, folder, real)
                    self.assertEqual(real, state.model[folder], f"{folder}, pending {state.pending}")
                state.pending = None

    def settle(self, state, folder, real):
        """Takes over into the model what the one unanswered operation may have done."""
        pending, model = state.pending, state.model[folder]
        if not pending:
            return
        kind = pending[0]
        new = {uid: value for uid, value in real.items() if uid not in model}
        gone = {uid for uid in model if uid not in real}
        if kind == "append" and folder == pending[1] and len(new) == 1 and [v[0] for v in new.values()] == [pending[2]]:
            model.update(new)
        elif kind in ("copy", "move") and folder == pending[3] and len(new) == 1:
            source = state.ever[(pending[1], pending[2])]
            self.assertEqual([v[0] for v in new.values()], [source])
            model.update(new)
        elif kind in ("move", "expunge") and folder == pending[1] and gone == {pending[2]}:
            del model[pending[2]]
        elif kind in ("store", "expunge") and folder == pending[1] and pending[2] in real:
            added = {"\\Flagged", "worked"} if kind == "store" else {"\\Deleted"}
            token, flags = model[pending[2]]
            self.assertIn(real[pending[2]], [(token, flags), (token, flags | added)])
            model[pending[2]] = real[pending[2]]


if __name__ == "__main__":
    unittest.main(verbosity=2)
