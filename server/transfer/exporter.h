#pragma once
// From a mailbox into files, folder by folder. Memory: a message and a piece of the stream.

#include <filesystem>
#include <string>
#include <vector>

#include "server/transfer/link.h"
#include "server/transfer/source.h"

namespace server::transfer {

struct Export {
  std::string account;
  std::filesystem::path directory;  // must be empty or not there
  Format format = Format::maildir;
  std::string folder;  // only this one and those below it; "": all
};

struct ExportedFolder {
  std::string name;
  std::uint64_t exported = 0;
};

struct ExportResult {
  std::vector<ExportedFolder> folders;
  std::uint64_t skipped = 0;  // damaged in the store, or of a folder whose name cannot be a path
  std::uint64_t exported() const;
};

// Throws what Link and Target throw, and not_found when there is no such folder; what was written
// stays.
ExportResult export_mail(Link&, const Export&, const Observer&);

}  // namespace server::transfer
