#pragma once
// Mail into files: one folder after the other, a message after the other. Directories and files are
// made for their owner alone (0700, 0600), and nothing that is there is written over.
//
//   mbox     DIR/A.mbox, DIR/A/B.mbox as mboxrd; flags as fields at the end of each header
//            (mbox_status.h), which an import takes off again
//   maildir  DIR/A/{cur,new,tmp}, DIR/A/B/{...}; flags in the file name, keywords in
//            dovecot-keywords (26 a folder), the date as the time of the file
//   eml      DIR/A/000000001.eml with the very octets; the date as the time of the file

#include <filesystem>
#include <memory>
#include <string>

#include "server/transfer/mail.h"
#include "server/transfer/source.h"

namespace server::transfer {

class Target {
 public:
  virtual ~Target() = default;
  // Each throws unavailable (disk), denied, exists. begin() throws invalid for a name that cannot
  // be a path.
  virtual void begin(const std::string& folder) = 0;
  virtual void add(Mail) = 0;
  virtual void end() = 0;  // of the folder
};

// `directory` must be empty or not there: throws exists, invalid.
std::unique_ptr<Target> make_target(const std::filesystem::path& directory, Format);

}  // namespace server::transfer
