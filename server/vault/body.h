#pragma once
// A JSON body of a client, parsed into memory that is wiped (it may hold a key), and the checks
// that all requests share. What does not fit throws Refusal 400.

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "server/vault/secret.h"

namespace vault {

class Body {
 public:
  explicit Body(std::string_view text);  // an object, at most 8 deep

  const boost::json::object& root() const { return value_.as_object(); }
  // Null members are absent ones.
  const boost::json::value* find(std::string_view name) const;

 private:
  Secret memory_;
  boost::json::monotonic_resource arena_;
  boost::json::value value_;
};

const boost::json::value* present(const boost::json::object&, std::string_view name);

std::string text_in(const boost::json::value&, std::string_view what);
bool bool_in(const boost::json::value&, std::string_view what);
std::int64_t number_in(const boost::json::value&, std::string_view what);
const boost::json::object& object_in(const boost::json::value&, std::string_view what);
// base64url without padding. No value at all is refused too.
Secret octets_in(const boost::json::value*, std::string_view what);

}  // namespace vault
