#pragma once
// What each mailbox has in it, piece by piece, by the index that it keeps of its mail: from this
// and the rules it is predicted how many octets and which fields a set of keys opens. The reader
// lists it, with all assets together; a mailbox that these do not open is in no prediction.

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/lab/amount.h"

namespace server::lab {

class Inventory {
 public:
  // As the reader prints it (tests/reader/contents.py).
  explicit Inventory(const boost::json::array&);

  // `counted` with octets, opaque and fields of these messages, of what waits, and of the folders.
  Amount amount(std::string_view source, std::int64_t mailbox,
                const std::set<std::int64_t>& messages, Amount counted) const;

 private:
  using Values = std::vector<std::int64_t>;  // the same number, the same value
  struct Piece {
    std::int64_t octets = 0;
    bool opaque = false, attached = false;
    std::vector<Values> values;  // of each field that is counted by its values
  };
  struct Contents {
    std::map<std::string, std::int64_t> held;
    std::map<std::int64_t, Piece> messages;
    std::vector<Piece> waiting;
  };
  class Sum;

  static Piece piece(const boost::json::array&, std::size_t at);

  std::map<std::pair<std::string, std::int64_t>, Contents, std::less<>> mailboxes_;
};

}  // namespace server::lab
