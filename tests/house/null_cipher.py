"""null_cipher.py PROGRAM... : of the build that encrypts nothing (tests/bench/null_cipher) there is no trace in the ordinary programs;
it does not run by accident; and what it stores and what they store is not taken for each other. Probes come from the environment:
CIPHER, NULL_CIPHER."""

import os
import subprocess
import sys
from pathlib import Path

TRACES = b"null_cipher_refused", b"SEALPOST_NULL_CIPHER", b"NOT ENCRYPTED", b"store-mail-unencrypted"
ALLOWED = {"SEALPOST_NULL_CIPHER": "store-mail-unencrypted"}
REFUSED = 78
TEXT = "a letter to Ada"


def probe(name, *words, allowed=ALLOWED):
    clean = {key: value for key, value in os.environ.items() if key not in ALLOWED}
    done = subprocess.run([os.environ[name], *words], capture_output=True, env=clean | allowed, timeout=60)
    return done.returncode, done.stdout.decode().strip(), done.stderr.decode()


def traces(program):
    octets = Path(program).read_bytes()
    return [trace for trace in TRACES if trace in octets]


def main(programs):
    for program in [*programs, os.environ["CIPHER"]]:
        assert not traces(program), f"{program} has {traces(program)}"
    assert traces(os.environ["NULL_CIPHER"]), "the null cipher is not found where it is"

    for allowed in ({}, {"SEALPOST_NULL_CIPHER": ""}, {"SEALPOST_NULL_CIPHER": "yes"}):
        status, out, err = probe("NULL_CIPHER", "seal", TEXT, allowed=allowed)
        assert (status, out) == (REFUSED, "") and "null_cipher_refused" in err, (allowed, status, out, err)

    sealed = {}
    for name in ("CIPHER", "NULL_CIPHER"):
        status, sealed[name], err = probe(name, "seal", TEXT)
        assert status == 0 and ("UNENCRYPTED" in err) == (name == "NULL_CIPHER"), (name, status, err)
        assert probe(name, "open", sealed[name])[:2] == (0, TEXT), name
    assert len(sealed["CIPHER"]) == len(sealed["NULL_CIPHER"])
    assert TEXT.encode().hex() in sealed["NULL_CIPHER"] and TEXT.encode().hex() not in sealed["CIPHER"]
    assert probe("CIPHER", "open", sealed["NULL_CIPHER"])[0] == 1
    assert probe("NULL_CIPHER", "open", sealed["CIPHER"])[0] == 1


if __name__ == "__main__":
    main(sys.argv[1:])
