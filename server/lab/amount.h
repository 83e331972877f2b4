#pragma once
// How much mail, and which fields of it: what is predicted and what was read, in the same numbers.

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <string>

namespace server::lab {

struct Amount {
  std::int64_t messages = 0;
  std::int64_t arrivals = 0, spooled = 0;      // not filed yet; on its way elsewhere
  std::int64_t octets = 0, opaque = 0;         // of all three; opaque: sealed once more, not read
  std::map<std::string, std::int64_t> fields;  // RULES.md here says which

  bool operator==(const Amount&) const = default;
  Amount& operator+=(const Amount&);

  std::int64_t pieces() const { return messages + arrivals + spooled; }
};

boost::json::object described(const Amount&);

// From an object that has these members; others are passed over.
Amount amount_in(const boost::json::object&);

}  // namespace server::lab
