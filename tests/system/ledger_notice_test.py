"""The monthly notice of the ledger as its owner gets it: mail in the INBOX, from a server whose clock is set from month to month."""

import calendar
import email
import email.policy
import time
import unittest

from sealed_mail import armour, packets
from set_clock import SetClock

NOTICE = "/private/vendor/sealpost/ledger-notice"
LETTER = b"From: sender@example.net\r\nSubject: a letter\r\n\r\nread me\r\n"
SEALED = ("From: sender@example.net\r\nSubject: sealed\r\n\r\n" + armour(packets(1500))).encode()


class Notices(unittest.TestCase):
    def setUp(self):
        self.post = self.enterContext(SetClock(vaults=False))

    def go_to(self, year, month, day):
        self.post.stop()
        self.post.set_clock(calendar.timegm((year, month, day, 12, 0, 0)) - time.time())
        self.post.start()

    def wish(self, value):
        client = self.post.imap_client()
        self.assertEqual(client.xatom("SETMETADATA", '""', f"({NOTICE} {value})")[0], "OK")
        client.logout()

    def inbox(self):
        client = self.post.imap_client()
        _, (count,) = client.select("INBOX")
        parts = client.fetch("1:*", "(BODY.PEEK[])")[1] if count != b"0" else []
        client.logout()
        return [email.message_from_bytes(part[1], policy=email.policy.default) for part in parts if isinstance(part, tuple)]

    def notice(self, count):
        """The last of so many messages."""
        until = time.monotonic() + 60
        while len(found := self.inbox()) < count:
            self.assertLess(time.monotonic(), until)
            time.sleep(0.2)
        self.assertEqual(len(found), count)
        return found[-1]

    def test_it_comes_when_the_month_ends_and_says_who_read_what(self):
        post = self.post
        self.go_to(2027, 3, 10)
        self.wish('"monthly"')
        post.deliver([LETTER, SEALED])
        self.assertEqual(len(self.inbox()), 2)
        post.cli("export", "ada@example.org", post.root / "exported")
        self.go_to(2027, 3, 31)
        time.sleep(2)
        self.assertEqual(len(self.inbox()), 2)

        self.go_to(2027, 4, 1)
        notice = self.notice(3)
        self.assertEqual(notice["Subject"], "Who opened your mail in 2027-03")
        self.assertEqual((notice["To"], notice["From"]), ("ada@example.org", "Sealpost <postmaster@mail.example.org>"))
        self.assertIn("01 Apr 2027", notice["Date"])
        lines = notice.get_content().splitlines()
        rows = [(line, after) for line, after in zip(lines, lines[1:])]
        for who in ("you: fetch ", "administrator "):
            (row,) = [pair for pair in rows if pair[0].startswith(who) and "deliver" not in pair[0]]
            self.assertRegex(row[0], r" \d+ \(\d.*B\)$")
            self.assertRegex(row[1], r"^  of this encrypted end to end, and not read +\d.* KB$")
        self.assertTrue(any(line.startswith("the service: deliver ") for line in lines), lines)

        self.go_to(2027, 4, 2)
        time.sleep(2)
        self.assertEqual(len(self.inbox()), 3)
        self.go_to(2027, 6, 15)  # May's; April's was missed
        self.assertEqual(self.notice(4)["Subject"], "Who opened your mail in 2027-05")
        self.wish("NIL")
        self.go_to(2027, 7, 2)
        time.sleep(2)
        self.assertEqual(len(self.inbox()), 4)


if __name__ == "__main__":
    unittest.main(verbosity=2)
