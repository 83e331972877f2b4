#!/usr/bin/env python3
"""Fills an account with mail for server/run: threads, newsletters with HTML, attachments, made of the texts that
a Debian machine has lying about (changelogs, copyright files) and of this project's own pages. The same seed makes
the same mail."""

import argparse
import gzip
import random
import smtplib
import struct
import sys
import textwrap
import time
import zlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from datetime import datetime, timedelta, timezone
from pathlib import Path

PEOPLE = ["Grace Hopper", "Alan Turing", "Edsger Dijkstra", "Barbara Liskov", "Jörg Müller", "Zoë Ångström",
          "Donald Knuth", "Радия Перлман", "山田 太郎", "Margaret Hamilton", "Ken Thompson", "Hedy Lamarr"]
DOMAINS = ["navy.example", "bletchley.example", "uni.example", "mit.example", "apollo.example"]
OPENINGS = ["Hello,", "Hi all,", "Good morning,", "Dear colleagues,", "Short note:", "As promised:"]
TASKS = ["Could you look at this before Friday?", "No hurry with this one.", "I attach what I have so far.",
         "The licence question is still open.", "Let us talk about it tomorrow.", "Shall I go on like this?"]
FOLLOW_UPS = ["I agree.", "Not quite: see below.", "Thanks, that helps.", "Done, please check.", "Let me think it over."]


def paragraphs():
    """Passages of English from files that are there, or fewer of them where documentation is not installed."""
    root = Path(__file__).resolve().parent.parent
    sources = [root / "README.md", root / "crypto/FORMAT.md", root / "docker/production.md"]
    sources += sorted(Path("/usr/share/doc").glob("*/copyright"))[:60]
    sources += sorted(Path("/usr/share/doc").glob("*/changelog.Debian.gz"))[:60]
    found = []
    for source in sources:
        try:
            raw = gzip.decompress(source.read_bytes()) if source.suffix == ".gz" else source.read_bytes()
        except OSError:
            continue
        blocks = raw[:40_000].decode("utf-8", "replace").split("\n\n")
        found += [textwrap.dedent(b).strip() for b in blocks if 80 < len(b) < 1500][:12]
    return found


def png(rng):
    """A small picture: stripes."""
    width, height = 64, 48
    rows = b"".join(b"\0" + bytes(rng.randrange(256) for _ in range(3)) * width for _ in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Writer:
    def __init__(self, to, seed):
        self.to, self.rng, self.texts = to, random.Random(seed), paragraphs()
        self.sent = []  # (subject, message id) to answer to

    def sender(self):
        name = self.rng.choice(PEOPLE)
        return name, f"writer{PEOPLE.index(name)}@{self.rng.choice(DOMAINS)}"

    def subject(self):
        words = self.rng.choice(self.texts).split()
        start = self.rng.randrange(max(1, len(words) - 6))
        return " ".join(words[start:start + self.rng.randint(3, 6)])[:70]

    def letter(self, when):
        rng, mail = self.rng, EmailMessage()
        name, address = self.sender()
        mail["From"] = Address(name, *address.split("@"))
        mail["To"] = self.to
        mail["Date"] = format_datetime(when)
        mail["Message-ID"] = make_msgid(domain=address.split("@")[1])
        body = rng.sample(self.texts, k=min(len(self.texts), rng.randint(1, 4)))
        if self.sent and rng.random() < 0.4:
            subject, parent = rng.choice(self.sent[-12:])
            mail["Subject"] = subject if subject.startswith("Re: ") else "Re: " + subject
            mail["In-Reply-To"] = mail["References"] = parent
            body = [rng.choice(FOLLOW_UPS), textwrap.indent(body[0], "> ")] + body[1:2]
        else:
            mail["Subject"] = self.subject()
            body = [rng.choice(OPENINGS)] + body + [rng.choice(TASKS)]
        self.sent.append((mail["Subject"], mail["Message-ID"]))
        mail.set_content("\n\n".join(body + [name]) + "\n")
        self.decorate(mail, body)
        return address, mail

    def decorate(self, mail, body):
        chance = self.rng.random()
        if chance < 0.25:
            html = "".join(f"<p>{p.replace('&', '&amp;').replace('<', '&lt;')}</p>" for p in body)
            mail.add_alternative(f"<html><body>{html}</body></html>", subtype="html")
        elif chance < 0.35:
            mail.add_attachment(png(self.rng), maintype="image", subtype="png", filename="stripes.png")
        elif chance < 0.42:
            notes = "\n\n".join(self.rng.choices(self.texts, k=20))
            mail.add_attachment(gzip.compress(notes.encode(), mtime=0), maintype="application", subtype="gzip",
                                filename="notes.txt.gz")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lmtp", required=True, metavar="HOST:PORT")
    arguments.add_argument("--to", required=True, metavar="ADDRESS")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--count", type=int, default=120)
    given = arguments.parse_args()
    host, port = given.lmtp.rsplit(":", 1)
    writer = Writer(given.to, given.seed)
    if not writer.texts:
        sys.exit("error: no text found to write mail from")
    when = datetime.fromtimestamp(time.time() - given.count * 5 * 3600, timezone.utc)
    with smtplib.LMTP(host, int(port), local_hostname="demo.example") as server:
        for _ in range(given.count):
            when += timedelta(hours=writer.rng.uniform(0, 10) / 1.05)
            sender, mail = writer.letter(min(when, datetime.now(timezone.utc)))
            server.send_message(mail, sender, [given.to])


if __name__ == "__main__":
    main()
