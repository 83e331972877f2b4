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


def damage_first_block(data):
    for path in sorted(data.glob("mail/*/store.db")):
        store = sqlite3.connect(path)
        if store.execute("select count(*) from folder_block").fetchone()[0]:
            flip(store, "folder_block", "id", keys_of(store, "folder_block", "id")[0], "d")
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
            log = post.log.read_text()
            self.assertRegex(log, r' corrupt .*mailbox=\d+ what="body of message" row=\d+\n')
            self.assertRegex(log, r" message_damaged mailbox=\d+ folder=\d+ uid=1 message=\d+\n")
            for _ in ("now", "after the next login"):
                self.assertEqual(client.search(None, "UNSEEN")[1], [b"1"])
                client.logout()
                client = post.imap_client()
                client.select()
            client.logout()

    def test_a_damaged_list_of_messages_keeps_no_others_from_being_served(self):
        with Installation(vaults=False) as post:
            post.deliver([f"Subject: letter {n}\r\n\r\nbody {n}\r\n" for n in range(1, 101)])
            post.stop()
            damage_first_block(post.data)
            post.start()
            client = post.imap_client()
            self.assertEqual(client.select()[1], [b"100"])
            self.assertIn("CORRUPTION", client.untagged_responses)
            answer, said = client.fetch("1:100", "(FLAGS BODY.PEEK[])")
            self.assertEqual(answer, "NO")
            self.assertIn(b"[CORRUPTION]", said[-1])
            self.assertIn(b"UID 1:63", said[-1])
            self.assertEqual(len([one for one in client.response("FETCH")[1] if isinstance(one, tuple)]), 37)
            # They are there still: a client that found them gone would remove its own copies.
            self.assertEqual(client.uid("SEARCH", "ALL")[1][0].split(), [b"%d" % n for n in range(1, 101)])
            self.assertEqual(client.uid("SEARCH", "UNSEEN")[1][0].split(), [b"%d" % n for n in range(64, 101)])
            answer, said = client.store("1:100", "+FLAGS.SILENT", "\\Deleted")
            self.assertEqual((answer, b"UID 1:63" in said[-1]), ("NO", True))
            self.assertEqual(client.copy("1:100", "Archive")[0], "NO")
            self.assertRegex(post.log.read_text(), r" imap.command_failed command=COPY .*mailbox \d+, folder \d+:.* UID 1 ")
            self.assertEqual(client.select("Archive")[1], [b"0"])
            client.select()
            self.assertEqual(len(client.expunge()[1]), 37)
            post.deliver(["Subject: new\r\n\r\nnew\r\n"])
            self.assertEqual(client.noop()[0], "OK")
            self.assertEqual(client.uid("FETCH", "101", "BODY[TEXT]")[1][0][1], b"new\r\n")
            client.logout()
            self.assertIn("messages_lost", post.log.read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
