"""The forms in which a text may stand on a disk: as it is, in UTF-16, base64, hex and quoted-printable."""

import base64
import re


def base64_forms(raw):
    """The text that base64 of any octets around `raw` must contain, for each of the three alignments."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        yield coded[(shift * 8 + 5) // 6:len(coded) - 4]


def forms(canary):
    for text in {canary, canary.upper(), canary.title()}:
        raw = text.encode()
        yield raw
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield from base64_forms(raw)
        yield raw.hex().encode()
        yield b"".join(b"=%02X" % c for c in raw)


def needles(canaries):
    """What finds any form of any of them."""
    return re.compile(b"|".join(re.escape(form) for canary in canaries for form in sorted(set(forms(canary)))))
