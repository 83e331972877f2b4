"""What the tests of mail clients share: mail to be synchronised, its digests, folders with odd names."""

import base64
import hashlib
import os
import subprocess
import time

from installation import PASSWORD
from mailgen import MailMaker

MESSAGES = int(os.environ.get("SEALPOST_SYNC_MESSAGES", "1000"))
SLOW = 300  # seconds, for one thing on a machine that does others
ODD_NAMES = ["Ünïcode & Co", "日本語", "a.b", "Q1 (2027) [x]", "50% off", "deep/er/est", "~tilde"]


def crlf(raw):
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def digest(raw):
    """Of a message, with CRLF and without empty lines at its end, which clients add and take off."""
    return hashlib.sha256(crlf(raw).rstrip(b"\r\n")).hexdigest()


def counted(digests):
    counts = {}
    for each in digests:
        counts[each] = counts.get(each, 0) + 1
    return counts


def mutf7(name):
    """Modified UTF-7 (RFC 3501 5.1.3), quoted."""
    out, run = "", ""

    def flushed():
        return "&" + base64.b64encode(run.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-" if run else ""
    for c in name:
        if " " <= c <= "~":
            out, run = out + flushed() + ("&-" if c == "&" else c), ""
        else:
            run += c
    return '"' + (out + flushed()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def import_mail(post, account, folder, count=MESSAGES, seed=11):
    """Imported from a Maildir; the messages as they are."""
    maker = MailMaker(seed)
    source = post.root / f"source-{folder}-{seed}"
    for part in ("cur", "new", "tmp"):
        (source / part).mkdir(parents=True)
    messages = [maker.message() for _ in range(count)]
    for n, raw in enumerate(messages):
        (source / "cur" / f"{1500000000 + n}.M{n}.test:2,{'S' if n % 3 else ''}").write_bytes(raw)
    post.cli("import", account, source, "--format", "maildir", "--folder", folder)
    return messages


def mbsync(post, account, near):
    """All of the account's folders and the Maildirs in `near`, both ways; its configuration and state are beside them."""
    near.mkdir(exist_ok=True)
    home = near.parent
    rc = home / "mbsyncrc"
    rc.write_text(f"""
IMAPAccount post
Host localhost
Port {post.imaps}
User {account}
Pass {PASSWORD}
SSLType IMAPS
CertificateFile {post.root}/tls.crt
Timeout {SLOW}

IMAPStore far
Account post

MaildirStore near
Path {near}/
Inbox {near}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState *
""")
    done = subprocess.run(["mbsync", "-c", rc, "-a"], capture_output=True, timeout=2 * SLOW, env={**os.environ, "HOME": str(home)})
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode()[-2000:])


def wait_for(condition, what, seconds=SLOW):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {seconds} s")
