#include "imap/quirks.h"

#include <algorithm>

#include "imap/request.h"

namespace imap {
namespace {

struct Quirk {
  std::string_view client;  // "NAME/VERSION", with "*"
  std::string_view capability;
  std::string_view source;  // where the failure is described
};

constexpr Quirk known[] = {
    // Outlook's cloud sync: ENABLE UIDONLY, then FETCH by number, refused as RFC 9586 demands.
    {"Microsoft Office 365/*", "UIDONLY", "https://github.com/modern-email/defects/issues/49"},
};

// "*" is any text. In time proportional to both lengths multiplied.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t at = 0, here = 0;
  auto star = std::string_view::npos;
  std::size_t resumed = 0;
  while (here < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resumed = here;
    } else if (at < pattern.size() && pattern[at] == text[here]) {
      ++at;
      ++here;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      here = ++resumed;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

bool fits_without_case(std::string_view pattern, std::string_view text) {
  return pattern.empty() || fits(upper_ascii(pattern), upper_ascii(text));
}

std::string described(const Client& client) { return client.name + '/' + client.version; }

}  // namespace

bool is_withheld(std::string_view capability, const Client& client,
                 const std::vector<Withheld>& configured) {
  const auto name = capability.substr(0, capability.find('='));
  const auto text = described(client);
  const auto concerns = [&](const Withheld& row) {
    const auto& list = row.capabilities;
    const auto same = [&](const std::string& each) { return each == capability || each == name; };
    return std::any_of(list.begin(), list.end(), same) && fits_without_case(row.client, text) &&
           fits_without_case(row.account, client.account);
  };
  const auto is_known = [&](const Quirk& quirk) {
    return quirk.capability == name && fits_without_case(quirk.client, text);
  };
  return std::any_of(std::begin(known), std::end(known), is_known) ||
         std::any_of(configured.begin(), configured.end(), concerns);
}

}  // namespace imap
