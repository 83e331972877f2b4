"""Purges and their certificates (crypto/FORMAT.md, sections 7 and 11)."""

import hashlib
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from place import Kind, Place
from records import Cursor
from sealing import open_record, require

STATES = (None, "requested", "approved", "blocked", "destroying", "destroyed", "cancelled")
KIND, PURPOSE = "sealpost purge certificate 1", b"purge certificate"


def inside(octets):
    cursor = Cursor(octets, "a purge")

    def several(member):
        return [member() for _ in range(cursor.number("I"))]

    def text():
        return cursor.text("H")

    def person():
        return {"user": cursor.number("I"), "name": text(), "time": cursor.number("q")}

    state, dep, mailbox = cursor.numbers("Bqq")
    require(0 < state < len(STATES), "a purge is in no known state")
    line = {"state": STATES[state], "dep": dep, "mailbox": mailbox}
    line |= {name: text() for name in ("dep_name", "reason", "contact", "request")}
    line["forced"] = bool(cursor.number("B"))
    line |= {name: person() for name in ("requested", "approved", "ended")}
    line |= {"due": cursor.number("q"), "blocked_by": several(text)}
    line["mailboxes"] = several(lambda: dict(zip(("id", "database", "epoch"), cursor.numbers("qqI"))) | {"account": text()})
    line["versions"] = several(lambda: {"version": cursor.number("I"), "kids": several(text), "generation": cursor.number("I")})
    counted = cursor.number("B")
    require(counted < 3, "a purge has counted in no known way")
    if counted:
        line |= dict(zip(("folders", "messages", "arrivals"), cursor.numbers("QQQ")))
    if counted == 2:
        line["queued"] = cursor.number("Q")
    cursor.end()
    return line


def certificate(document):
    """(public key, payload) of a certificate whose signature holds."""
    found = json.loads(document)
    require(found.get("kind") == KIND, "not a certificate of a kind that is known")
    value, public = found["payload"].encode(), bytes.fromhex(found["publicKey"])
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            bytes.fromhex(found["signature"]), b"sealpost signature 1" + bytes([len(PURPOSE)]) + PURPOSE + value)
    except InvalidSignature:
        require(False, "the signature is not of this certificate")
    payload = json.loads(found["payload"])
    listed = "".join(f"{each['id']} {each['account']}\n" for each in payload["mailboxes"])
    require(hashlib.sha256(listed.encode()).hexdigest() == payload["listDigest"], "the digest is of another list")
    return public, payload


def purges(directory):
    """Every purge that was asked for, with what its certificate says."""
    own = directory.keys.signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    for number, dep, mailbox, hold, sealed, stored in directory.tables.rows(
            "iiiibb", "select id, dep, mailbox, hold, sealed, certificate from purge order by id"):
        line = {"id": number} | inside(open_record(directory.key, Place(Kind.PURGE, row=number), sealed))
        require((line["dep"], line["mailbox"]) == (dep, mailbox), f"purge {number} means something else than its row")
        expected = 2 if line["state"] == "destroying" else 1 if line["state"] in STATES[1:4] else 0
        require(hold == expected, f"purge {number} holds what it should not, or the other way round")
        require(bool(stored) == (line["state"] == "destroyed"), f"purge {number} has a certificate that is not due")
        if stored:
            document = open_record(directory.key, Place(Kind.CERTIFICATE, row=number), stored).decode()
            public, line["certificate"] = certificate(document)
            require(public == own, f"the certificate of purge {number} is by another key")
        yield line
