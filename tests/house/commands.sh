#!/usr/bin/env bash
# commands.sh SOURCE_DIR: imap/COMMANDS.md has every command and capability and no others, and the files it names are there; each
# command is in the file of its name, alone.
cd "$1" || exit 1
wrong=0
complain() { echo "$*"; wrong=1; }
names_in() { grep -oP '^ +\{"\K[^"]+' "$1"; }
rows() { sed -n "/^## $1/,/^## /p" imap/COMMANDS.md | grep '^| `'; }
compare() {  # SECTION TABLE
  diff <(names_in "$2" | sort) <(rows "$1" | grep -oP '^\| `\K[^`]+' | sort) ||
    complain "imap/COMMANDS.md, $1: not what $2 has (< is missing there, > is not in the table)"
  while IFS='|' read -r _ name _ file tests _; do
    [ -n "${tests// /}" ] || complain "imap/COMMANDS.md: $name has no test"
    for path in $file; do [ -f "imap/$path" ] || complain "imap/COMMANDS.md: no imap/$path"; done
    for path in $tests; do [ -f "tests/imap/$path" ] || complain "imap/COMMANDS.md: no tests/imap/$path"; done
  done < <(rows "$1")
}
compare Commands imap/command_table.cpp
compare Capabilities imap/capabilities.cpp

while IFS='|' read -r _ name _ file _; do
  name=${name//[\` ]/}
  expected=commands/$(tr '[:upper:]' '[:lower:]' <<<"${name#UID}").cpp
  [ "${file// /}" = "$expected" ] || complain "imap/COMMANDS.md: $name belongs into $expected"
done < <(rows Commands)
for file in imap/commands/*.cpp; do
  is_command=$(rows Commands | grep -cF "| ${file#imap/} |")
  handlers=$(grep -cP '^Task<Reply> \w+\(Session&[^,]*, Request&[^,]*\) \{' "$file")
  [ "$handlers" = $((is_command > 0)) ] || complain "$file: $handlers commands, and one a file of its name is the rule"
done
exit $wrong
