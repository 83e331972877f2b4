#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "imap/stream.h"
#include "server/config.h"

namespace server {
namespace {

[[noreturn]] void refuse(const NeededPath& needed, const std::string& why) {
  throw Error(Fault::invalid, needed.place + ": " + needed.path.string() + ": " + why,
              needed.kind == NeededPath::Kind::file
                  ? "name a file that is there and that this user may read"
                  : "name a directory, or a path where one can be made");
}

std::string reason(int error) { return std::strerror(error); }

void check_file(const NeededPath& needed) {
  struct stat found {};
  if (stat(needed.path.c_str(), &found) != 0) refuse(needed, reason(errno));
  if (!S_ISREG(found.st_mode)) refuse(needed, "is no file");
  if (access(needed.path.c_str(), R_OK) != 0) refuse(needed, reason(errno));
}

// What is there of it must be directories; the rest is made at the start.
void check_directory(const NeededPath& needed) {
  struct stat found {};
  auto path = needed.path;
  while (stat(path.c_str(), &found) != 0) {
    if (errno != ENOENT || path == path.root_path()) refuse(needed, reason(errno));
    path = path.parent_path();
  }
  if (!S_ISDIR(found.st_mode))
    refuse(needed, path == needed.path ? "is no directory" : path.string() + " is no directory");
}

}  // namespace

void check_paths(const Config& config) {
  for (const auto& needed : config.paths)
    needed.kind == NeededPath::Kind::file ? check_file(needed) : check_directory(needed);
  if (config.tls && config.tls->client_ca)
    imap::TlsContext(config.tls->certificate, config.tls->key, *config.tls->client_ca);
  else if (config.tls)
    imap::TlsContext(config.tls->certificate, config.tls->key);
}

}  // namespace server
