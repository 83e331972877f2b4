"""boundary.py SOURCE_DIR CTEST BUILD_DIR: every claim of BOUNDARY.md names a test that shows it, and CTest has each of these.
Claims are the rows of its tables, the items of its lists and its paragraphs; a sentence counts as part of its paragraph."""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "examiner"))
import boundary_page  # noqa: E402


def registered(ctest, build):
    """The names that CTest runs."""
    listed = subprocess.run([ctest, "--test-dir", build, "--show-only=json-v1"], capture_output=True, check=True).stdout
    return {test["name"] for test in json.loads(listed)["tests"]
            if {"name": "DISABLED", "value": True} not in test.get("properties", [])}


def wrong(page, known):
    """What is wrong with a page, a line for each."""
    for claim in boundary_page.claims(page):
        where = f"{page.name}:{claim.line}"
        if not claim.tests:
            yield f"{where}: a claim that no test shows: name one in backquotes, MODULE/TEST"
        yield from (f"{where}: CTest has no test {test}" for test in claim.tests if test not in known)


if __name__ == "__main__":
    source, ctest, build = sys.argv[1:]
    found = list(wrong(pathlib.Path(source) / "BOUNDARY.md", registered(ctest, build)))
    print("\n".join(found))
    sys.exit(bool(found))
