#include "imap/uid_only.h"

#include <algorithm>

namespace imap {
namespace {

[[noreturn]] void refuse() {
  throw BadSyntax("[UIDREQUIRED] UIDONLY is enabled: messages are named by UID");
}

// "$" names messages, not numbers (RFC 5182).
bool has_numbers(const search::Key& key) {
  if (key.kind == search::Key::Kind::numbers && !key.set.is_saved()) return true;
  return std::any_of(key.keys.begin(), key.keys.end(), has_numbers);
}

}  // namespace

void refuse_numbers(const Session& session, const Command& command) {
  if (!session.is_uid_only() || command.name == "EXPUNGE") return;
  if (find_command("UID " + std::string(command.name)) != nullptr) refuse();
}

void refuse_numbers(const Session& session, const search::Key& key) {
  if (session.is_uid_only() && has_numbers(key)) refuse();
}

void refuse_numbers(const Session& session, const SelectParameters& parameters) {
  if (session.is_uid_only() && parameters.resync && parameters.resync->matched) refuse();
}

}  // namespace imap
