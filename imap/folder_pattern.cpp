#include "imap/folder_pattern.h"

#include <vector>

#include "imap/request.h"
#include "storage/tree.h"

namespace imap {

namespace {

constexpr std::string_view inbox = "INBOX";

// How far into the name case does not count.
std::size_t caseless(std::string_view name) {
  const bool is_inbox =
      name.starts_with(inbox) &&
      (name.size() == inbox.size() || name[inbox.size()] == storage::hierarchy_separator);
  return is_inbox ? inbox.size() : 0;
}

bool same(char a, char b, bool without_case) {
  return a == b || (without_case && upper_ascii({&a, 1}) == upper_ascii({&b, 1}));
}

// Positions in the pattern at which matching may stand; a wildcard may also be done with.
using Positions = std::vector<bool>;

void stand(Positions& at, std::string_view pattern, std::size_t position) {
  while (!at[position]) {
    at[position] = true;
    if (position == pattern.size() || (pattern[position] != '*' && pattern[position] != '%'))
      return;
    ++position;
  }
}

Positions step(const Positions& at, std::string_view pattern, char c, bool without_case) {
  Positions next(at.size());
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!at[i]) continue;
    if (pattern[i] == '*' || (pattern[i] == '%' && c != storage::hierarchy_separator))
      stand(next, pattern, i);
    else if (pattern[i] != '%' && same(pattern[i], c, without_case))
      stand(next, pattern, i + 1);
  }
  return next;
}

}  // namespace

bool matches(std::string_view pattern, std::string_view name) {
  const auto without_case = caseless(name);
  Positions at(pattern.size() + 1);
  stand(at, pattern, 0);
  for (std::size_t i = 0; i < name.size(); ++i) at = step(at, pattern, name[i], i < without_case);
  return at[pattern.size()];
}

}  // namespace imap
