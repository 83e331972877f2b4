#pragma once
// The report as one HTML page that needs nothing else: no script, no other file, light and dark.

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace server::lab {

std::string page_of(const boost::json::object& report);

// What a stranger wrote, as text of HTML or within an attribute.
std::string html(std::string_view);

}  // namespace server::lab
