"""What a client sees of mail that no longer opens."""

import sqlite3
import unittest

from altered import flip, keys_of
from installation import Installation


def damage_first_body(data):
    for path in sorted(data.glob("mail/*/store.db")):
        store = sqlite3.connect(path)
        if store.execute("select count(*) from body").fetchone()[0]:
            flip(store, "body", "id", keys_of(store, "body", "id")[0], "d")
            store.commit()
        store.close()


class Damage(unittest.TestCase):
    def test_a_message_that_does_not_open_is_not_marked_as_read(self):
        with Installation(vaults=False) as post:
            post.deliver([f"Subject: letter {n}\r\n\r\nbody {n}\r\n" for n in (1, 2)])
            post.stop()
            damage_first_body(post.data)
            post.start()
            client = post.imap_client()
            client.select()
            answer, said = client.fetch("1:2", "(BODY[])")
            self.assertEqual(answer, "NO")
            self.assertIn(b"[CORRUPTION]", said[0])
            self.assertIn(b"UID 1", said[0])
            for _ in ("now", "after the next login"):
                self.assertEqual(client.search(None, "UNSEEN")[1], [b"1"])
                client.logout()
                client = post.imap_client()
                client.select()
            client.logout()


if __name__ == "__main__":
    unittest.main(verbosity=2)
