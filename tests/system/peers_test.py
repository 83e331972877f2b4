"""The comparison with Dovecot in BOUNDARY.md is what is measured. `tests/run lab-dovecot` unpacks Dovecot; without it, skipped."""

import os
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/peers"))

import compare  # noqa: E402


class Peers(unittest.TestCase):
    def test_the_table_of_boundary_md(self):
        page = (ROOT / "BOUNDARY.md").read_text()
        for line in compare.table(compare.compared()):
            self.assertIn(line + "\n", page)


if __name__ == "__main__":
    if os.geteuid() != 0 or not compare.UNPACKED.exists():
        print("skipped: wants root, and Dovecot in build/unpacked (tests/run lab-dovecot)")
        sys.exit(77)
    unittest.main(verbosity=2)
