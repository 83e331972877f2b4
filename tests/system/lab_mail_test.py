"""What the lab's reader takes for encrypted mail, and what it counts of a message, whatever the message is."""

import base64
import json
import random
import sys
import unittest
from pathlib import Path

from odd_mail import OddMail
from sealed_mail import armour, enveloped, packets

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "reader"))

import contents  # noqa: E402
from opaque import is_opaque, without_armour  # noqa: E402

PACKETS = packets(100)
ARMOUR = armour(PACKETS, "\n").encode().replace(b"\n-----END", b"\n=aBcD\n-----END")
STORED = armour(b"\xa3\1" + PACKETS, "\n").encode()  # compressed, for everybody to read
ENVELOPED = enveloped(128)
PLACED = ENVELOPED[:-64] + b"The heptagon is buried under the oak, seven paces to the north.\n"


def typed(kind, body, more=b""):
    return more + b"Subject: s\r\nContent-Type: " + kind + b"\r\n\r\n" + body


def coded(kind, octets):
    return typed(kind, base64.encodebytes(octets), b"Content-Transfer-Encoding: base64\r\n")


def pgp_mime(data, kind=b"application/octet-stream"):
    return typed(b"multipart/encrypted; boundary=b; protocol=\"application/pgp-encrypted\"", b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\n"
                 b"Content-Type: " + kind + b"\r\n\r\n" + data + b"\r\n--b--\r\n")


OPAQUE = (
    typed(b"text/plain", ARMOUR), typed(b"text/plain", b"\r\n" + ARMOUR.replace(b"\n", b"\r\n") + b"\r\n\r\n"),
    coded(b"text/plain", ARMOUR), typed(b"text/plain", ARMOUR + ARMOUR),
    typed(b"text/plain", ARMOUR.replace(b"\n\n", b"\nVersion: 1\nComment: x\n\n")), pgp_mime(ARMOUR), pgp_mime(PACKETS),
    pgp_mime(ARMOUR).replace(b"\r\n\r\n--b", b"\r\n\r\nThis is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\r\n--b", 1),
    typed(b"multipart/mixed; boundary=b", b"--b\r\n\r\n\r\n--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
          b"--b\r\nContent-Type: application/octet-stream\r\n\r\n" + ARMOUR + b"--b--\r\n"),
    coded(b"application/pkcs7-mime", ENVELOPED), coded(b"application/octet-stream; name=smime.p7m", ENVELOPED),
    coded(b"application/pkcs7-mime; smime-type=signed-data", ENVELOPED))
READABLE = (
    b"", b"Subject: empty\r\n\r\n", typed(b"text/plain", b"Hello,\r\n" + ARMOUR), typed(b"text/plain", ARMOUR + b"list footer\r\n"),
    typed(b"text/plain", STORED), typed(b"text/plain", b"-----BEGIN PGP MESSAGE-----\nis how it begins\n"),
    typed(b"text/html", b"<html><pre>\n" + ARMOUR + b"</pre>"), typed(b"text/plain", ARMOUR + STORED),
    typed(b"text/plain", ARMOUR[:-30]), typed(b"text/plain", ARMOUR.replace(b"\n\n", b"\nSecret: x\n\n")),
    pgp_mime(ARMOUR, b"text/plain"), pgp_mime(PACKETS[:-1]), pgp_mime(PACKETS + b"x"), pgp_mime(PACKETS) + b"epilogue",
    pgp_mime(ARMOUR).replace(b"\r\n\r\n--b", b"\r\n\r\npreamble\r\n--b", 1),
    pgp_mime(ARMOUR).replace(b"Version: 1\r\n", b"Version: 1\r\nand more\r\n"),
    pgp_mime(ARMOUR).replace(b"--b\r\n", b"--b\r\nSubject: x\r\n"),
    coded(b"application/pkcs7-mime", PLACED), coded(b"application/pkcs7-mime", ENVELOPED[:-1]),
    coded(b"application/pkcs7-mime", ENVELOPED + b"x"), coded(b"application/pkcs7-mime", ENVELOPED) + b"=\nand more\n",
    pgp_mime(b"hello"), pgp_mime(b"hello", b"text/plain"), typed(b"message/rfc822", pgp_mime(ARMOUR)),
    typed(b"multipart/mixed; boundary=c", b"--c\r\n" + pgp_mime(ARMOUR) + b"--c\r\n\r\nfooter\r\n--c--\r\n"),
    coded(b"application/pkcs7-mime; smime-type=enveloped-data", b"a text"), coded(b"application/pkcs7-mime", ENVELOPED[:9]))
STRANGE = (b"Content-Type: ", b"multipart/mixed; boundary=b", b"text/html", b"<![x<!", b"&#x110000;", b"\r\n\r\n", b"--b\r\n",
           b"filename*0*=", b"utf-8''%ff", b"=?utf-8?b?/?=", b"-----BEGIN PGP MESSAGE-----\n", b"\x00", b"\xff", b"base64", b"\nFrom: ")


def altered(chance, mail):
    mail = bytearray(mail)
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(mail) + 1)
        mail[at:at + chance.randrange(3)] = chance.choice(STRANGE)
    return bytes(mail)


class LabMail(unittest.TestCase):
    def test_the_octets_say_what_is_opaque(self):
        self.assertEqual([mail for mail in OPAQUE if not is_opaque(mail)], [])
        self.assertEqual([mail for mail in READABLE if is_opaque(mail)], [])

    def test_armour_is_left_out_also_where_it_is_quoted(self):
        quoted = "".join(f"> {line}\n" for line in ARMOUR.decode().splitlines())
        self.assertEqual(without_armour(f"> said\n{quoted}> after\n"), "> said\n> after\n")
        self.assertEqual(without_armour("x\n-----BEGIN PGP MESSAGE-----\nis how it begins\n"), "x\nis how it begins\n")
        self.assertEqual(without_armour("-----BEGIN PGP MESSAGE-----\n" * 10000), "")

    def test_fields_are_counted_and_a_subject_that_stands_in_for_a_sealed_one_is_none(self):
        tally = contents.Tally(samples=2)
        tally.mail("messages", b"Subject: a\r\n b\r\nfrom : Ada <ada@example.org>\r\nno field\r\nTo: x@y, z@y\r\nMessage-ID: <1>\r\n\r\nt\r\n")
        tally.mail("messages", b"Subject: [...]\r\nFrom: ada@example.org\r\nMessage-ID: <2>\r\n" + OPAQUE[9])
        tally.mail("arrivals", typed(b"text/plain; name=a.txt", b"t"))
        line = tally.line()
        self.assertEqual(line["fields"], {"subjects": 2, "addresses": 3, "message_ids": 2, "bodies": 2, "attachments": 1})
        self.assertEqual((line["messages"], line["arrivals"], line["opaque"], line["samples"][0]), (2, 1, 1, "a b"))

    def test_no_message_stops_it(self):
        chance, odd = random.Random(20261130), OddMail(20261130)
        mails = [odd.message() for _ in range(50)] + list(OPAQUE + READABLE)
        for _ in range(3000):
            tally = contents.Tally(samples=1)
            tally.mail("messages", altered(chance, chance.choice(mails)))
            self.assertEqual(json.dumps(tally.line(), ensure_ascii=False).encode().decode()[:1], "{")


if __name__ == "__main__":
    unittest.main(verbosity=2)
