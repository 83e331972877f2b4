#include "tests/costs/ceilings.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <stdexcept>

namespace costs {
namespace {

const Ceiling& ceiling_of(std::string_view operation) {
  const auto found = std::ranges::find(ceilings, operation, &Ceiling::operation);
  if (found == std::end(ceilings)) throw std::out_of_range("no ceiling: " + std::string(operation));
  return *found;
}

std::string row(std::string_view operation, const Counts& counted) {
  std::string text = fmt::format("{:<40}", operation);
  for (const auto& column : columns)
    text += fmt::format(" {} {}", counted.*column.figure, column.name);
  return text;
}

}  // namespace

std::vector<std::string> excesses(const Ceiling& ceiling, const Counts& counted) {
  std::vector<std::string> found;
  for (const auto& [name, figure] : columns)
    if (counted.*figure > ceiling.most.*figure)
      found.push_back(fmt::format("{}: {} {}, {} allowed", ceiling.operation, counted.*figure, name,
                                  ceiling.most.*figure));
  return found;
}

void check(std::string_view operation, const Counts& counted) {
  BOOST_TEST_MESSAGE(row(operation, counted));
  for (const auto& line : excesses(ceiling_of(operation), counted)) BOOST_ERROR(line);
}

}  // namespace costs
