"""The three ways to a DEP key: a root in a vault, a root in the service-key directory, the availability key
(crypto/FORMAT.md, sections 5, 7 and 8)."""

import base64
import hashlib
import hmac
import json
import pathlib
import re
import ssl
import struct
import urllib.error
import urllib.request

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from place import Kind, Place
from sealing import Corrupt, open_root_payload, open_wrap, require

SLOTS = {"a": 0, "b": 1, "availability": 2}
DIRECTORY_KEY, AVAILABILITY_KEY, SIGNING_KEY = 1, 2, 3
OAEP_256 = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
KID = re.compile(r"(?:(https://[^/]+)/keys|(managed):/)/([A-Za-z0-9-]{1,127})/([A-Za-z0-9]{1,64})")


class Refused(Exception):
    """A key that cannot be had: no vault for it, or the vault says no."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A token goes to the vault that it is for, and nowhere else."""

    def redirect_request(self, *_):
        return None


class Vault:
    def __init__(self, url, ca, token_file):
        self.url = url.lower().rstrip("/").removesuffix(":443")
        self.token = pathlib.Path(token_file).read_text().strip()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), NoRedirect,
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca)))

    def unwrap(self, kid, wrapped):
        value = base64.urlsafe_b64encode(wrapped).rstrip(b"=").decode()
        request = urllib.request.Request(
            kid + "/unwrapkey?api-version=7.4", json.dumps({"alg": "RSA-OAEP-256", "value": value}).encode(),
            {"Content-Type": "application/json", "Accept": "application/json", "Authorization": f"Bearer {self.token}"})
        try:
            with self.opener.open(request, timeout=30) as answer:
                value = json.loads(answer.read(1 << 16))["value"]
            return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        except urllib.error.HTTPError as error:
            raise Refused(f"{self.url} answered {error.code}: {error.read(1 << 12).decode(errors='replace')}") from None
        except OSError as error:
            raise Refused(f"{self.url} cannot be asked: {error}") from None
        except (ValueError, KeyError, TypeError):
            raise Refused(f"{self.url} gave an answer that is not an unwrapped key") from None


def service_key(path, kind, number):
    """The key in a .key file of the service-key directory."""
    octets = path.read_bytes()
    require(len(octets) == 81 and hmac.compare_digest(hashlib.sha256(octets[:49]).digest(), octets[49:]),
            f"{path} is damaged")
    require(octets[:17] == b"sealkey\x01" + struct.pack(">Bq", kind, number), f"{path} is not the key it should be")
    return octets[17:49]


class Keys:
    """Opens DEP keys. `by`: a, b or availability; None tries them in this order and tells `note` of failures."""

    def __init__(self, service_keys, vaults, by, note):
        self.service_keys, self.by, self.note = pathlib.Path(service_keys), by, note
        self.vaults = {vault.url: vault for vault in vaults}
        self.opened = {}

    def directory_key(self):
        return service_key(self.service_keys / "directory.key", DIRECTORY_KEY, 0)

    def signing_key(self):
        return Ed25519PrivateKey.from_private_bytes(service_key(self.service_keys / "signing.key", SIGNING_KEY, 0))

    def dep_key(self, dep, version, wraps):
        """wraps: {slot: (kid, wrapped)} of this version of the DEP's key."""
        if (dep, version) not in self.opened:
            self.opened[dep, version] = self._open(Place(Kind.DEP_KEY, row=dep, part=version), wraps)
        return self.opened[dep, version]

    def _open(self, place, wraps):
        failures = []
        for name in [self.by] if self.by else SLOTS:
            try:
                require(SLOTS[name] in wraps, f"{place} has no wrap {name}")
                return self.unwrapped(SLOTS[name], place, *wraps[SLOTS[name]])
            except (Refused, Corrupt, OSError) as error:
                failures.append(f"{name}: {error}")
                if not self.by:
                    self.note(failures[-1])
        raise Refused(f"{place} does not open; " + "; ".join(failures))

    def unwrapped(self, slot, place, kid, wrapped):
        if slot == SLOTS["availability"]:
            require(not kid or kid.isdecimal(), f"{place}: an availability key of no generation")
            path = self.service_keys / f"availability-{place.row}{'-' + kid if kid else ''}.key"
            return open_wrap(service_key(path, AVAILABILITY_KEY, place.row), place, wrapped)
        match = KID.fullmatch(kid)
        require(match, f"{place}: a kid that is none")
        if match[2]:
            return open_root_payload(place, self._managed(match[3], match[4], wrapped))
        if match[1] not in self.vaults:
            raise Refused(f"no --vault {match[1]} was given")
        return open_root_payload(place, self.vaults[match[1]].unwrap(kid, wrapped))

    def _managed(self, name, version, wrapped):
        path = self.service_keys / "managed" / name / f"{version}.pem"
        try:
            root = serialization.load_pem_private_key(path.read_bytes(), None)
            require(isinstance(root, rsa.RSAPrivateKey) and root.key_size == 3072, f"{path} is not an RSA key of 3072 bits")
            return root.decrypt(wrapped, OAEP_256)
        except (ValueError, TypeError):
            raise Refused(f"{path} does not unwrap it") from None
