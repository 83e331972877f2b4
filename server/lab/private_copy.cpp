#include "server/lab/private_copy.h"

#include <cstdlib>
#include <string>
#include <system_error>

#include "base/error.h"

namespace server::lab {

namespace {

namespace filesystem = std::filesystem;

filesystem::path made() {
  auto name = (filesystem::temp_directory_path() / "sealpost-lab-XXXXXX").string();
  if (!::mkdtemp(name.data()))  // mode 0700
    throw Error(Fault::unavailable, "cannot make a directory in " + name, "set TMPDIR to one");
  return name;
}

// Locks and sockets are of the process that had them.
bool is_content(const filesystem::directory_entry& entry) {
  return entry.is_regular_file() && entry.path().extension() != ".owner" &&
         entry.path().filename() != "owner" && !entry.path().string().ends_with("-shm");
}

}  // namespace

PrivateCopy::PrivateCopy(const filesystem::path& data) : path_(made()) {
  try {
    for (const auto& entry : filesystem::recursive_directory_iterator(data)) {
      if (!is_content(entry)) continue;
      const auto to = path_ / filesystem::relative(entry.path(), data);
      filesystem::create_directories(to.parent_path());
      filesystem::copy_file(entry.path(), to);
    }
  } catch (const std::system_error& error) {
    filesystem::remove_all(path_);
    throw Error(Fault::unavailable, "cannot copy " + data.string() + ": " + error.code().message(),
                "is there room in " + path_.parent_path().string() + "? TMPDIR names another");
  }
}

PrivateCopy::~PrivateCopy() {
  std::error_code ignored;
  filesystem::remove_all(path_, ignored);
}

}  // namespace server::lab
