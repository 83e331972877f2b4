#pragma once
// The JSON object of a request, read member by member: wrong types, missing and unknown members are
// refused by name.

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace server::admin {

class Fields {
 public:
  // No body is an empty object. Throws invalid for what is no JSON object.
  explicit Fields(std::string_view body);

  // Each throws invalid. What was read is known; finish() refuses the rest.
  std::string text(std::string_view name);
  std::optional<std::string> find_text(std::string_view name);
  std::optional<bool> find_flag(std::string_view name);
  std::vector<std::string> texts(std::string_view name);  // at least one
  void finish() const;

 private:
  const boost::json::value* find(std::string_view name);

  boost::json::object object_;
  std::vector<std::string> known_;
};

}  // namespace server::admin
