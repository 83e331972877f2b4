"""A service-key directory that is half there, damaged, or another installation's: the server does not start, says which file
it misses, and changes nothing; with the right one back, all is as it was."""

import shutil
import sqlite3
import unittest

from installation import Installation, end


def contents(post):
    """Every key, and the rows of every database; SQLite's own counters change whenever one is opened."""
    found = {str(path): path.read_bytes() for path in post.service_keys.rglob("*") if path.is_file() and ".db" not in path.name}
    for path in [*post.data.rglob("*.db"), *post.service_keys.glob("*.db")]:
        database = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
        found[str(path)] = list(database.iterdump())
        database.close()
    return found


class ServiceKeyDirectory(unittest.TestCase):
    def setUp(self):
        self.post = self.enterContext(Installation(vaults=False))
        self.post.deliver([b"Subject: still here\r\n\r\nread me\r\n"], to="bob@example.org")
        self.post.stop()
        self.kept = self.post.root / "kept"
        shutil.copytree(self.post.service_keys, self.kept, copy_function=shutil.copy2)

    def put_back(self):
        shutil.rmtree(self.post.service_keys)
        shutil.copytree(self.kept, self.post.service_keys, copy_function=shutil.copy2)

    def refused(self, *words):
        before = contents(self.post)
        with self.assertRaises(AssertionError) as failure:
            self.post.start()
        for word in ("error: ", "hint: ", *words):
            self.assertIn(word, str(failure.exception))
        self.assertTrue(contents(self.post) == before, words)
        self.put_back()

    def test_nothing_is_changed(self):
        post, keys = self.post, self.post.service_keys
        for name in ("directory.key", "signing.key"):
            for size in (0, 20):
                with (keys / name).open("r+b") as file:
                    file.truncate(size)
                self.refused(str(keys / name), "damaged")
            (keys / name).unlink()
            self.refused(str(keys / name), "belongs to this data")
        shutil.rmtree(keys)
        keys.mkdir(mode=0o700)  # as where it is not mounted
        self.refused(str(keys / "directory.key"))
        with Installation(vaults=False) as other:
            other.stop()
            shutil.rmtree(keys)
            shutil.copytree(other.service_keys, keys, copy_function=shutil.copy2)
            other.start()
        self.refused("another directory key")

        post.start()
        client = post.imap_client("bob@example.org")
        client.select("INBOX")
        self.assertIn(b"read me", client.fetch("1", "(BODY[TEXT])")[1][0][1])
        client.logout()
        self.assertTrue(post.json("audit", "verify")["whole"])
        end(post.process)


if __name__ == "__main__":
    unittest.main(verbosity=2)
