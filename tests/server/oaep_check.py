#!/usr/bin/env python3
"""RSA-OAEP-256 by python3-cryptography, from the definition (RFC 8017 7.1: SHA-256 as hash and in
MGF1, no label). Opens what the vault wrapped, and writes a wrap of its own beside the given file."""

import base64
import json
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


with open(sys.argv[1], encoding="ascii") as file:
    given = json.load(file)
key = serialization.load_der_private_key(decoded(given["private"]), None)
oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
if key.decrypt(decoded(given["wrapped"]), oaep) != decoded(given["plain"]):
    sys.exit("the plain octets differ")
with open(sys.argv[1] + ".wrapped", "w", encoding="ascii") as file:
    file.write(base64.urlsafe_b64encode(key.public_key().encrypt(decoded(given["plain"]), oaep))
               .decode().rstrip("="))
