#include "storage/anchors.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "storage/migrations.h"

namespace storage {
namespace {

// SQLite gives its log the mode of the file.
std::filesystem::path made(const std::filesystem::path& file) {
  const int descriptor =
      ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (descriptor < 0)
    throw Error(Fault::unavailable,
                "cannot open " + file.string() + ": " + std::generic_category().message(errno));
  ::close(descriptor);
  return file;
}

}  // namespace

Anchors::Anchors(const std::filesystem::path& service_keys)
    : connection_(made(service_keys / "anchors.db"), Connection::Mode::write) {
  migrate(connection_, FileKind::anchors, anchors_schema(), (service_keys / "anchors.db").string());
}

}  // namespace storage
