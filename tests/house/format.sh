#!/usr/bin/env bash
# format.sh SOURCE_DIR: the code is as clang-format 16 writes it with .clang-format.
cd "$1" || exit 1
find base crypto storage policy imap server tests \( -name '*.h' -o -name '*.cpp' -o -name '*.cc' \) -print0 |
  xargs -0 clang-format-16 --dry-run -Werror || { echo "hint: clang-format-16 -i on the files named above"; exit 1; }
