#!/usr/bin/env bash
# commands.sh SOURCE_DIR: imap/COMMANDS.md has every command and capability and no others, and the files it names are there.
cd "$1" || exit 1
wrong=0
names_in() { grep -oP '^ +\{"\K[^"]+' "$1"; }
rows() { sed -n "/^## $1/,/^## /p" imap/COMMANDS.md | grep '^| `'; }
compare() {  # SECTION TABLE
  diff <(names_in "$2" | sort) <(rows "$1" | grep -oP '^\| `\K[^`]+' | sort) ||
    { echo "imap/COMMANDS.md, $1: not what $2 has (< is missing there, > is not in the table)"; wrong=1; }
  while IFS='|' read -r _ name _ file tests _; do
    [ -n "${tests// /}" ] || { echo "imap/COMMANDS.md: $name has no test"; wrong=1; }
    for path in $file; do [ -f "imap/$path" ] || { echo "imap/COMMANDS.md: no imap/$path"; wrong=1; }; done
    for path in $tests; do [ -f "tests/imap/$path" ] || { echo "imap/COMMANDS.md: no tests/imap/$path"; wrong=1; }; done
  done < <(rows "$1")
}
compare Commands imap/command_table.cpp
compare Capabilities imap/capabilities.cpp
exit $wrong
