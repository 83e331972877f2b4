#include "imap/made_entries.h"

#include <algorithm>

#include "base/iso_time.h"
#include "imap/special_use.h"
#include "policy/owner_ledger.h"

namespace imap {

namespace {

using Value = MadeEntry::Value;

constexpr std::string_view monthly = "monthly";

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

// Who opened the user's own mail, and why.
Task<Value> ledger(Session& session, const Located& where) {
  auto* ledger = session.backend().ledger;
  if (ledger == nullptr) co_return std::nullopt;
  co_return co_await session.blocking([&] { return ledger->text(where.mailbox->id()); });
}

Task<Value> ledger_notice(Session& session, const Located& where) {
  auto* ledger = session.backend().ledger;
  if (ledger == nullptr) co_return std::nullopt;
  const auto id = where.mailbox->id();
  const bool wanted = co_await session.blocking([=] { return ledger->wants_notices(id); });
  co_return wanted ? Value(monthly) : std::nullopt;
}

void check_ledger_notice(const Value& value) {
  if (value && *value != monthly)
    throw Error(Fault::invalid,
                "A ledger notice comes \"monthly\" or not at all: set it to that, or to NIL");
}

Task<> set_ledger_notice(Session& session, const Value& value) {
  auto* ledger = session.backend().ledger;
  if (ledger == nullptr) throw Error(Fault::unavailable, "There is no ledger here");
  const auto id = session.mailbox().id();
  const bool wanted = value.has_value();
  co_await session.blocking([=] { ledger->want_notices(id, wanted); });
}

// So that owners see a certificate that is not theirs.
std::string recipients(const storage::Protection& set) {
  auto text = ". Set " + iso_time(set.since) + " by " + set.by;
  for (const auto& each : policy::certificates_of(set))
    text += ". Certificate of " + each.subject + ", SHA-256 " + each.fingerprint;
  if (!set.converted) text += ". Mail from before is still being encrypted";
  return text;
}

std::string described(policy::Level level, const std::optional<storage::Protection>& set) {
  switch (level) {
    case policy::Level::managed:
      return "managed: mail is sealed at rest under keys of this service; the running server reads "
             "it to serve and search it";
    case policy::Level::customer_key:
      return "customer key: mail is sealed at rest under keys that the customer's vaults open; the "
             "running server reads it to serve and search it";
    case policy::Level::end_to_end:
      break;
  }
  std::string text =
      "end-to-end: mail is encrypted to your certificates before it is stored, and the server "
      "cannot read it afterwards. SEARCH, SORT and THREAD see From, To, Cc, Date and message ids; "
      "subjects and texts are not found, and there are no previews";
  return set ? text + recipients(*set) : text;
}

// Which protection level the mailbox has, and what the server cannot see of its mail.
Task<Value> protection(Session& session, const Located& where) {
  auto& mailboxes = session.backend().mailboxes;
  const auto id = where.mailbox->id();
  const auto read = [&] { return described(mailboxes.level(id), mailboxes.protection(id)); };
  co_return co_await session.blocking(read);
}

constexpr MadeEntry table[] = {
    {MadeEntry::Of::server, "/private/vendor/sealpost/protection", protection},
    {MadeEntry::Of::server, "/shared/admin", admin},
    {MadeEntry::Of::server, "/shared/comment", server_comment},
    {MadeEntry::Of::server, "/private/vendor/sealpost/ledger", ledger},
    {MadeEntry::Of::server, "/private/vendor/sealpost/ledger-notice", ledger_notice,
     check_ledger_notice, set_ledger_notice},
    {MadeEntry::Of::folder, special_use_entry, special_use},
};

}  // namespace

std::span<const MadeEntry> made_entries() { return table; }

const MadeEntry* find_made(MadeEntry::Of of, std::string_view name) {
  const auto* found = std::ranges::find_if(
      table, [&](const MadeEntry& entry) { return entry.of == of && entry.name == name; });
  return found == std::end(table) ? nullptr : found;
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
