#!/usr/bin/env python3
"""Writes tokens.json beside it: a key set and tokens signed for it, good and hostile, made by python3-cryptography.

Run once: keys and signatures are random, and the file stays as it is.
"""
import base64
import hmac
import json
import pathlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

CLAIMS = {"iss": "https://id.example.org", "aud": "mail", "exp": 1800003600, "email": "ada@example.org"}


def coded(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def number(value, size=None):
    return coded(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def signed(header, sign, claims=CLAIMS):
    text = f"{coded(json.dumps(header).encode())}.{coded(json.dumps(claims).encode())}"
    return f"{text}.{coded(sign(text.encode()))}"


def rs256(key):
    return lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA256())


def ps256(key, salt=32):
    return lambda text: key.sign(text, padding.PSS(padding.MGF1(hashes.SHA256()), salt), hashes.SHA256())


def es256(key):
    def sign(text):
        r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return sign


def rsa_jwk(key, **more):
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), **more}


def ec_jwk(key, **more):
    numbers = key.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": number(numbers.x, 32), "y": number(numbers.y, 32), **more}


def main():
    free, fixed, other, weak = (rsa.generate_private_key(65537, size) for size in (2048, 2048, 2048, 1024))
    curve = ec.generate_private_key(ec.SECP256R1())
    pem = free.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    keys = [rsa_jwk(free, kid="free", use="sig"), rsa_jwk(fixed, kid="fixed", alg="PS256"), ec_jwk(curve, kid="curve"),
            rsa_jwk(weak, kid="weak"), rsa_jwk(other, kid="for encryption", use="enc"),
            {"kty": "oct", "k": coded(b"secret"), "kid": "shared"},
            {"kty": "EC", "crv": "P-256", "x": coded(bytes(31) + b"\x01"), "y": coded(bytes(31) + b"\x01"), "kid": "off the curve"}]

    def token(alg, kid, sign, **more):
        return signed({"alg": alg, "typ": "JWT", **({"kid": kid} if kid else {}), **more}, sign)
    good = token("RS256", "free", rs256(free))
    head, body, signature = good.split(".")
    cases = [
        ("RS256", good, "good"),
        ("PS256", token("PS256", "fixed", ps256(fixed)), "good"),
        ("PS256 by a key for any RSA algorithm", token("PS256", "free", ps256(free)), "good"),
        ("ES256", token("ES256", "curve", es256(curve)), "good"),
        ("ES256 without a name: the only key it can be", token("ES256", None, es256(curve)), "good"),
        ("RS256 without a name: the only key it can be", token("RS256", None, rs256(free)), "good"),
        ("PS256 without a name: two it can be", token("PS256", None, ps256(free)), "bad"),
        ("none", f"{coded(json.dumps({'alg': 'none'}).encode())}.{body}.", "bad"),
        ("none, and the name of a key", f"{coded(json.dumps({'alg': 'none', 'kid': 'free'}).encode())}.{body}.", "bad"),
        ("HS256 with the public key as the secret",
         token("HS256", "free", lambda text: hmac.digest(pem, text, "sha256")), "bad"),
        ("HS256 with a shared key of the set", token("HS256", "shared", lambda text: hmac.digest(b"secret", text, "sha256")), "bad"),
        ("RS256 by a key for PS256 alone", token("RS256", "fixed", rs256(fixed)), "bad"),
        ("PS256 said, RS256 signed", token("PS256", "free", rs256(free)), "bad"),
        ("PS256 with another salt", token("PS256", "fixed", ps256(fixed, 20)), "bad"),
        ("ES256 said, an RSA key named", token("ES256", "free", rs256(free)), "bad"),
        ("RS256 said, an EC key named", token("RS256", "curve", es256(curve)), "bad"),
        ("ES256 in DER", token("ES256", "curve", lambda text: curve.sign(text, ec.ECDSA(hashes.SHA256()))), "bad"),
        ("ES256 of zeros", token("ES256", "curve", lambda text: bytes(64)), "bad"),
        ("RS512", token("RS512", "free", lambda text: free.sign(text, padding.PKCS1v15(), hashes.SHA512())), "bad"),
        ("by another key", token("RS256", "free", rs256(other)), "bad"),
        ("by another key, which it brings along",
         token("RS256", "free", rs256(other), jwk=rsa_jwk(other), jku="https://evil.example/keys"), "bad"),
        ("by a key for encryption", token("RS256", "for encryption", rs256(other)), "unknown"),
        ("by a weak key", token("RS256", "weak", rs256(weak)), "unknown"),
        ("by a key that is not there", token("RS256", "new", rs256(other)), "unknown"),
        ("an extension that must be understood", token("RS256", "free", rs256(free), crit=["exp"]), "bad"),
        ("other claims under the signature", f"{head}.{coded(json.dumps({**CLAIMS, 'email': 'bob@example.org'}).encode())}.{signature}", "bad"),
        ("another header over the signature", f"{coded(json.dumps({'alg': 'RS256', 'kid': 'free'}).encode())}.{body}.{signature}", "bad"),
        ("without its signature", f"{head}.{body}.", "bad"),
        ("two parts", f"{head}.{body}", "none"),
        ("four parts", f"{good}.", "none"),
        ("padded", f"{head}=.{body}.{signature}", "none"),
        ("a header that is a list", f"{coded(b'[]')}.{body}.{signature}", "none"),
        ("claims that are no JSON", f"{head}.{coded(b'{')}.{signature}", "none"),
        ("too long", f"{head}.{coded(b' ' * 20000)}.{signature}", "none"),
        ("empty", "", "none"),
    ]
    out = {"keys": keys, "tokens": [{"name": n, "token": t, "verdict": v} for n, t, v in cases]}
    pathlib.Path(__file__).with_name("tokens.json").write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
