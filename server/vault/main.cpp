#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "server/vault/cli.h"

int main(int count, char** arguments) {
  // Root keys are in this memory: no core dumps, no debugger of another user, private files.
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  ::umask(077);
  return vault::run({arguments + 1, arguments + count});
}
