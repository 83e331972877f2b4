"""What house/boundary says of pages with planted faults."""

import pathlib
import tempfile
import unittest

from boundary import wrong

KNOWN = {"system/ledger", "crypto/padding"}
TABLE = "| what | shown by |\n| --- | --- |\n| a row | `system/ledger` |\n"
GOOD = f"""# Page

An introduction (`system/ledger`).

## Part

A paragraph over
two lines (`crypto/padding`). `--data`, `ledger.db`, `tests/reader/` and `crypto/FORMAT.md` are no tests.

{TABLE}
- An item (`system/ledger`)
- of two lines
  (`system/ledger`, `crypto/padding`).
1. A number (`system/ledger`)
"""


class Planted(unittest.TestCase):
    def said(self, planted, after=""):
        with tempfile.TemporaryDirectory(prefix="sealpost-test-") as scratch:
            page = pathlib.Path(scratch) / "page.md"
            page.write_text(GOOD + planted + after)
            return [line.split(": ", 1)[1] for line in wrong(page, KNOWN)]

    def test_a_good_page_is_good(self):
        self.assertEqual(self.said(""), [])

    def test_each_claim_without_a_test_is_found(self):
        for planted in ("\nNobody reads anything.\n", "- An item.\n", "* An item.\n", "+ An item.\n", "2. An item.\n", "2) An item.\n",
                        "  - An item in an item.\n", "> A quotation.\n", "\n    Code.\n", "\n```\nCode.\n```\n", "\n<!-- a remark -->\n",
                        "\n| what | shown by |\n| --- | --- |\n| a row | |\n", "\n| what | is so |\n| --- | --- |\n| a row | `system/ledger` |\n",
                        "\n| what | shown by |\n| --- | --- |\n| a row | by hand |\n", "\n| no | head |\n", "\n| a | b |\n| c | d |\n"):
            for after in ("", "\nAnd so on (`system/ledger`).\n"):
                with self.subTest(planted=planted, after=after):
                    said = self.said(planted, after)
                    self.assertTrue(said)
                    self.assertTrue(all("no test" in line for line in said), said)

    def test_a_test_that_is_not_there_is_found(self):
        for planted in ("\nSo it is (`system/none`).\n", "- So it is (`system/ledger`, `system/led-ger`).\n",
                        "\nSo it is (`System/Ledger`, `system/ledger`).\n",
                        TABLE + "| another | `system/ledger`, `system/none` |\n", TABLE + "| another | `system/ledger`, by hand |\n",
                        TABLE + "| another | system/ledger |\n"):
            with self.subTest(planted=planted):
                self.assertRegex(" ".join(self.said("\n" + planted)), "no test")


if __name__ == "__main__":
    unittest.main()
