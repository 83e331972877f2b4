"""The wall clock of a running server is set by a day, back and forth: what a DEP key serves, and for how long after its roots
were taken away, is counted by another clock. The set clock is a library that is loaded before all others."""

import os
import time
import unittest

from installation import PROGRAMS, Installation, run, started

TTL = 4
PATIENCE = 30  # on a slow machine


# The wall clock, set by the seconds that a file names. Nothing is allocated: a sanitizer may not have begun yet.
SET_CLOCK = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static long offset(void) {
  char text[32] = {0};
  const int file = open(getenv("SET_CLOCK"), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  return size > 0 ? atol(text) : 0;
}
int clock_gettime(clockid_t clock, struct timespec* time) {
  const int result = (int)syscall(SYS_clock_gettime, clock, time);
  if (clock == CLOCK_REALTIME && result == 0) time->tv_sec += offset();
  return result;
}
time_t time(time_t* out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}
int gettimeofday(struct timeval* out, void* zone) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}
"""


class Installed(Installation):
    def start(self):
        self.offset, library = self.root / "offset", self.root / "set_clock.so"
        self.offset.write_text("0")
        run("clang-16", "-shared", "-fPIC", "-O1", "-x", "c", "-o", library, "-", input=SET_CLOCK.encode())
        clock = {"LD_PRELOAD": str(library), "SET_CLOCK": str(self.offset)}
        self.process = started(self.log, PROGRAMS / "sealpost", "serve", "--config", self.config, cwd=self.root,
                               env={**os.environ, "TMPDIR": str(self.root / "tmp"), **clock})

    def set_enabled(self, how):
        for vault in self.vaults:
            run(PROGRAMS / "vault/sealvault", "key", how, "--dir", vault.directory, "--name", "root")


class Clock(unittest.TestCase):
    def reads(self, client):
        try:
            return client.fetch("1", "(BODY.PEEK[TEXT])")[0] == "OK"
        except Exception:  # NO, or BYE
            return False

    def test_a_day_back_or_forth_changes_nothing(self):
        for offset in (-86400, 86400):
            with self.subTest(offset), Installed(settings=f"[keys]\ndep_key_ttl = {TTL}\n") as post:
                post.deliver([b"Subject: x\r\n\r\nread me\r\n"])
                client = post.imap_client()
                client.select("INBOX")
                self.assertTrue(self.reads(client))
                post.offset.write_text(str(offset))
                for _ in range(TTL + 2):  # and confirmed meanwhile
                    self.assertTrue(self.reads(client))
                    time.sleep(1)
                post.set_enabled("disable")
                revoked = time.monotonic()
                while self.reads(client):
                    self.assertLess(time.monotonic(), revoked + TTL + PATIENCE)
                    time.sleep(0.2)
                with self.assertRaisesRegex(Exception, "CONTACTADMIN"):
                    post.imap_client()
                post.set_enabled("enable")
                regranted = time.monotonic()
                while True:
                    try:
                        post.imap_client().logout()
                        break
                    except Exception as error:
                        self.assertIn("CONTACTADMIN", str(error))
                    self.assertLess(time.monotonic(), regranted + 60)
                    time.sleep(0.5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
