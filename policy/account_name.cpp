#include "policy/account_name.h"

#include <algorithm>

#include "base/error.h"

namespace policy {

namespace {

constexpr std::string_view specials = "()<>[]:;@\\,\"%*/+";

bool is_allowed(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet > ' ' && octet != 0x7f && specials.find(c) == std::string_view::npos;
}

bool is_dotted(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos && std::ranges::all_of(text, is_allowed);
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (auto& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return lower;
}

std::string checked_account_name(std::string_view name) {
  const auto at = name.find('@');
  const auto local = name.substr(0, at);
  const bool domain_fits = at == std::string_view::npos || is_dotted(name.substr(at + 1));
  if (name.size() > address_limit || local.size() > local_part_limit || !is_dotted(local) ||
      !domain_fits)
    throw Error(Fault::invalid, "that is no name of an account",
                "use an address, like ada@example.org");
  return lower_case(name);
}

std::string checked_address(std::string_view address) {
  if (address.find('@') == std::string_view::npos)
    throw Error(Fault::invalid, "that is no address", "an address has a domain: ada@example.org");
  return checked_account_name(address);
}

}  // namespace policy
