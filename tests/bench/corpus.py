"""The mail of the benchmark: seeded, with sizes and shapes of a real mailbox, and words at known messages.

Message sizes are log-normal: median 12.5 KB, mean about 57 KB, at most 6.7 MB. Searched words consist of letters that no other
word has, so that what a search must find is known exactly. Files, in a directory of its own:
  mail   the messages, one after the other, CRLF line ends, no line that begins with a dot
  index  a line each: offset and length in `mail`
  facts  pickled: for each message what is searched for in it, its date, its parent in the thread"""

import base64
import os
import pickle
import quopri
import random
from email.header import Header
from email.utils import formatdate
from pathlib import Path

from mailgen import FRENCH, JAPANESE, PEOPLE, RUSSIAN, WORDS

VERSION = 1  # of what is made; a corpus of another version is made again
LARGEST = 6_700_000
SMALL = 4096
SPREAD = 20  # different words of each kind, so that a query is not asked twice
HALF, THREE = "wharfinger", "owz"  # in half of all messages; in every seventh, within "cowzle"
LETTERS = "bcdfgjklmnprstvz"

# What is searched for: kind -> text of number n of SPREAD. Each is in about five messages, however many there are.
NEEDLES = {
    "word": lambda n: f"qy{LETTERS[n % 16]}{LETTERS[n // 16]}quant",
    "phrase": lambda n: f"quill {LETTERS[n % 16]}{LETTERS[n // 16]}vyx mosaic",
    "encoded": lambda n: "щупл" + "бвгджзклмнпрстфхцчшю"[n] + "ый",
    "accented": lambda n: f"qué{LETTERS[n % 16]}{LETTERS[n // 16]}üñ",
    "subject": lambda n: f"xyqs{LETTERS[n % 16]}{LETTERS[n // 16]}",
    "from": lambda n: f"qfrom{LETTERS[n % 16]}{LETTERS[n // 16]}",
    "header": lambda n: f"QX-{n:03}-TICKET",
}


