// RFC 5161. Unknown names are passed over, as it says; so are those that need no enabling.

#include <algorithm>

#include "imap/commands/commands.h"

namespace imap::commands {

namespace {

constexpr std::string_view enabled_by_name[] = {
    "IMAP4rev2",    // RFC 9051 6.3.1
    "CONDSTORE",    // RFC 7162 3.1
    "QRESYNC",      // RFC 7162 3.2.3
    "UIDONLY",      // RFC 9586 section 3
    "UTF8=ACCEPT",  // RFC 6855 section 3
};

}  // namespace

Task<Reply> enable(Session& session, Request& request) {
  std::vector<std::string_view> names;
  do {
    request.space();
    const auto name = upper_ascii(request.atom());
    const auto same = [&](std::string_view known) { return upper_ascii(known) == name; };
    const auto found = std::find_if(std::begin(enabled_by_name), std::end(enabled_by_name), same);
    if (found == std::end(enabled_by_name)) continue;
    if (std::find(names.begin(), names.end(), *found) == names.end()) names.push_back(*found);
  } while (!request.at_end());
  std::string line = "ENABLED";
  for (const auto name : names) {
    if (name == "CONDSTORE" || name == "QRESYNC") session.enable_condstore();
    session.enable(std::string(name));
    line += ' ' + std::string(name);
  }
  session.say(line);
  co_return ok("ENABLE completed");
}

}  // namespace imap::commands
