#!/usr/bin/env python3
"""Writes the vector files beside it from crypto/FORMAT.md alone, sharing no code with the product.

Keys and nonces are fixed, so the files never change; a new version of a format gets new vectors and
the old ones stay for ever. Needs python3-cryptography and the zstd command.
"""
import hashlib
import hmac
import json
import pathlib
import struct
import subprocess
import tempfile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HERE = pathlib.Path(__file__).parent
RECORD, CHUNK, WRAP, ARRIVAL = 0x11, 0x12, 0x13, 0x14


def aes_block(key, block):
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return encryptor.update(block)


def xaes(key, nonce, plain, associated):
    l = int.from_bytes(aes_block(key, bytes(16)), "big")
    k1 = (l << 1) & (2**128 - 1)
    if l >> 127:
        k1 ^= 0x87
    derived = b""
    for i in (1, 2):
        m = bytes([0, i, 0x58, 0]) + nonce[:12]
        derived += aes_block(key, bytes(a ^ b for a, b in zip(m, k1.to_bytes(16, "big"))))
    return AESGCM(derived).encrypt(nonce[12:], plain, associated)


def place(kind, mailbox=0, row=0, part=0, epoch=0):
    return {"kind": kind, "mailbox": mailbox, "row": row, "part": part, "epoch": epoch}


def encoded(p):
    return b"sealpost\x01" + struct.pack(
        ">BqqII", p["kind"], p["mailbox"], p["row"], p["part"], p["epoch"])


def padme(length):
    if length <= 256:
        return 256
    e = length.bit_length() - 1
    s = e.bit_length()
    mask = (1 << (e - s)) - 1
    return (length + mask) & ~mask


def zstd(plain):
    with tempfile.NamedTemporaryFile() as file:
        file.write(plain)
        file.flush()
        return subprocess.run(["zstd", "-1", "--no-check", "-c", "-q", file.name],
                              check=True, capture_output=True).stdout


def inner(plain, compress):
    stored = zstd(plain) if compress else plain
    head = struct.pack(">BII", 1 if compress else 0, len(stored), len(plain)) + stored
    return head + bytes(padme(len(head)) - len(head))


def record(key, nonce, p, plain, compress):
    return bytes([RECORD]) + nonce + xaes(key, nonce, inner(plain, compress),
                                          bytes([RECORD]) + encoded(p))


def chunk_nonce(p, number, last):
    return b"message body" + struct.pack(">BBHII", p["kind"], last, 0, p["part"], number)


def chunk(key, p, number, last, plain, compress, opaque):
    packed = inner(plain, compress)
    marked = bytes([packed[0] | 0x80 * opaque]) + packed[1:]
    return bytes([CHUNK]) + xaes(key, chunk_nonce(p, number, last), marked, bytes([CHUNK]) + encoded(p))


def wrap(key, nonce, p, child):
    return bytes([WRAP]) + nonce + xaes(key, nonce, child, bytes([WRAP]) + encoded(p))


