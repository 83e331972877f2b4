#pragma once
// A new file with mail in it, for its owner alone.

#include <filesystem>
#include <string_view>

#include "base/clock.h"

namespace server::transfer {

class OutputFile {
 public:
  // Throws exists when there is something of that name, denied, unavailable.
  explicit OutputFile(const std::filesystem::path&);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view);      // throws unavailable
  void set_modified(UnixTime time);  // the file's time, after the last write
  void close();                      // throws unavailable when not all was written

 private:
  int descriptor_;
};

// With all that is missing above it, each 0700. Throws denied, unavailable, exists.
void make_directories(const std::filesystem::path&);

}  // namespace server::transfer
