"""What is in the server's memory once a mailbox is closed: nothing of its mail, and none of its keys. Root reads all of
it (/proc/PID/mem). And nobody else may.

What is searched: every readable mapping (heap, stacks, locked keys, libraries' data; not read-only pages of programs) for
a secret text as it is, in upper case, UTF-16, base64 at each alignment and hex, and for the raw octets of the mailbox key
and of message keys, which the independent reader gets from data and service keys. Not searched: registers, and what the
kernel keeps. The programs are those of SEALPOST_PROGRAMS: in a build with AddressSanitizer its own heap wipes, as told
here, instead of base/heap.cpp, which has a test of its own (tests/base/heap_probe.cc); a build without sanitizers is
searched with SEALPOST_PROGRAMS=build/release."""

import base64
import os
import pwd
import re
import signal
import smtplib
import socket
import subprocess
import sys
import time
import unittest
import zlib
from pathlib import Path

for name in ("reader", "examiner"):
    sys.path.insert(0, str(Path(__file__).parents[1] / name))
from directory import Directory  # noqa: E402
from installation import PASSWORD, Installation  # noqa: E402
from mailbox import APPLICATION_ID, VERSIONS, Mailbox  # noqa: E402
from memory_scan import around, forms_of_text, scan  # noqa: E402
from privileges_test import as_nobody  # noqa: E402
from recipients import recipient_certificate  # noqa: E402
from snapshot import Snapshot  # noqa: E402
from vault import Keys  # noqa: E402

LINGER = 3
SETTINGS = f"[keys]\nmailbox_linger = {LINGER}\n"
os.environ["ASAN_OPTIONS"] = ":".join([os.environ.get("ASAN_OPTIONS", ""), "max_free_fill_size=2147483647",
                                       "free_fill_byte=0", "detect_stack_use_after_return=0"])


def secret():
    return f"q{os.urandom(10).hex()}"  # 21 octets: longer than what a std::string keeps in itself


def letter(text, kind="text/plain"):
    body = base64.encodebytes((f"<p>{text}</p> " * 200).encode()).decode().replace("\n", "\r\n")
    return (f'From: "{text} person" <{text}@example.net>\r\nTo: ada@example.org\r\nSubject: {text} subject\r\n'
            f"Message-ID: <{text}@example.net>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
            f"--b\r\nContent-Type: {kind}\r\n\r\n" + f"{text} in a line of text\r\n" * 300 +
            f"--b\r\nContent-Type: text/html; name={text}.html\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"
            "--b--\r\n")


def keys_of(post, account):
    """{what: octets} of the mailbox key and the keys of its first messages, by the independent reader."""
    with Directory(post.data, Keys(post.service_keys, [], None, print)) as directory:
        login = next(each for each in directory.logins() if each.account.name == account)
        found = directory.mailbox_key(login)
        with Snapshot(found.database, APPLICATION_ID, VERSIONS) as tables:
            mailbox = Mailbox(tables, login.mailbox, found.keys)
            entries = [entry for folder in mailbox.folders() for entry in folder.entries]
            of_messages = {f"key of message {entry.message}": [mailbox.message_key(entry.message)]
                           for entry in entries[:12]}
    return {"mailbox key": list(found.keys.values())} | of_messages


