#!/usr/bin/env bash
# lifetimes.sh SOURCE_DIR: no loop over what a temporary pointer holds. C++20 destroys it before the first turn:
#   for (… : mailbox.tree()->nodes())      another thread may put another tree in its place
#   for (const auto tree = mailbox.tree(); … : tree->nodes())      is how it goes
cd "$1" || exit 1
found=$(grep -rnE --include='*.h' --include='*.cpp' '\bfor \(.*[^:]:[^:].*\)->' base crypto storage policy imap server tests)
[ -z "$found" ] || { printf '%s\nsuch a pointer is gone before the loop begins: name it in the loop\n' "$found"; exit 1; }
