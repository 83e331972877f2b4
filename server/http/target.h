#pragma once
// The request target, taken apart (RFC 3986): nothing is merged, resolved or redirected.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

struct Target {
  // Between the slashes, percent-decoded: "/keys/a//wrapkey" is {"keys","a","","wrapkey"}, "/keys/"
  // is {"keys",""}, "/" is {""}.
  std::vector<std::string> segments;
  // Names and values percent-decoded, "+" as it is, in order.
  std::vector<std::pair<std::string, std::string>> query;

  // The first of that name, in the very letters.
  std::optional<std::string_view> value(std::string_view name) const;
};

// Throws invalid: no leading slash, a broken percent escape, a control character, encoded or not.
Target parse_target(std::string_view raw);

// What is not unreserved becomes %XX: for building a target.
std::string percent_encoded(std::string_view);

}  // namespace http