class Client:
    """An IMAP client of a few lines, which speaks COMPRESS (RFC 4978) once told to."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.packer, self.opener = zlib.compressobj(wbits=-15), zlib.decompressobj(wbits=-15)
        self.compressing = False
        self.read_until(rb"\* OK .*\r\n")

    def read_until(self, end):
        text = b""
        while not re.search(end, text):
            octets = self.socket.recv(65536)
            assert octets, text
            text += self.opener.decompress(octets) if self.compressing else octets
        return text

    def do(self, command):
        line = b"x " + command.encode() + b"\r\n"
        if self.compressing:
            line = self.packer.compress(line) + self.packer.flush(zlib.Z_SYNC_FLUSH)
        self.socket.sendall(line)
        text = self.read_until(rb"(^|\n)x (OK|NO|BAD) .*\r\n$")
        self.compressing |= command.startswith("COMPRESS")
        return text


@unittest.skipUnless(os.geteuid() == 0, "only root may read another process's memory")
class Residue(unittest.TestCase):
    def read_mail(self, post, text):
        """What clients do, over TLS and compressed."""
        client = post.imap_client()
        client.create(f"{text}folder")
        client.append(f"{text}folder", f"({text}flag)", None, letter(text).encode())
        client.select("INBOX")
        client.store("1:*", "+FLAGS", f"({text}flag)")
        for search in (("TEXT", f'"{text} in"'), ("SUBJECT", text), ("FROM", text)):
            self.assertEqual(client.search(None, *search)[1], [b"1 2 3 4"])
        octets = client.fetch("1:*", "(FLAGS ENVELOPE BODYSTRUCTURE BODY[] BODY[1]<10.100> PREVIEW)")[1]
        self.assertIn(text, str(octets))
        client.sort("(SUBJECT FROM)", "UTF-8", "ALL")
        client.thread("REFERENCES", "UTF-8", "ALL")
        client.copy("1", f"{text}folder")
        client.uid("MOVE", "2", f"{text}folder")
        packed = Client(post.imap)
        packed.do(f"LOGIN ada@example.org {PASSWORD}")
        packed.do("COMPRESS DEFLATE")
        packed.do("SELECT INBOX")
        self.assertIn(text.encode(), packed.do("FETCH 1:* (BODY[] BINARY[2])"))
        packed.do("LOGOUT")
        plain = Client(post.imap)
        plain.do(f"LOGIN ada@example.org {PASSWORD}")
        plain.do("SELECT INBOX")
        plain.do("SEARCH TEXT " + text)
        self.assertIn(text.encode(), plain.do("FETCH 1:* (BODY[])"))
        plain.do("UNAUTHENTICATE")
        return client, plain

    def deliver_in_chunks(self, relay, message):
        relay.docmd("MAIL FROM:<sender@example.net>")
        relay.docmd("RCPT TO:<ada@example.org>")
        half, octets = len(message) // 2, message.encode()
        for chunk, last in ((octets[:half], ""), (octets[half:], " LAST")):
            relay.send(b"BDAT %d%s\r\n" % (len(chunk), last.encode()) + chunk)
            self.assertEqual(relay.getreply()[0], 250)

    def scan(self, post, text, keys):
        needles = {"text": list(forms_of_text(text))} | keys
        found, looked = scan(post.process.pid, needles)
        self.assertGreater(looked, 20 << 20)
        return found

    def wait_until_seen(self, post, text):
        """What was just sent may be on its way yet."""
        until = time.monotonic() + 60
        while "text" not in {what for what, _ in self.scan(post, text, {})}:
            self.assertLess(time.monotonic(), until, "else the scan shows nothing")

    def assert_nothing(self, post, text, keys):
        found = self.scan(post, text, keys)
        if "text" in {what for what, _ in found}:
            for form in forms_of_text(text):
                for name, octets in around(post.process.pid, form):
                    print(name, octets)
        self.assertEqual(found, {})

    def test_nothing_is_left_of_a_closed_mailbox(self):
        text = secret()
        with Installation(vaults=False, settings=SETTINGS) as post:
            relay = post.lmtp_client()  # stays, as mail servers' connections do
            for kind in ("text/plain", "text/html", "text/plain; format=flowed"):
                relay.sendmail("sender@example.net", ["ada@example.org"], letter(text, kind))
            self.deliver_in_chunks(relay, letter(text))
            other = post.imap_client("bob@example.org")  # another mailbox goes on
            other.select()
            client, idle = self.read_mail(post, text)
            keys = keys_of(post, "ada@example.org")
            self.assertGreater(len(keys), 5)
            open_now = {what for what, _ in self.scan(post, text, keys)}
            self.assertLessEqual({"text", "mailbox key"}, open_now, "else the scan shows nothing")
            client.logout()
            time.sleep(LINGER + 2)
            other.noop()
            self.assertEqual(post.json("status")["openMailboxes"], 1)
            self.assert_nothing(post, text, keys)
            idle.do("NOOP")  # still there, and nobody's
            relay.noop()
            other.logout()

    def half_sent(self, post, message):
        """A connection in the middle of a message, which it ends when told to go on."""
        relay = post.lmtp_client()
        relay.ehlo()
        relay.docmd("MAIL FROM:<sender@example.net>")
        relay.docmd("RCPT TO:<ada@example.org>")
        self.assertEqual(relay.docmd("DATA")[0], 354)
        octets = message.encode()
        relay.send(octets[:len(octets) // 2])

        def go_on():
            relay.send(octets[len(octets) // 2:] + b".\r\n")
            self.assertEqual(relay.getreply()[0], 250)
        return relay, go_on

    def test_nothing_is_left_of_mail_that_was_encrypted_for_its_owner(self):
        """End-to-end: what was there before, and what came in each way."""
        text = secret()
        with Installation(vaults=False, settings=SETTINGS) as post:
            post.deliver([letter(text)])
            certificate = recipient_certificate(post.root, "ada")
            post.cli("mailbox", "protect", "ada@example.org", "end-to-end", certificate, "--yes")
            until = time.monotonic() + 120
            while post.json("mailbox", "show", "ada@example.org")["converting"] is not None:
                self.assertLess(time.monotonic(), until)
                time.sleep(0.1)
            relay, go_on = self.half_sent(post, letter(text))
            self.wait_until_seen(post, text)
            go_on()
            self.deliver_in_chunks(relay, letter(text, "text/html"))
            with smtplib.SMTP("127.0.0.1", post.submission, timeout=120) as client:
                client.starttls(context=post.tls())
                client.login("bob@example.org", PASSWORD)
                client.sendmail("bob@example.org", ["ada@example.org"], letter(text).replace(f"{text}@example.net", "bob@example.org"))
            (post.root / "source").mkdir()
            (post.root / "source/letter.eml").write_text(letter(text))
            post.cli("import", "ada@example.org", post.root / "source", "--folder", "INBOX")
            client = post.imap_client()
            client.append("INBOX", None, None, letter(text).encode())
            self.assertEqual(client.select("INBOX")[1], [b"6"])
            octets = client.fetch("1:*", "(FLAGS ENVELOPE BODYSTRUCTURE BODY[])")[1]
            self.assertEqual(sum(b"enveloped-data" in part[1] for part in octets if isinstance(part, tuple)), 6)
            self.assertEqual(client.search(None, "BODY", text)[1], [b""])
            keys = keys_of(post, "ada@example.org")
            client.logout()
            time.sleep(LINGER + 2)
            self.assertEqual(post.json("status")["openMailboxes"], 0)
            self.assert_nothing(post, text, keys)
            self.assertEqual(relay.noop()[0], 250)  # is there still
            relay.quit()


def tried(pid, user, how):
    """Does that user's process get at the memory? ptrace, /proc/PID/mem, process_vm_readv."""
    program = r"""
import ctypes, sys
libc, pid, how = ctypes.CDLL(None, use_errno=True), int(sys.argv[1]), sys.argv[2]
if how == "ptrace":
    done = libc.ptrace(16, pid, None, None) == 0
elif how == "mem":
    try:
        start = int(open(f"/proc/{pid}/maps").readline().split("-")[0], 16)
        memory = open(f"/proc/{pid}/mem", "rb", buffering=0)
        memory.seek(start)
        done = bool(memory.read(16))
    except OSError:
        done = False
else:
    class Place(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
    buffer = ctypes.create_string_buffer(16)
    here = Place(ctypes.addressof(buffer), 16)
    there = Place(int(sys.argv[3], 16), 16)
    done = libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) == 16
sys.exit(0 if done else 3)
"""
    start = Path(f"/proc/{pid}/maps").read_text().split("-")[0]
    owner = pwd.getpwnam(user)
    done = subprocess.run([sys.executable, "-c", program, str(pid), how, start], user=user, group=owner.pw_gid,
                          extra_groups=[], capture_output=True, timeout=60)
    return done.returncode


