"""boundary.py SOURCE_DIR: every claim of BOUNDARY.md names a test that shows it, and each of these is there. Claims are the rows
of its tables and the items of its lists; other lines lead up to them."""

import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(root / "tests/examiner"))
import boundary_page  # noqa: E402


def tests():
    """Names as CTest has them."""
    for path in (root / "tests").glob("*/*_test.cpp"):
        yield f"{path.parent.name}/{path.stem.removesuffix('_test')}"
    for path in (root / "tests/system").glob("*_test.py"):
        yield f"system/{path.stem.removesuffix('_test')}"
    for path in (root / "tests").rglob("CMakeLists.txt"):
        yield from re.findall(r"add_test\(NAME ([\w/]+)", path.read_text())


page, known, wrong = root / "BOUNDARY.md", set(tests()), []
claims = [(row.line, row.cells.get(boundary_page.SHOWN, "")) for row in boundary_page.rows(page)]
lines = page.read_text().splitlines()
for number, line in enumerate(lines, 1):
    if line.startswith("- "):
        item = [line]
        for more in lines[number:]:
            if not more.startswith("  "):
                break
            item.append(more)
        claims.append((number, " ".join(item)))
for number, shown in claims:
    named = [name for name in re.findall(r"`([^`]+)`", shown) if re.fullmatch(r"[a-z]+/[a-z0-9_]+", name)]
    if not named:
        wrong.append(f"BOUNDARY.md:{number}: a claim that no test shows")
    wrong.extend(f"BOUNDARY.md:{number}: there is no test {name}" for name in named if name not in known)
print("\n".join(wrong))
sys.exit(bool(wrong))
