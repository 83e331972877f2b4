#include "server/lab/amount.h"

namespace server::lab {

namespace json = boost::json;

Amount& Amount::operator+=(const Amount& other) {
  messages += other.messages;
  arrivals += other.arrivals;
  spooled += other.spooled;
  octets += other.octets;
  opaque += other.opaque;
  for (const auto& [name, count] : other.fields) fields[name] += count;
  return *this;
}

json::object described(const Amount& amount) {
  return {{"messages", amount.messages}, {"arrivals", amount.arrivals},
          {"spooled", amount.spooled},   {"octets", amount.octets},
          {"opaque", amount.opaque},     {"fields", json::value_from(amount.fields)}};
}

Amount amount_in(const json::object& line) {
  const auto number = [&](const char* member) { return line.at(member).to_number<std::int64_t>(); };
  return {
      number("messages"), number("arrivals"),
      number("spooled"),  number("octets"),
      number("opaque"),   json::value_to<std::map<std::string, std::int64_t>>(line.at("fields"))};
}

}  // namespace server::lab
