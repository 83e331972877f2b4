"""Odd mail as the server describes, decodes and searches it, against Python's email package.
SEALPOST_ORACLE_MESSAGES and SEALPOST_ORACLE_SEED: more of it, and other."""

import os
import random
import re
import unittest

import odd_mail
from installation import Installation

MESSAGES = int(os.environ.get("SEALPOST_ORACLE_MESSAGES", "1000"))
SEED = int(os.environ.get("SEALPOST_ORACLE_SEED", "3516"))
NEEDLES = MESSAGES // 5


class Reader:
    """IMAP's data as lists, bytes and None; literals have been read into the octets."""

    def __init__(self, octets):
        self.octets, self.at = octets, 0

    def value(self):
        while self.octets[self.at:self.at + 1] == b" ":
            self.at += 1
        found = re.compile(rb'\(|"((?:[^"\\]|\\.)*)"|~?\{(\d+)\}\r\n|[^\s()"{]*?\[[^\]]*\](?:<\d+>)?|[^\s()"{]+').match(self.octets, self.at)
        self.at = found.end()
        if found[0] == b"(":
            return self.list()
        if found[1] is not None:
            return re.sub(rb"\\(.)", rb"\1", found[1])
        if found[2] is not None:
            self.at += int(found[2])
            return self.octets[self.at - int(found[2]):self.at]
        return None if found[0] == b"NIL" else found[0]

    def list(self):
        values = []
        while self.octets[self.at:self.at + 1] != b")":
            values.append(self.value())
            while self.octets[self.at:self.at + 1] == b" ":
                self.at += 1
        self.at += 1
        return values


def answers(data):
    """{uid: {item: value}} of what imaplib gives for UID FETCH."""
    found, octets = {}, b""
    for one in data:
        octets += b"\r\n".join(one) if isinstance(one, tuple) else one or b""
        if isinstance(one, tuple):
            continue
        reader = Reader(octets[octets.index(b"("):])
        values, octets = reader.value(), b""
        items = dict(zip(values[::2], values[1::2]))
        found[int(items[b"UID"])] = items
    return found


def described(body):
    """BODYSTRUCTURE as odd_mail.tree, with sizes for leaves."""
    if isinstance(body[0], list):
        parts = [part for part in body if isinstance(part, list)]
        kinds = body.index(next(part for part in body if not isinstance(part, list)))
        return f"multipart/{body[kinds].decode().lower()}", [described(part) for part in parts[:kinds]]
    kind = b"/".join(body[:2]).decode().lower()
    if kind == "message/rfc822":
        return kind, [described(body[8])]
    return kind, int(body[6])


def leaves(tree, path=()):
    """Part numbers of leaves, in order."""
    kind, inside = tree
    if not isinstance(inside, list):
        return [path or (1,)]
    if kind == "message/rfc822":
        child, path = inside[0], path or (1,)
        return leaves(child, path) if isinstance(child[1], list) and child[0] != "message/rfc822" else leaves(child, path + (1,))
    return [leaf for n, child in enumerate(inside, 1) for leaf in leaves(child, path + (n,))]


def shape(tree):
    kind, inside = tree
    return kind, [shape(child) for child in inside] if isinstance(inside, list) else None


def contents(tree):
    return [one for child in tree[1] for one in contents(child)] if isinstance(tree[1], list) else [tree[1]]


class Oracle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.post = Installation(vaults=False).__enter__()
        maker = odd_mail.OddMail(SEED)
        cls.sent = [maker.message() for _ in range(MESSAGES)]
        cls.read = [odd_mail.read(raw) for raw in cls.sent]
        cls.client = cls.post.imap_client("bob@example.org")
        cls.client.create("Odd")
        for at in range(0, MESSAGES, 50):
            cls.append(cls.sent[at:at + 50])
        cls.client.select("Odd", readonly=True)

    @classmethod
    def append(cls, messages):
        """Several at once (RFC 3502)."""
        tag = cls.client._new_tag()
        octets = tag + b" APPEND Odd" + b"".join(b" ~{%d+}\r\n%s" % (len(raw), raw) for raw in messages) + b"\r\n"
        cls.client.send(octets)
        if cls.client._command_complete("APPEND", tag)[0] != "OK":
            raise AssertionError("APPEND failed")

    @classmethod
    def tearDownClass(cls):
        cls.client.logout()
        cls.post.__exit__()

    def test_structure_and_decoded_parts(self):
        structures = answers(self.client.uid("FETCH", "1:*", "(BODYSTRUCTURE)")[1])
        self.assertEqual(len(structures), MESSAGES)
        for uid, items in structures.items():
            ours, theirs = described(items[b"BODYSTRUCTURE"]), odd_mail.tree(self.read[uid - 1])
            self.assertEqual(shape(ours), shape(theirs), self.sent[uid - 1])
            paths = [".".join(map(str, path)) for path in leaves(ours)]
            wanted = " ".join(f"BINARY.PEEK[{path}] BINARY.SIZE[{path}] BODY.PEEK[{path}]" for path in paths)
            got = answers(self.client.uid("FETCH", str(uid), f"({wanted})")[1])[uid]
            for path, size, decoded in zip(paths, contents(ours), contents(theirs)):
                name = path.encode()
                self.assertEqual(got[b"BINARY[" + name + b"]"], decoded, (path, self.sent[uid - 1]))
                self.assertEqual(int(got[b"BINARY.SIZE[" + name + b"]"]), len(decoded))
                self.assertEqual(len(got[b"BODY[" + name + b"]"]), size)

    def search(self, key, needle):
        self.client.literal = needle.encode()
        found = self.client.uid("SEARCH", "CHARSET", "UTF-8", key)
        self.assertEqual(found[0], "OK")
        return {int(uid) for uid in found[1][0].split()}

    def test_search_finds_what_decoded_text_has(self):
        chance = random.Random(SEED)
        bodies = [odd_mail.texts(message) for message in self.read]
        whole = [odd_mail.everything(message) for message in self.read]
        subjects = [odd_mail.subject_of(message) for message in self.read]
        for n in range(NEEDLES):
            key, haystacks, all_of = ("BODY", bodies, whole) if n % 3 else ("SUBJECT", [[subject] for subject in subjects], subjects)
            text = chance.choice([text for texts in haystacks for text in texts if len(text) > 3])
            at = chance.randrange(len(text) - 2)
            needle = text[at:at + chance.randint(3, 14)].strip()
            in_one = {uid for uid, texts in enumerate(haystacks, 1) if any(needle in text for text in texts)}
            in_all = {uid for uid, text in enumerate(all_of, 1) if needle in text}  # parts follow each other
            shown = needle.upper() if odd_mail.folded(needle.upper()) == needle else needle
            if needle:
                found = self.search(key, shown)
                self.assertEqual((in_one - found, found - in_all), (set(), set()), (key, shown))


if __name__ == "__main__":
    unittest.main(verbosity=2)
