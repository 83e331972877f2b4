#pragma once
// From files into a mailbox, folder by folder, in batches. Memory: a batch, a message, the digests
// of one folder and the names of the files of one.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "server/transfer/link.h"
#include "server/transfer/source.h"

namespace server::transfer {

enum class Mode { import, dry_run };  // dry_run: all but the sending

struct Import {
  std::string account;
  std::filesystem::path path;
  std::optional<Format> format;  // none: detected
  std::string folder;            // for what lies at the path itself, and above all else; may be ""
  Mode mode = Mode::import;
};

struct ImportedFolder {
  std::string name;
  std::uint64_t imported = 0, already_there = 0;
};

struct ImportResult {
  Format format = Format::mbox;
  std::vector<ImportedFolder> folders;
  std::uint64_t skipped = 0;  // could not be read, or the server refuses it for what it is
  std::uint64_t keywords_dropped = 0;

  std::uint64_t imported() const;
  std::uint64_t already_there() const;
};

// Whether it passes over what the mailbox has. It does not at end-to-end: a second run brings all
// again. Throws what Link throws.
bool knows_what_is_there(Link&, const std::string& account);

// Throws what Link and Source throw. What was imported before that stays, and is passed over when
// the same import is begun again, if what is there is known.
ImportResult import_mail(Link&, const Import&, const Observer&);

}  // namespace server::transfer
