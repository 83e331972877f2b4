"""Postfix as the smart host: what is taken over arrives once, through its outages and ours; its refusals and its reports come
back. Skipped, with the reason, where the package is not there."""

import smtplib
import sys
import time
import unittest

from front_ends import Postfix
from installation import PASSWORD, Installation
from smart_host import SmartHost

ADA = "ada@example.org"
CAROL = "carol@example.net"


class OutgoingThroughPostfix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.post = Installation(vaults=False)
        cls.host = cls.enterClassContext(SmartHost(cls.post.smtp))
        cls.post.config.write_text(cls.post.config.read_text() + cls.host.config(cls.post.root))
        cls.enterClassContext(cls.post)

    def submit(self, mark, to=CAROL, mail_options=(), rcpt_options=()):
        message = f"From: {ADA}\r\nSubject: {mark}\r\n\r\n{mark}\r\n.\r\n..dots\r\n".encode()
        with smtplib.SMTP("127.0.0.1", self.post.submission, local_hostname="client.example.org", timeout=60) as client:
            client.starttls(context=self.post.tls())
            client.login(ADA, PASSWORD)
            client.sendmail(ADA, [to], message, mail_options, rcpt_options)

    def queue(self):
        return self.post.json("queue", "list")["messages"]

    def wait_until(self, fact, seconds=90):
        until = time.monotonic() + seconds
        while not (found := fact()):
            if time.monotonic() > until:
                raise AssertionError(f"queue: {self.queue()}\n{self.host.said()[-4000:]}")
            time.sleep(0.2)
        return found

    def inbox(self):
        with self.post.imap_client(ADA) as client:
            client.select("INBOX", readonly=True)
            (found,) = client.search(None, "ALL")[1]
            if not found:
                return []
            return [part[1] for part in client.fetch("1:*", "(BODY.PEEK[])")[1] if isinstance(part, tuple)]

    def reports(self, mark):
        return [octets for octets in self.inbox() if mark in octets]

    def test_it_arrives_once_and_as_it_was(self):
        self.submit("mark-once")
        self.wait_until(lambda: self.host.count(b"mark-once"))
        self.wait_until(lambda: not self.queue())
        time.sleep(1)
        (octets,) = [one for one in self.host.taken if b"mark-once" in one]
        self.assertTrue(octets.endswith(b"\r\n\r\nmark-once\r\n.\r\n..dots\r\n"))
        self.assertIn(b"(Postfix) with ESMTPSA", octets)
        self.assertIn(b"by mail.example.org with ESMTPSA", octets)
        self.assertIn("SCRAM-SHA-256", self.host.mechanisms)
        self.assertNotIn("PLAIN", self.host.mechanisms)
        self.assertIn("CHUNKING", self.host.offers())

    def test_whom_it_refuses_the_sender_is_told_of(self):
        self.submit("mark-refused", "nobody@example.net")
        (report,) = self.wait_until(lambda: self.reports(b"mark-refused"))
        for part in (b"nobody@example.net", b"5.7.1", b"Access denied", b"Action: failed"):
            self.assertIn(part, report)
        self.assertEqual(self.queue(), [])

    def test_the_report_that_was_asked_for_comes_back_from_it(self):
        self.submit("mark-dsn", mail_options=["RET=HDRS", "ENVID=QQ314159"], rcpt_options=["NOTIFY=SUCCESS"])
        (report,) = self.wait_until(lambda: self.reports(b"QQ314159"))
        self.assertIn(b"smart.example.com", report)
        self.assertRegex(report.decode(), r"Action: (delivered|relayed)")

    def test_what_a_proxy_in_front_asks_for_goes_out_through_it(self):
        """Another Postfix hands mail over by LMTP, where we offer DSN since its sender can be told through the smart host."""
        with Postfix(self.post.lmtp) as front, front.client() as client:
            client.sendmail(CAROL, [ADA], b"Subject: x\r\n\r\nmark-front\r\n", ["RET=HDRS", "ENVID=QQ271828"],
                            ["NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;Ada@Example.ORG"])
            self.wait_until(lambda: self.reports(b"mark-front"))
            self.wait_until(lambda: self.host.count(b"QQ271828"))
            time.sleep(1)
        (report,) = [one.decode() for one in self.host.taken if b"QQ271828" in one]
        for line in (r"Original-Recipient: *rfc822; *Ada@Example.ORG", r"Action: *delivered", r"Reporting-MTA: *dns; *mail.example.org"):
            self.assertRegex(report, "(?i)" + line)

    def test_a_stop_while_it_is_stuck_takes_seconds_and_loses_nothing(self):
        self.post.restart()
        self.host.freeze()
        try:
            self.submit("mark-stuck")
            time.sleep(1)  # it is connecting, or waits for a reply
            begin = time.monotonic()
            self.post.stop()
            self.assertLess(time.monotonic() - begin, 10)
        finally:
            self.host.thaw()
            self.post.start()
        self.wait_until(lambda: self.host.count(b"mark-stuck"))
        self.wait_until(lambda: not self.queue())
        time.sleep(1)
        self.assertEqual(self.host.count(b"mark-stuck"), 1)

    def test_its_outage_is_waited_for(self):
        self.host.down()
        for number in range(5):
            self.submit(f"mark-outage-{number}")
        self.wait_until(lambda: all(one["state"] == "waiting for the smart host" for one in self.queue()))
        self.assertEqual(len(self.queue()), 5)
        self.host.up()
        self.wait_until(lambda: not self.queue())
        self.wait_until(lambda: self.host.count(b"mark-outage-") == 5)
        time.sleep(1)
        self.assertEqual(self.host.count(b"mark-outage-"), 5)

    def test_a_wrong_password_keeps_the_mail_and_the_right_one_sends_it(self):
        self.post.restart()  # no connection is left that has logged in
        self.host.password_file.write_text("wrong\n")
        self.submit("mark-password")
        (message,) = self.wait_until(lambda: [one for one in self.queue() if one["lastReply"]])
        self.assertIn("refuses our login: 535 5.7.8", message["lastReply"])
        self.host.password_file.write_text(self.host.PASSWORD + "\n")
        self.post.cli("queue", "retry", message["id"])
        self.wait_until(lambda: self.host.count(b"mark-password") == 1)
        self.wait_until(lambda: not self.queue())

    def test_killed_while_it_sends_nothing_is_lost(self):
        before = self.post.log.read_text(errors="replace").count(" outgoing.uncertain ")
        for round_ in range(4):
            for number in range(10):
                self.submit(f"mark-kill-{round_}-{number}-end")
            time.sleep(0.05 * round_)
            self.post.kill()
            self.post.start()
        self.wait_until(lambda: not self.queue())
        marks = [f"mark-kill-{round_}-{number}-end".encode() for round_ in range(4) for number in range(10)]
        self.wait_until(lambda: all(self.host.count(b"Subject: " + mark) for mark in marks))
        time.sleep(2)
        doubles = sum(self.host.count(b"Subject: " + mark) - 1 for mark in marks)
        uncertain = self.post.log.read_text(errors="replace").count(" outgoing.uncertain ") - before
        self.assertLessEqual(doubles, uncertain)
        print(f"{len(marks)} taken over, {doubles} doubled, {uncertain} uncertain")


if __name__ == "__main__":
    if missing := SmartHost.missing():
        print(f"skipped: {missing}")
        sys.exit(77)
    unittest.main()
