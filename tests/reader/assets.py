"""What a thief may have beside a copy, and which keys each of it holds. An asset has a name, and gives

    dep_key(source, place, slot, kid, wrapped)   (what opened it, the key), or None
    mailbox_keys(source)                         {(mailbox, epoch): key}
    directory_key(source)                        the key, or None
    dep_keys(source)                             {(dep, version): key}"""

import hashlib
import pathlib

import memory
from sealing import KEY, Corrupt, open_root_payload, open_wrap
from vault import DIRECTORY_KEY, KID, SLOTS, Keys, Refused, service_key
from vault_directory import VaultDirectory

AVAILABILITY = SLOTS["availability"]


class Asset:
    def __init__(self, name):
        self.name = name

    def dep_key(self, source, place, slot, kid, wrapped):
        return None

    def dep_keys(self, source):
        return {}

    def mailbox_keys(self, source):
        return {}

    def directory_key(self, source):
        return None


class ServiceKeys(Asset):
    def __init__(self, path):
        super().__init__("service-keys")
        self.keys = Keys(path, [], None, lambda _: None)

    def dep_key(self, source, place, slot, kid, wrapped):
        managed = KID.fullmatch(kid)
        if slot == AVAILABILITY:
            what = f"availability key {place.row}, generation {kid or 1}"
        elif managed and managed[2]:
            what = f"managed root {managed[3]}/{managed[4]}"
        else:
            return None
        try:
            return what, self.keys.unwrapped(slot, place, kid, wrapped)
        except (Refused, Corrupt, OSError):
            return None

    def directory_key(self, source):
        try:
            return service_key(self.keys.service_keys / "directory.key", DIRECTORY_KEY, 0)
        except (Corrupt, OSError):
            return None


class StolenVault(Asset):
    def __init__(self, name, path):
        super().__init__(name)
        self.vault = VaultDirectory(path)

    def dep_key(self, source, place, slot, kid, wrapped):
        root = KID.fullmatch(kid)
        if slot == AVAILABILITY or not root or root[2]:
            return None
        try:
            payload = self.vault.unwrap(root[3], root[4], wrapped)
            return f"root {root[3]}/{root[4]}", open_root_payload(place, payload)
        except (Refused, Corrupt, OSError):
            return None


class Tried(Asset):
    """Octets that may be keys: each is tried, once for each source."""

    def __init__(self, name, keys):
        super().__init__(name)
        self.to_try, self.found = keys, {}

    def keys(self, source):
        if source.name not in self.found:
            self.found[source.name] = memory.keys(self.to_try, source)
        return self.found[source.name]

    def _of(self, source, what):
        return {key[1:]: octets for key, octets in self.keys(source).items() if key[0] == what}

    def dep_key(self, source, place, slot, kid, wrapped):
        key = self.keys(source).get(("availability key", place.row, int(kid or 1))) if slot == AVAILABILITY else None
        return key and (f"availability key {place.row}, generation {kid or 1}", open_wrap(key, place, wrapped))

    def dep_keys(self, source):
        return self._of(source, "DEP key")

    def mailbox_keys(self, source):
        return self._of(source, "mailbox key")

    def directory_key(self, source):
        return self.keys(source).get(("directory key",))


def Memory(path):
    return Tried("memory", memory.candidates(path))


def Password(path):
    """What could be made a key of it without any more secret: nothing of these opens anything, or the design is broken."""
    text = pathlib.Path(path).read_bytes().splitlines()[0]
    return Tried("password", [hashlib.sha256(text).digest(), text[:KEY].ljust(KEY, b"\0"), (text * KEY)[:KEY],
                              hashlib.pbkdf2_hmac("sha256", text, b"", 16384)])
