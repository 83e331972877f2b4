#pragma once
// UPDATE of the searching commands (RFC 5267 4.3).

#include <optional>
#include <string>
#include <vector>

#include "imap/commands/commands.h"
#include "imap/search/order.h"
#include "imap/search/query.h"
#include "imap/search/returning.h"

namespace imap::commands {

class Updating {
 public:
  // Made before the search, which may change what "$" is. Throws BadSyntax when the tag is in use
  // by another search that is kept up to date.
  Updating(Session&, const Request&, const std::optional<search::Returning>&);

  // If it was asked for: from here on the client is told of changes, or that it will not be
  // (NOUPDATE). `in_order`: the results; without criteria they are in mailbox order.
  void begin(std::string correlator, bool by_uid, const search::Query&,
             std::vector<search::Sortable> in_order, std::vector<search::Criterion>);
  void begin(std::string correlator, bool by_uid, const search::Query&,
             const std::vector<search::Hit>&);
  void refuse(const std::string& why);

 private:
  Session& session_;
  std::string tag_;
  std::optional<std::vector<FetchItem>> items_;
  std::vector<Uid> saved_;
};

}  // namespace imap::commands
