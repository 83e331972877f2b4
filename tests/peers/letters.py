"""The same mail for each store, full of words that are nowhere else, and how many of them a pile of octets shows."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "examiner"))

from canaries import forms  # noqa: E402

COUNT = 40
KINDS = {"subjects": "qsub", "Message-IDs": "qmid", "addresses": "qadr", "attachment names": "qatt",
         "first lines of bodies": "qfst", "words of bodies": "qwrd"}
FOLDERS = [f"qfol{n:03}zjv" for n in range(10)]
KEYWORDS = [f"qkey{n:03}zjv" for n in range(10)]


def canary(kind, n):
    return f"{KINDS[kind]}{n:03}zjv"


def letter(n):
    c = {kind: canary(kind, n) for kind in KINDS}
    filler = "".join(f"line {line} of letter {n}, with nothing of interest\r\n" for line in range(60 + n))
    return (f"From: {c['addresses']}@example.net\r\nTo: ada@example.org\r\nSubject: {c['subjects']}\r\n"
            f"Message-ID: <{c['Message-IDs']}@example.net>\r\nDate: Mon, 1 Mar 2027 08:00:{n % 60:02} +0000\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
            f"{c['first lines of bodies']} is how it begins\r\n{filler}{c['words of bodies']}\r\n"
            f"--b\r\nContent-Type: application/octet-stream; name=\"{c['attachment names']}.bin\"\r\n"
            f"Content-Disposition: attachment; filename=\"{c['attachment names']}.bin\"\r\n\r\nnothing\r\n--b--\r\n").encode()


def looked_at(client, search=True):
    """What a mail client does with an INBOX of them: folders, flags, the list, previews, a search, some of the mail."""
    for folder in FOLDERS:
        client.create(folder)
    client.select("INBOX")
    for n, keyword in enumerate(KEYWORDS, 1):
        client.store(str(n), "+FLAGS", f"({keyword} \\Flagged)")
    client.fetch("1:*", "(FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)")
    client.fetch("1:*", "(PREVIEW)")
    if search:
        client.search(None, "BODY", canary("words of bodies", 1))
    client.fetch("1:10", "(BODY.PEEK[])")


def shown(octets):
    """{kind: how many of its words are there, in any form}"""
    def count(words):
        return sum(any(form in octets for form in set(forms(word))) for word in words)
    return {kind: count(canary(kind, n) for n in range(COUNT)) for kind in KINDS} | {
        "folder names": count(FOLDERS), "flags and keywords": count(KEYWORDS)}


def octets_of(*directories):
    """Of every file; and a name is octets of the disk, too."""
    return b"\n".join(str(path).encode() + b"\n" + path.read_bytes() for directory in directories
                      for path in sorted(directory.rglob("*")) if path.is_file())


TOTALS = {kind: COUNT for kind in KINDS} | {"folder names": len(FOLDERS), "flags and keywords": len(KEYWORDS),
                                            "exact sizes": COUNT, "dates": COUNT}