@unittest.skipUnless(os.geteuid() == 0, "only root can be several users")
class Others(unittest.TestCase):
    def test_neither_others_nor_its_own_user_read_its_memory(self):
        bystander = subprocess.Popen(["sleep", "600"], user="nobody", group=pwd.getpwnam("nobody").pw_gid)
        self.addCleanup(bystander.wait)
        self.addCleanup(bystander.kill)
        time.sleep(0.3)
        self.assertEqual(tried(bystander.pid, "nobody", "mem"), 0, "else the attempts show nothing")
        with as_nobody() as post:
            for user in ("nobody", "bin"):
                for how in ("ptrace", "mem", "process_vm_readv"):
                    self.assertEqual(tried(post.process.pid, user, how), 3, f"{user} {how}")
            self.assertEqual(os.stat(f"/proc/{post.process.pid}/mem").st_uid, 0, "as of a process that is not dumpable")

    def test_it_leaves_no_core(self):
        with Installation(vaults=False) as post:
            limits = Path(f"/proc/{post.process.pid}/limits").read_text()
            self.assertRegex(limits, r"Max core file size +0 +0 ")
            os.kill(post.process.pid, signal.SIGQUIT)
            _, status = os.waitpid(post.process.pid, 0)
            self.assertTrue(os.WIFSIGNALED(status))
            self.assertFalse(os.WCOREDUMP(status))
            post.process.returncode = -signal.SIGQUIT


if __name__ == "__main__":
    unittest.main(verbosity=2)