class Maker:
    def __init__(self, seed, chance):
        self.random, self.chance = random.Random(seed), chance
        self.pools = {pool: [self.line(words) for _ in range(3000)] for pool, words in
                      (("english", WORDS), ("french", FRENCH + WORDS[:40]), ("russian", RUSSIAN), ("japanese", JAPANESE))}
        self.noise = self.random.randbytes(1 << 20)

    def line(self, words):
        return " ".join(self.random.choices(words, k=self.random.randint(5, 9)))

    def lines(self, pool, size):
        """About so many octets of text."""
        each = {"russian": 110, "japanese": 60}.get(pool, 45)
        return self.random.choices(self.pools[pool], k=max(1, size // each))

    def needles(self, charset):
        """What goes into this message: {kind: number}."""
        found = {}
        for kind in NEEDLES:
            fits, often = {"encoded": (charset == "koi8-r", 0.12),
                           "accented": (charset in ("iso-8859-1", "utf-8"), 0.24)}.get(kind, (True, 1))
            if fits and self.random.random() < self.chance / often:
                found[kind] = self.random.randrange(SPREAD)
        if self.random.random() < 0.5:
            found["half"] = 0
        if self.random.random() < 1 / 7:
            found["three"] = 0
        return found

    def text(self, size, charset, pool, found):
        lines = self.lines(pool, size)
        for kind in ("word", "phrase", "encoded", "accented"):
            if kind in found:
                lines.insert(self.random.randrange(len(lines) + 1), NEEDLES[kind](found[kind]))
        for kind, word in (("half", HALF), ("three", "cowzle")):
            if kind in found:
                lines.insert(self.random.randrange(len(lines) + 1), word)
        return lines

    def part(self, lines, charset, how, subtype):
        text = "\r\n".join(lines) + "\r\n"
        if subtype == "html":
            text = f"<html><body><p>{'<br>'.join(lines)}</p></body></html>\r\n".replace("<br>", "<br>\r\n")
        raw = text.encode(charset, "replace")
        if how == "base64":
            raw = base64.encodebytes(raw).replace(b"\n", b"\r\n")
        elif how == "quoted-printable":
            raw = quopri.encodestring(raw.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        return f"Content-Type: text/{subtype}; charset={charset}\r\nContent-Transfer-Encoding: {how}\r\n\r\n".encode() + raw

    def attachment(self, size):
        at = self.random.randrange(1 << 19)
        raw = self.noise[at:at + (1 << 19)] * (size // (1 << 19) + 1)
        text = base64.encodebytes(raw[:size * 3 // 4]).replace(b"\n", b"\r\n")
        return (b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"%d.bin\"\r\n"
                b"Content-Transfer-Encoding: base64\r\n\r\n" % at) + text

    def multipart(self, subtype, parts):
        boundary = f"=_{self.random.getrandbits(64):016x}"
        between = f"--{boundary}\r\n".encode()
        body = b"".join(between + part.removesuffix(b"\r\n") + b"\r\n" for part in parts)
        return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode() + body + f"--{boundary}--\r\n".encode()

    def body(self, size, charset, pool, how, found):
        """The Content- fields, and what follows them."""
        text_size = min(size, int(self.random.lognormvariate(8.3, 0.9)))
        lines = self.text(text_size // 2, charset, pool, found)
        whole = self.part(lines, charset, how, "plain")
        if size > 6000:
            whole = self.multipart("alternative", [whole, self.part(lines, charset, how, "html")])
        if size - len(whole) > 3000:
            whole = self.multipart("mixed", [whole, self.attachment(size - len(whole))])
        return whole

    def small(self, number):
        """Exactly SMALL octets, plain text."""
        head = (f"From: {self.person()}\r\nTo: {self.person()}\r\nSubject: {self.line(WORDS)}\r\n"
                f"Date: {formatdate(1_600_000_000 + number * 600)}\r\nMessage-ID: {message_id(number)}\r\n\r\n").encode()
        text = "\r\n".join(self.lines("english", 2 * SMALL)).encode()
        return head + text[:SMALL - len(head) - 3].rstrip(b"\r\n").ljust(SMALL - len(head) - 2, b"x") + b"\r\n"

    def message(self, number, size, parent):
        charset, pool, how = self.random.choices(
            [("us-ascii", "english", "7bit"), ("utf-8", "french", "8bit"), ("utf-8", "russian", "base64"),
             ("koi8-r", "russian", "base64"), ("iso-8859-1", "french", "quoted-printable"),
             ("iso-2022-jp", "japanese", "7bit")], [60, 9, 6, 12, 9, 4])[0]
        found = self.needles(charset)
        date = formatdate(1_600_000_000 + number * 600 + self.random.randrange(500))
        fields = [f"Received: from mx{number % 7}.example.net ([192.0.2.{number % 250}]) by mail.example.org\r\n"
                  f"\twith ESMTPS id {number:08x}; {date}",
                  f"From: {self.sender(found)}", f"To: {self.person()}, {self.person()}",
                  f"Subject: {self.subject(number, found)}", f"Date: {date}", f"Message-ID: {message_id(number)}",
                  "MIME-Version: 1.0", f"X-Mailer: Bench {number % 5}"]
        if self.random.random() < 0.3:
            fields.insert(3, f"Cc: {self.person()}")
        if parent is not None:
            fields += [f"In-Reply-To: {message_id(parent)}", f"References: {message_id(parent)}"]
        if "header" in found:
            fields.append(f"X-Ticket: {NEEDLES['header'](found['header'])}")
        head = "\r\n".join(fields).encode() + b"\r\n"
        return head + self.body(size - len(head), charset, pool, how, found), {"found": found, "parent": parent}

    def person(self):
        name, box = self.random.choice(PEOPLE)
        shown = Header(name, "utf-8").encode() if not name.isascii() else f'"{name}"'
        return f"{shown} <{box}>" if name else box

    def sender(self, found):
        return f"{NEEDLES['from'](found['from'])}@example.com" if "from" in found else self.person()

    def subject(self, number, found):
        words = f"{self.line(WORDS).capitalize()} {number}"
        if "subject" in found:
            return f"{words} {NEEDLES['subject'](found['subject'])}"
        if number % 8 == 0:
            return Header(f"{self.random.choice(RUSSIAN)} {number}", "koi8-r").encode(linesep="\r\n")
        return words


def message_id(number):
    return f"<{number}@bench.example>"


def message_of(maker, kind, number):
    """The message, and what is known of it."""
    if kind == "small":
        return maker.small(number), {"found": {}, "parent": None}
    parent = maker.random.randrange(max(0, number - 200), number) if number and maker.random.random() < 0.4 else None
    size = min(LARGEST, max(900, int(maker.random.lognormvariate(9.43, 1.74))))
    return maker.message(number, size, parent)


def written(directory, maker, kind, count):
    facts, offset = [], 0
    with (directory / "mail").open("wb") as mail, (directory / "index").open("w") as index:
        for number in range(count):
            raw, fact = message_of(maker, kind, number)
            mail.write(raw)
            index.write(f"{offset} {len(raw)}\n")
            facts.append(fact)
            offset += len(raw)
    return facts


class Corpus:
    """Messages 0 to `count`, "mixed" or "small", made once and kept."""

    def __init__(self, directory, kind, count, seed=1):
        self.directory = Path(directory) / f"{kind}-{count}-{seed}-{VERSION}"
        self.count = count
        if not (self.directory / "facts").exists():
            self.directory.mkdir(parents=True, exist_ok=True)
            facts = written(self.directory, Maker(seed, 5 * SPREAD / count), kind, count)
            (self.directory / "facts.new").write_bytes(pickle.dumps(facts))
            os.replace(self.directory / "facts.new", self.directory / "facts")
        self.facts = pickle.loads((self.directory / "facts").read_bytes())
        self.places = [tuple(map(int, line.split())) for line in (self.directory / "index").read_text().splitlines()]
        self.mail = (self.directory / "mail").open("rb")

    def message(self, number):
        offset, length = self.places[number]
        return os.pread(self.mail.fileno(), length, offset)

    def having(self, kind, number=0):
        """The messages in which that is."""
        return {n for n, fact in enumerate(self.facts) if fact["found"].get(kind) == number}
