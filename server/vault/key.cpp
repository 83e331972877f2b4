#include "server/vault/key.h"

#include "server/vault/refusal.h"

namespace vault {

Properties merged(Properties properties, const Change& change) {
  if (change.enabled) properties.enabled = *change.enabled;
  if (change.not_before) properties.not_before = change.not_before;
  if (change.expires) properties.expires = change.expires;
  if (change.operations) properties.operations = *change.operations;
  if (change.tags) properties.tags = *change.tags;
  if (properties.not_before && properties.expires && *properties.expires <= *properties.not_before)
    throw bad_parameter("exp is not after nbf.");
  return properties;
}

std::string Recovery::level() const {
  const std::string level = days < 90 ? "CustomizedRecoverable" : "Recoverable";
  return purge_protected ? level : level + "+Purgeable";
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return out;
}

}  // namespace vault
