"""Root keys out of a vault's own directory, as whoever stole it would take them (crypto/FORMAT.md, section 13)."""

import hashlib
import json
import pathlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sealing import Corrupt, require
from vault import OAEP_256, Refused

MAGIC, NONCE = b"SVS1", 12


def unsealed(master, place, octets):
    require(octets[:4] == MAGIC, f"{place} is not sealed by a vault")
    try:
        return AESGCM(master).decrypt(octets[4:4 + NONCE], octets[4 + NONCE:], place.encode())
    except InvalidTag:
        raise Corrupt(f"{place}: the seal does not match") from None


def stretched(master, passphrase):
    key = hashlib.scrypt(passphrase, salt=bytes.fromhex(master["salt"]), n=1 << 17, r=8, p=1, maxmem=256 << 20, dklen=32)
    unsealed(key, "sealvault/master", bytes.fromhex(master["check"]))
    return key


class VaultDirectory:
    """`passphrase`: octets, or None. A directory whose keys lie in a token, or behind a passphrase, gives none."""

    def __init__(self, path, passphrase=None):
        self.path = pathlib.Path(path)
        settings = json.loads((self.path / "vault.json").read_text())
        master = json.loads((self.path / "master.key").read_text())
        self.master, self.closed = None, None
        if "pkcs11" in settings:
            self.closed = "its private keys lie in a token"
        elif master["kind"] == "file":
            self.master = bytes.fromhex(master["key"])
        elif passphrase is None:
            self.closed = "it opens with a passphrase"
        else:
            self.master = stretched(master, passphrase)

    def unwrap(self, name, version, wrapped):
        """What root NAME of that version makes of it. Refused when it is not here, or is closed."""
        file = self.path / "keys" / name.lower() / f"{version}.key"
        if not file.is_file():
            raise Refused(f"{self.path} has no key {name}/{version}")
        if self.closed:
            raise Refused(f"{self.path}: {self.closed}")
        octets = unsealed(self.master, f"sealvault/key/{name.lower()}/{version}", file.read_bytes())
        text = int.from_bytes(octets[:4], "big")
        try:
            return serialization.load_der_private_key(octets[4 + text:], None).decrypt(wrapped, OAEP_256)
        except ValueError:
            raise Corrupt(f"{file} does not unwrap it") from None
