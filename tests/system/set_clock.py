"""An installation whose server has a wall clock that a test sets: a library that is loaded before all others adds to it."""

import os

from installation import PROGRAMS, Installation, run, started

# The seconds that a file names are added to the wall clock. Nothing is allocated: a sanitizer may not have begun yet.
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


class SetClock(Installation):
    """`offset` is a file with the seconds, as text; 0 at first."""

    def start(self):
        self.offset, library = self.root / "offset", self.root / "set_clock.so"
        if not library.exists():
            self.set_clock(0)
            run("clang-16", "-shared", "-fPIC", "-O1", "-x", "c", "-o", library, "-", input=SET_CLOCK.encode())
        clock = {"LD_PRELOAD": str(library), "SET_CLOCK": str(self.offset)}
        self.process = started(self.log, PROGRAMS / "sealpost", "serve", "--config", self.config, cwd=self.root,
                               env={**os.environ, "TMPDIR": str(self.root / "tmp"), **clock})

    def set_clock(self, seconds):
        self.offset.write_text(str(int(seconds)))
