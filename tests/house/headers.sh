#!/usr/bin/env bash
# headers.sh SOURCE_DIR COMPILER: every header compiles alone.
set -euo pipefail
cd "$1"
flags=(-std=c++20 -fsyntax-only -x c++-header -I. -Wall -Wextra -Werror -Wno-pragma-once-outside-header
       $(pkg-config --cflags p11-kit-1) -DBOOST_ASIO_SEPARATE_COMPILATION -DBOOST_ASIO_NO_DEPRECATED -DBOOST_ASIO_DISABLE_BOOST_DATE_TIME
       -DBOOST_TEST_DYN_LINK "-DTEST_DATA=\"\"" "-DSOURCE_DIR=\"\"" "-DPROGRAM_DIR=\"\"" "-DSTAGED_TOKEN=\"\"")
compiler=$2
export compiler
failed=0
printf '%s\0' "${flags[@]}" >"${TMPDIR:-/tmp}/headers-flags.$$"
trap 'rm -f "${TMPDIR:-/tmp}/headers-flags.$$"' EXIT
export flag_file="${TMPDIR:-/tmp}/headers-flags.$$"
find base crypto storage policy imap server tests -name '*.h' -print0 |
  xargs -0 -P2 -n1 bash -c 'mapfile -d "" -t f <"$flag_file"; "$compiler" "${f[@]}" "$0" || { echo "does not compile alone: $0"; exit 255; }' || failed=1
[ $failed = 0 ] && echo "all headers compile alone"
exit $failed
