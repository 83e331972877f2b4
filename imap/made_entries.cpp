#include "imap/made_entries.h"

#include <algorithm>

#include "imap/special_use.h"

namespace imap {

namespace {

using Value = std::optional<std::string>;

Value configured(const std::string& text) { return text.empty() ? Value() : Value(text); }

// RFC 5464 3.2.1.1: how to reach who runs the server, as a URI.
Task<Value> admin(Session& session, const Located&) {
  co_return configured(session.backend().notes.admin);
}

Task<Value> server_comment(Session& session, const Located&) {
  co_return configured(session.backend().notes.comment);
}

// RFC 6154 section 4
Task<Value> special_use(Session&, const Located& where) {
  if (!where.is_own()) co_return std::nullopt;  // it is private to the owner
  const auto tree = where.mailbox->tree();
  const auto* node = tree->find(where.name);
  co_return special_use_value(node == nullptr ? storage::SpecialUse::none : node->use);
}

constexpr MadeEntry table[] = {
    {MadeEntry::Of::server, "/shared/admin", admin},
    {MadeEntry::Of::server, "/shared/comment", server_comment},
    {MadeEntry::Of::folder, special_use_entry, special_use},
};

}  // namespace

std::span<const MadeEntry> made_entries() { return table; }

bool is_made(MadeEntry::Of of, std::string_view name) {
  return std::ranges::any_of(
      table, [&](const MadeEntry& entry) { return entry.of == of && entry.name == name; });
}

std::optional<std::string> special_use_value(storage::SpecialUse use) {
  if (use == storage::SpecialUse::none) return std::nullopt;
  return std::string(attribute_of(use));
}

storage::SpecialUse special_use_of_value(const std::optional<std::string>& value) {
  if (!value || value->empty()) return storage::SpecialUse::none;
  const auto use = imap::special_use(*value);
  if (use == storage::SpecialUse::none)
    throw Error(Fault::invalid,
                "A folder has one use: \\Archive, \\Drafts, \\Junk, \\Sent or \\Trash");
  return use;
}

}  // namespace imap