def extract(suite, salt, label, ikm):
    return hmac.new(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256").digest()


def expand(suite, prk, label, info, size):
    message = struct.pack(">H", size) + b"HPKE-v1" + suite + label + info
    return hmac.new(prk, message + b"\1", "sha256").digest()[:size]


def public(private):
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes(
        Encoding.Raw, PublicFormat.Raw)


def kem_shared(own, other, ephemeral, recipient):
    dh = X25519PrivateKey.from_private_bytes(own).exchange(X25519PublicKey.from_public_bytes(other))
    kem = b"KEM\x00\x20"
    return expand(kem, extract(kem, b"", b"eae_prk", dh), b"shared_secret", ephemeral + recipient, 32)


def schedule(shared, aead, key_size, info):
    suite = b"HPKE\x00\x20\x00\x01\x00" + bytes([aead])
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    secret = extract(suite, shared, b"secret", b"")
    return (expand(suite, secret, b"key", context, key_size),
            expand(suite, secret, b"base_nonce", context, 12))


def check_published():
    """RFC 9180, A.1.1 (its AEAD is AES-128-GCM; all else is what is used here)."""
    sk_e = bytes.fromhex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736")
    sk_r = bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    shared = kem_shared(sk_e, public(sk_r), public(sk_e), public(sk_r))
    assert shared.hex() == "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc"
    key, nonce = schedule(shared, 1, 16, bytes.fromhex("4f6465206f6e2061204772656369616e2055726e"))
    assert (key.hex(), nonce.hex()) == ("4531685d41d65f03dc48f6b8302c05b0", "56d890e5accaaf011cff4b7d")


def arrival(shared, p, number, last, plain, compress):
    key, nonce = schedule(shared, 2, 32, encoded(p))
    nonce = (int.from_bytes(nonce, "big") ^ number).to_bytes(12, "big")
    return bytes([ARRIVAL]) + AESGCM(key).encrypt(
        nonce, inner(plain, compress), bytes([ARRIVAL, last]))


def run(first, count):
    return bytes((first + i) % 256 for i in range(count))


def noise(count):
    """Octets that do not compress."""
    blocks = (hashlib.sha256(struct.pack(">I", i)).digest() for i in range(count // 32 + 1))
    return b"".join(blocks)[:count]


def write(name, vectors):
    def shown(value):
        return value.hex() if isinstance(value, bytes) else value
    text = json.dumps([{k: shown(v) for k, v in each.items()} for each in vectors], indent=1)
    (HERE / f"{name}.json").write_text(text + "\n")


def xaes_vectors():
    nonce, plain = b"ABCDEFGHIJKLMNOPQRSTUVWX", b"XAES-256-GCM"
    yield "published, shifted-out bit 0", b"\x01" * 32, nonce, plain, b""
    yield "published, shifted-out bit 1", b"\x03" * 32, nonce, plain, b"c2sp.org/XAES-256-GCM"
    yield "empty plaintext", run(1, 32), run(64, 24), b"", b"place"
    yield "one octet", run(2, 32), run(65, 24), b"x", b""
    for size in (15, 16, 17, 255, 1000):
        yield f"{size} octets", run(size, 32), run(size + 7, 24), run(size, size), run(5, 35)


def main():
    write("xaes", [
        {"name": name, "key": key, "nonce": nonce, "plain": plain, "associated": associated,
         "sealed": xaes(key, nonce, plain, associated)}
        for name, key, nonce, plain, associated in xaes_vectors()])

    places = [place(1, row=3, part=7), place(2, 42, 3, 1, 1), place(4, 42, 9001, 0, 0),
              place(13, 2**63 - 1, -1, 2**32 - 1, 0x01020304)]
    write("place", [{**p, "encoded": encoded(p)} for p in places])

    key, nonce = run(0, 32), run(0x40, 24)
    compressible = b"Subject: quarterly report\r\n" * 40
    records = [("empty", place(9, 42, 5, 0, 1), b"", False),
               ("short", place(8, 42, 0, 0, 1), b"INBOX", False),
               ("fills the smallest bucket", place(9, 42, 5, 0, 1), run(0, 247), False),
               ("one more octet, next bucket", place(9, 42, 5, 0, 1), run(0, 248), False),
               ("not compressed", place(10, 42, 17, 0, 2), noise(1000), False),
               ("compressed", place(5, 42, 9001, 0, 0), compressible, True)]
    write("record", [
        {"name": name, "key": key, "nonce": nonce, "place": p, "associated":
         bytes([RECORD]) + encoded(p), "inner": inner(plain, packed), "plain": plain,
         "sealed": record(key, nonce, p, plain, packed)}
        for name, p, plain, packed in records])

    key, p = run(0x80, 32), place(4, 42, 9001, 0, 0)
    chunks = [("only chunk of a short message", 0, 1, b"From: ada@example.org\r\n\r\nhello\r\n", False, False),
              ("first of several", 0, 0, compressible, True, False),
              ("last of several", 1, 1, noise(700), False, False),
              ("an empty message", 0, 1, b"", False, False),
              ("high number", 0x01020304, 0, b"x", False, False),
              ("opaque", 2, 1, b"-----BEGIN PGP MESSAGE-----\r\n", False, True),
              ("opaque and compressed", 3, 0, compressible, True, True)]
    write("chunk", [
        {"name": name, "key": key, "place": p, "number": number, "last": bool(last),
         "opaque": opaque, "nonce": chunk_nonce(p, number, last), "plain": plain,
         "sealed": chunk(key, p, number, last, plain, packed, opaque)}
        for name, number, last, plain, packed, opaque in chunks])

    check_published()
    ephemeral, private, p = run(0x10, 32), run(0x90, 32), place(15, 42, 7)
    shared = kem_shared(ephemeral, public(private), public(ephemeral), public(private))
    head = struct.pack(">Bqh", 1, 0x6553f100, 90)
    arrivals = [("only chunk of a short message", 0, 1, head + b"From: ada@example.org\r\n\r\nhello\r\n", False),
                ("first of several", 0, 0, head + compressible, True),
                ("last of several", 1, 1, noise(700), False)]
    write("arrival", [
        {"name": name, "private": private, "public": public(private), "ephemeral_private": ephemeral,
         "ephemeral": public(ephemeral), "place": p, "number": number, "last": bool(last),
         "plain": plain, "sealed": arrival(shared, p, number, last, plain, packed)}
        for name, number, last, plain, packed in arrivals])

    parent, child, nonce = run(0x20, 32), run(0xc0, 32), run(0x60, 24)
    wraps = [("DEP key under an availability key", "dep", place(1, row=3, part=7)),
             ("mailbox key under a DEP key", "mailbox", place(2, 42, 3, 1, 1)),
             ("message key under a mailbox key", "message", place(3, 42, 9001, 0, 2)),
             ("delivery key under a mailbox key", "delivery", place(14, 42, 0, 0, 2))]
    write("wrap", [
        {"name": name, "level": level, "parent": parent, "nonce": nonce, "place": p,
         "key": child, "wrapped": wrap(parent, nonce, p, child)} for name, level, p in wraps])

    p = place(1, row=3, part=7)
    write("root_payload", [
        {"name": "DEP 3, version 7 of its key", "place": p, "key": child,
         "payload": child + hashlib.sha256(encoded(p)).digest()}])

    def key_file(kind, number, raw):
        body = b"sealkey\x01" + struct.pack(">Bq", kind, number) + raw
        return body + hashlib.sha256(body).digest()
    write("service_key", [
        {"name": "directory.key", "key": run(1, 32), "file": key_file(1, 0, run(1, 32))},
        {"name": "availability-3.key", "key": run(2, 32), "file": key_file(2, 3, run(2, 32))},
        {"name": "signing.key", "key": run(3, 32), "file": key_file(3, 0, run(3, 32))}])

    def signature(seed, purpose, value):
        key = Ed25519PrivateKey.from_private_bytes(seed)
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        message = b"sealpost signature 1" + bytes([len(purpose)]) + purpose.encode() + value.encode()
        return {"key": seed, "public": public, "purpose": purpose, "value": value, "signature": key.sign(message)}
    write("signature", [signature(run(3, 32), "audit checkpoint", "value"), signature(run(3, 32), "x" * 255, "")])

    listed = "4 ada@example.org\n"
    kind = "sealpost purge certificate 1"
    payload = json.dumps({
        "kind": kind, "organisation": "mail.example.org", "purge": 1, "object": "DEP contoso",
        "dep": {"id": 3, "name": "contoso"}, "depDestroyed": True,
        "versions": [{"version": 1, "roots": ["https://a.example/keys/x/1", "https://b.example/keys/y/1"],
                      "availabilityKeyGeneration": 1}],
        "mailboxes": [{"id": 4, "account": "ada@example.org", "keyEpoch": 1}],
        "listDigest": hashlib.sha256(listed.encode()).hexdigest(),
        "reason": "contract ended", "contact": "bob@example.org", "forced": False,
        "requested": {"by": "eve (uid 1001)", "uid": 1001, "time": "2027-01-15T08:00:00Z"},
        "approved": {"by": "bob (uid 1002)", "uid": 1002, "time": "2027-01-15T08:01:00Z"},
        "due": "2027-01-18T08:01:00Z", "destroyed": "2027-01-18T08:01:40Z",
        "rows": {"folders": 6, "messages": 345, "arrivals": 0}, "outside": []})
    signed = signature(run(3, 32), "purge certificate", payload)
    (HERE / "purge_certificate.json").write_text(json.dumps({
        "kind": kind, "payload": payload, "publicKey": signed["public"].hex(),
        "signature": signed["signature"].hex()}, indent=1) + "\n")

    def keyed(purpose, value):
        message = b"sealpost keyed hash 1" + bytes([len(purpose)]) + purpose + value
        return hmac.new(run(1, 32), message, "sha256").digest()
    write("keyed_hash", [
        {"key": run(1, 32), "purpose": purpose, "value": value,
         "hash": keyed(purpose.encode(), value.encode())}
        for purpose, value in (("account", "ada"), ("alias", "ada"), ("alias", "info@example.org"))])


if __name__ == "__main__":
    main()
