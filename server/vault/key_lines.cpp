#include "server/vault/key_lines.h"

#include <iostream>

namespace vault {
namespace {

namespace json = boost::json;

void print_line(const json::value& kid, const json::object& item) {
  const auto& attributes = item.at("attributes").as_object();
  std::cout << std::string_view(kid.as_string()) << "  "
            << (attributes.at("enabled").as_bool() ? "enabled" : "disabled");
  if (const auto* expires = attributes.if_contains("exp")) std::cout << "  expires " << *expires;
  if (const auto* purged = item.if_contains("scheduledPurgeDate"))
    std::cout << "  deleted, purged at " << *purged;
  std::cout << '\n';
}

}  // namespace

OwnerLine line_of(const Values& given) {
  return OwnerLine(directory_of(given), passphrase_of(given));
}

void print_bundle(const Values& given, const json::value& bundle) {
  if (as_json(given)) return print(bundle);
  print_line(bundle.at("key").at("kid"), bundle.as_object());
}

void print_items(const Values& given, const json::array& items) {
  if (as_json(given)) return print(items);
  for (const auto& item : items) print_line(item.at("kid"), item.as_object());
}

void for_key_name(Description& description) {
  description.add_options()("name", required(), "the key");
  add_passphrase(description);
}

}  // namespace vault
