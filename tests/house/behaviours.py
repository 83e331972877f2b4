"""behaviours.py SOURCE_DIR: every test that tests/imap/behaviours.md names is there, and each of the
forty behaviours has one."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
cases = {}
for source in (root / "tests" / "imap").glob("*_test.cpp"):
    suite = source.name.removesuffix("_test.cpp")
    cases[suite] = re.findall(r"BOOST_AUTO_TEST_CASE\(\s*(\w+)", source.read_text())
system = {source.stem for source in (root / "tests" / "system").glob("*_test.py")}
wrong = []
numbers = set()


def check(suite, names):
    if suite == "system":
        wrong.extend(f"there is no system test {name}" for name in names if name not in system)
    elif suite not in cases:
        wrong.append(f"there is no suite {suite}")
    else:
        for name in names:
            pattern = name.replace("...", r"\w*")
            if not any(re.fullmatch(pattern, case) for case in cases[suite]):
                wrong.append(f"there is no test {suite}/{name}")


for line in (root / "tests" / "imap" / "behaviours.md").read_text().splitlines():
    row = re.match(r"\| (\d+)(?: to (\d+)|((?:, \d+)+))? [^|]*\| (.*) \|$", line)
    if row is None:
        continue
    first, last = int(row[1]), int(row[2] or row[1])
    numbers.update(range(first, last + 1), map(int, re.findall(r"\d+", row[3] or "")))
    for part in row[4].split("; "):
        suite, colon, names = part.partition(": ")
        if colon:
            check(suite, names.split(", "))
        else:
            for name in part.split(", "):
                check(name, [])

wrong.extend(f"behaviour {number} has no test" for number in range(1, 41) if number not in numbers)
print("\n".join(wrong))
sys.exit(bool(wrong))
