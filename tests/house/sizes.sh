#!/usr/bin/env bash
# sizes.sh SOURCE_DIR: no file over 500 lines, no session file over 300, one suite a test file, named as the file.
cd "$1" || exit 1
wrong=0
while IFS= read -r -d '' file; do
  lines=$(wc -l <"$file")
  [ "$lines" -le 500 ] || { echo "$file: $lines lines (500 is the end)"; wrong=1; }
done < <(find base crypto storage policy imap server tests \( -name '*.h' -o -name '*.cpp' -o -name '*.py' \) -print0)
# Session files: what keeps the state of a dialogue with a client, reads its commands and answers them. Streams carry octets and know
# nothing of that.
for file in imap/{session,view,command,enabled,logging_in,announcing}*.* imap/commands/* server/smtp/*.* server/smtp/commands/*; do
  lines=$(wc -l <"$file")
  [ "$lines" -le 300 ] || { echo "$file: $lines lines (300 is the end of a session file)"; wrong=1; }
done
for file in tests/*/*_test.cpp; do
  name=$(basename "$file" _test.cpp)
  [ "$(grep -c '^BOOST_AUTO_TEST_SUITE(' "$file")" = 1 ] && grep -q "^BOOST_AUTO_TEST_SUITE($name)" "$file" ||
    { echo "$file: wants exactly one top-level BOOST_AUTO_TEST_SUITE($name)"; wrong=1; }
done
exit $wrong
