"""Postfix and Exim in front of Sealpost, each with the example configuration that is shipped, over LMTP: what they pass on
arrives once and as it was, what cannot be taken is refused to whoever sends it, and an outage is waited for. Mail proxies
that name their clients. Skipped, with the reason, as far as a package is not there."""

import smtplib
import sys
import time
import unittest

from front_ends import Exim, Postfix
from installation import Installation

ADA, BOB = "ada@example.org", "bob@example.org"
LIMIT = 200_000
SETTINGS = f"[limits]\nmessage_size = {LIMIT}\n"


class InFront:
    """What holds for both."""
    front_end = None

    @classmethod
    def setUpClass(cls):
        cls.post = cls.enterClassContext(Installation(vaults=False, settings=SETTINGS))
        cls.front = cls.enterClassContext(cls.front_end(cls.post.lmtp))

    def send(self, recipients, message, sender="sender@example.net", options=(), recipient_options=()):
        with self.front.client() as client:
            client.ehlo()
            return client.sendmail(sender, recipients, message, options, recipient_options)

    def inbox(self, name=ADA):
        with self.post.imap_client(name) as client:
            client.select("INBOX", readonly=True)
            (count,) = client.search(None, "ALL")[1]
            if not count:
                return []
            return [part[1] for part in client.fetch("1:*", "(BODY.PEEK[])")[1] if isinstance(part, tuple)]

    def wait_for(self, mark, name=ADA, count=1):
        """Until messages with that mark are there; that no more come is looked at, too."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = [octets for octets in self.inbox(name) if mark in octets]
            if len(found) >= count:
                break
            time.sleep(0.2)
        self.assertEqual(len(found), count, self.front.said()[-3000:])
        return found

    def test_mail_arrives_once_for_each_and_octet_for_octet(self):
        body = b"caf\xc3\xa9 mark-once\r\n.\r\n..dots\r\n" + b"x" * 900 + b"\r\n"
        message = b"From: sender@example.net\r\nSubject: both\r\n\r\n" + body
        self.assertEqual(self.send([ADA, BOB], message, options=["BODY=8BITMIME"]), {})
        for name in (ADA, BOB):
            (got,) = self.wait_for(b"mark-once", name)
            self.assertTrue(got.endswith(b"\r\n\r\n" + body))
            self.assertTrue(got.startswith(b"Return-Path: <sender@example.net>\r\n"))
            self.assertRegex(got, rb"by mail.example.org with LMTPS?\b")

    def test_addresses_outside_ascii_are_passed_on(self):
        message = "From: jörg@bücher.example\r\nSubject: größe\r\n\r\nmark-utf8\r\n".encode()
        self.send([ADA], message, "jörg@bücher.example", ["SMTPUTF8", "BODY=8BITMIME"])
        (got,) = self.wait_for(b"mark-utf8")
        self.assertIn("Return-Path: <jörg@".encode(), got)
        self.assertRegex(got, rb"with UTF8LMTPS?\b")
        self.assertIn("Subject: größe\r\n".encode(), got)

    def test_who_does_not_exist_is_refused_before_the_message(self):
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
            self.send(["nobody@example.org"], b"Subject: x\r\n\r\nx\r\n")
        self.assertEqual(refused.exception.recipients["nobody@example.org"][0], 550)
        refused = self.send([ADA, "nobody@example.org"], b"Subject: x\r\n\r\nmark-some\r\n")
        self.assertEqual(list(refused), ["nobody@example.org"])
        self.wait_for(b"mark-some")

    def test_what_is_too_big_goes_back_to_its_sender(self):
        big = b"From: bob@example.org\r\nSubject: mark-big\r\n\r\n" + (b"y" * 70 + b"\r\n") * (LIMIT // 70)
        self.send([ADA], big, BOB)
        (report,) = self.wait_for(b"Action: failed", BOB)
        self.assertRegex(report, rb"Status: 5\.")
        self.assertIn(b"mark-big", report)
        self.assertFalse([octets for octets in self.inbox() if b"mark-big" in octets])

    def test_who_asked_hears_of_the_delivery(self):
        before = len(self.inbox(BOB))
        self.send([ADA], b"Subject: x\r\n\r\nmark-dsn\r\n", BOB, ["RET=HDRS", "ENVID=QQ314159"],
                  ["NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;Ada@Example.ORG"])
        self.wait_for(b"mark-dsn")
        self.wait_for(b": QQ314159\r\n", BOB)
        (report,) = self.inbox(BOB)[before:]
        self.assertRegex(report.decode(), r"(?i)Original-Recipient: *rfc822; *Ada@Example.ORG")
        self.assertRegex(report.decode(), r"(?i)Action: *(delivered|relayed)")

    def test_an_outage_is_waited_for_and_nothing_comes_twice(self):
        self.send([ADA, BOB], b"Subject: x\r\n\r\nmark-before\r\n")  # now it knows both
        self.wait_for(b"mark-before")
        self.post.stop()
        try:
            for number in range(5):
                self.assertEqual(self.send([ADA, BOB], b"Subject: x\r\n\r\nmark-outage-%d\r\n" % number), {})
            time.sleep(2)
        finally:
            self.post.start()
        for number in range(5):
            for name in (ADA, BOB):
                self.wait_for(b"mark-outage-%d" % number, name)
        time.sleep(3)
        for name in (ADA, BOB):
            self.assertEqual(sum(b"mark-outage" in octets for octets in self.inbox(name)), 5)


class ProxyInFront(unittest.TestCase):
    """A mail proxy that names its clients (XCLIENT)."""

    def test_the_client_it_names_is_the_one_that_counts(self):
        post = self.enterContext(Installation(vaults=False, server='front_ends = ["127.0.0.1"]'))
        with smtplib.SMTP("127.0.0.1", post.smtp, local_hostname="proxy.example.org") as client:
            client.ehlo()
            self.assertTrue(client.has_extn("xclient"))
            self.assertEqual(client.docmd("XCLIENT", "NAME=mx.example.net ADDR=192.0.2.7 HELO=mx.example.net")[0], 220)
            client.ehlo()
            self.assertFalse(client.has_extn("xclient"))
            client.sendmail("sender@example.net", [ADA], b"Subject: x\r\n\r\nx\r\n")
        with post.imap_client() as client:
            client.select("INBOX")
            octets = client.fetch("1", "(BODY.PEEK[])")[1][0][1]
        self.assertIn(b"Received: from mx.example.net (mx.example.net [192.0.2.7])\r\n", octets)

    def test_nobody_else_is_believed(self):
        post = self.enterContext(Installation(vaults=False, server='front_ends = ["192.0.2.1"]'))
        with smtplib.SMTP("127.0.0.1", post.smtp) as client:
            client.ehlo()
            self.assertFalse(client.has_extn("xclient"))
            self.assertEqual(client.docmd("XCLIENT", "ADDR=192.0.2.7")[0], 550)


@unittest.skipIf(Postfix.missing(), Postfix.missing())
class PostfixInFront(InFront, unittest.TestCase):
    front_end = Postfix


@unittest.skipIf(Exim.missing(), Exim.missing())
class EximInFront(InFront, unittest.TestCase):
    front_end = Exim

    def test_it_sends_in_chunks(self):
        self.send([ADA], b"Subject: x\r\n\r\nmark-chunk\r\n")
        self.wait_for(b"mark-chunk")
        self.assertRegex(self.front.said(), r"=> ada@example.org .* K C=\"250")


if __name__ == "__main__":
    done = unittest.main(verbosity=2, exit=False).result
    sys.exit(1 if not done.wasSuccessful() else 77 if done.skipped else 0)
