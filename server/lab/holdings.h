#pragma once
// Which keys an asset holds, as its file names say; no key is read. What a memory dump holds only
// the reader can tell, which tries what it finds there: that is an input of the prediction.

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "server/lab/assets.h"
#include "server/lab/clear.h"

namespace server::lab {

class Holdings {
 public:
  // `memory`: {"copy": [[what, ...], ...], "backup": ...}, as the reader prints it.
  Holdings(const Assets&, boost::json::object memory);

  // What of the asset opens this wrap, in words; nothing when it does not. `source`: "copy" or
  // "backup", where the wrap lies.
  std::optional<std::string> opener(std::string_view asset, std::string_view source,
                                    const DepWrap&) const;
  bool holds_dep_key(std::string_view asset, std::string_view source, std::int64_t dep,
                     std::int64_t version) const;
  bool holds_mailbox_key(std::string_view asset, std::string_view source, std::int64_t mailbox,
                         std::int64_t epoch) const;
  bool holds_directory_key(std::string_view asset, std::string_view source) const;

  // Why a vault's directory gives no keys, though it is there; nothing when it does.
  std::optional<std::string> closed(std::string_view asset) const;

 private:
  bool in_memory(std::string_view asset, std::string_view source,
                 const boost::json::array& what) const;
  const std::filesystem::path* vault(std::string_view asset) const;

  Assets assets_;
  boost::json::object memory_;
};

}  // namespace server::lab
