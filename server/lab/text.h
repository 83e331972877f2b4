#pragma once
// The report for a terminal.

#include <boost/json.hpp>
#include <iosfwd>

namespace server::lab {

void print_text(std::ostream&, const boost::json::object& report);

}  // namespace server::lab
