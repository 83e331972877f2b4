#include <boost/json.hpp>
#include <future>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "imap/mime/prepare.h"
#include "imap/mime/summary.h"
#include "policy/account_name.h"
#include "server/admin/people.h"
#include "server/admin/response.h"
#include "server/transfer/mail.h"
#include "server/transfer/transfer.h"
#include "server/transfer/wire.h"
#include "storage/tree.h"

namespace server::transfer {
namespace {

namespace json = boost::json;

constexpr std::size_t digests_at_once = 1024;
constexpr std::size_t piece_size = 1024 * 1024;  // of an export, about
constexpr auto user = crypto::ActorClass::user;

// In the name of the admin who asks; but what is read and written is a user's: a denial is a denial
// for both.
storage::Reason reason_for(const http::Request& request, crypto::Cause cause) {
  return {cause, crypto::Actor::of(admin::admin_of(request.peer), user)};
}

http::Response stream(http::BodySource more) {
  auto made = admin::response("application/octet-stream", {});
  made.more = std::move(more);
  return made;
}

std::string folder_of(const http::Target& target) {
  const auto name = target.value("folder");
  if (!name) throw Error(Fault::invalid, "the folder is not named", "add ?folder=NAME");
  return storage::checked_folder_name(*name);
}

std::optional<FolderId> find_folder(storage::Mailbox& mailbox, const std::string& name) {
  const auto* node = mailbox.tree()->find(name);
  return node ? node->folder : std::nullopt;
}

// Its entries, walked from request to request of a stream. The mailbox is opened anew for each
// piece, so that a key that was taken away meanwhile ends the stream.
struct Walk {
  policy::Mailboxes& mailboxes;
  MailboxId id;
  FolderId folder;
  storage::Reason reason;
  std::vector<storage::Entry> entries;
  std::size_t next = 0;
  bool ended = false;

  std::shared_ptr<storage::Mailbox> mailbox() const { return mailboxes.open(id, user); }
};

std::shared_ptr<Walk> walk(policy::Mailboxes& mailboxes, MailboxId id, FolderId folder,
                           const storage::Reason& reason) {
  auto found = std::make_shared<Walk>(Walk{mailboxes, id, folder, reason, {}});
  found->entries =
      found->mailbox()->select(folder, storage::Mailbox::Recent::look, reason).entries.copied();
  return found;
}

// ---- limits, overview

http::Response overview(storage::Mailbox& mailbox, const storage::Reason& reason) {
  std::vector<FolderId> ids;
  std::vector<std::string> names;
  const auto tree = mailbox.tree();
  for (const auto& [name, node] : tree->nodes()) {
    if (!node.folder) continue;
    ids.push_back(*node.folder);
    names.push_back(name);
  }
  json::array folders;
  for (const auto& [id, state] : mailbox.states(ids, reason))
    if (const auto name = tree->name_of(id))
      folders.push_back({{"name", *name}, {"messages", state.messages}, {"size", state.size}});
  return admin::json_response({{"folders", std::move(folders)}});
}

// ---- digests

std::optional<std::string> next_digests(Walk& walk) {
  if (walk.next == walk.entries.size()) return {};
  const auto count = std::min(digests_at_once, walk.entries.size() - walk.next);
  const auto some = std::span(walk.entries).subspan(walk.next, count);
  walk.next += count;
  std::string digests;
  walk.mailbox()->summaries(
      walk.folder, some,
      [&](std::size_t, std::string_view encoded) {
        digests += text_of(imap::mime::SummaryView(encoded).digest());
      },
      walk.reason);
  return digests;
}

// ---- append

struct Batch {
  std::vector<Mail> mail;
  std::size_t keywords_dropped = 0;
};

Batch batch_of(std::string_view body, std::uint64_t message_limit) {
  Batch batch;
  WireReader reader(
      message_limit,
      {.mail = [&](Mail mail) { batch.mail.push_back(std::move(mail)); }, .damaged = {}});
  reader.feed(body);
  reader.finish();
  if (batch.mail.size() > batch_messages)
    throw Error(Fault::invalid,
                "more than " + std::to_string(batch_messages) + " messages at once");
  return batch;
}

// A mailbox has so many keywords and no more; mail comes in without those that do not fit.
void drop_keywords(Batch& batch, const storage::Tree& tree) {
  auto room = storage::keyword_limit - tree.keywords().size();
  std::vector<std::string> added;
  const auto fits = [&](const std::string& name) {
    if (!is_keyword(name)) return false;
    const auto same = [&](const auto& other) { return imap::mime::same_name(other, name); };
    if (tree.keyword(name) || std::ranges::any_of(added, same)) return true;
    if (room == 0) return false;
    --room;
    added.push_back(name);
    return true;
  };
  for (auto& mail : batch.mail)
    batch.keywords_dropped +=
        std::erase_if(mail.flags.keywords, [&](const auto& name) { return !fits(name); });
}

std::vector<storage::NewMessage> prepared(std::span<Mail> mail) {
  std::vector<storage::NewMessage> messages;
  for (auto& one : mail)
    messages.push_back(
        imap::mime::prepare(std::move(one.octets), std::move(one.flags), one.date, one.zone));
  return messages;
}

// On two threads: it is most of the work.
std::vector<storage::NewMessage> prepared_by_two(std::span<Mail> mail) {
  const auto half = mail.size() / 2;
  auto other =
      std::async(std::launch::async, [rest = mail.subspan(half)] { return prepared(rest); });
  auto messages = prepared(mail.first(half));
  for (auto& message : other.get()) messages.push_back(std::move(message));
  return messages;
}

FolderId made_folder(storage::Mailbox& mailbox, const std::string& name,
                     const storage::Reason& reason) {
  if (const auto folder = find_folder(mailbox, name)) return *folder;
  try {
    mailbox.create_folder(name, storage::SpecialUse::none, reason);
    mailbox.subscribe(name, reason);  // or many clients would not show it
  } catch (const Error& error) {
    if (error.fault() != Fault::exists) throw;  // somebody else has made it
  }
  return mailbox.tree()->folder(name);
}

http::Response append(storage::Mailbox& mailbox, const std::string& folder, Batch batch,
                      const storage::Reason& reason) {
  drop_keywords(batch, *mailbox.tree());
  const auto id = made_folder(mailbox, folder, reason);
  const auto count = batch.mail.size();
  if (count > 0) mailbox.append(id, prepared_by_two(batch.mail), reason);
  return admin::json_response({{"appended", count}, {"keywords_dropped", batch.keywords_dropped}});
}

// ---- export

storage::FlagNames names_of(const storage::Flags& flags, const storage::Tree& tree) {
  storage::FlagNames names{.system = flags.system, .keywords = {}};
  for (std::size_t bit = 0; bit < tree.keywords().size(); ++bit)
    if (flags.has_keyword(bit)) names.keywords.push_back(tree.keywords()[bit]);
  return names;
}

// Empty when it was expunged meanwhile.
std::string exported(storage::Mailbox& mailbox, const storage::Entry& entry,
                     const storage::Reason& reason) try {
  if (entry.is_lost()) return wire_damaged(entry.uid);
  Mail mail{.octets = mailbox.octets(entry, 0, entry.size, reason),
            .flags = names_of(entry.flags, *mailbox.tree()),
            .date = entry.internal_date,
            .zone = entry.zone};
  return wire_form(mail);
} catch (const Error& error) {
  if (error.fault() == Fault::not_found) return {};
  if (error.fault() != Fault::corrupt) throw;
  return wire_damaged(entry.uid);
}

std::optional<std::string> next_messages(Walk& walk) {
  if (walk.ended) return {};
  const auto mailbox = walk.mailbox();
  std::string piece;
  while (piece.size() < piece_size && walk.next < walk.entries.size())
    piece += exported(*mailbox, walk.entries[walk.next++], walk.reason);
  walk.ended = walk.next == walk.entries.size();
  if (walk.ended) piece += wire_end;
  return piece;
}

// ---- the lab

// Reads every message and gives none of it away: how much a service that runs could read.
http::Response readable(policy::Mailboxes& mailboxes, const storage::Account& account,
                        const storage::Reason& reason) {
  std::uint64_t messages = 0, octets = 0;
  const auto tree = mailboxes.open(account.mailbox, user)->tree();
  for (const auto& [name, node] : tree->nodes()) {
    if (!node.folder) continue;
    const auto walked = walk(mailboxes, account.mailbox, *node.folder, reason);
    for (const auto& entry : walked->entries) {
      octets += walked->mailbox()->octets(entry, 0, entry.size, reason).size();
      ++messages;
    }
  }
  return admin::json_response(
      {{"account", account.name}, {"messages", messages}, {"octets", octets}});
}

using enum policy::Role;

constexpr admin::Access table[] = {
    {"GET", "/v1/transfer/{}/limits", account_admin, ""},
    {"GET", "/v1/transfer/{}/overview", account_admin, ""},
    {"GET", "/v1/transfer/{}/digests", account_admin, ""},
    {"GET", "/v1/transfer/{}/messages", account_admin, "export"},
    {"GET", "/v1/transfer/{}/readable", account_admin, "lab"},
    {"POST", "/v1/transfer/{}/messages", account_admin, "import"},
};

}  // namespace

std::span<const admin::Access> access() { return table; }

Routes::Routes(storage::Directory& directory, policy::Mailboxes& mailboxes,
               std::uint64_t message_limit)
    : directory_(directory), mailboxes_(mailboxes), message_limit_(message_limit) {}

std::optional<http::Response> Routes::answer(const http::Request& request,
                                             const http::Target& target) {
  const auto& path = target.segments;
  if (path.size() != 4 || path[0] != "v1" || path[1] != "transfer") return {};
  const auto account = directory_.account(policy::lower_case(path[2]));
  const auto call = request.method + ' ' + path[3];
  if (call == "GET limits")
    return admin::json_response(
        {{"message_limit", message_limit_},
         {"end_to_end", mailboxes_.protection(account.mailbox).has_value()}});
  if (call == "GET overview")
    return overview(*mailboxes_.open(account.mailbox, user),
                    reason_for(request, crypto::Cause::export_));
  if (call == "GET digests")
    return digests(account, folder_of(target), reason_for(request, crypto::Cause::deliver));
  if (call == "GET readable")
    return readable(mailboxes_, account, reason_for(request, crypto::Cause::lab));
  if (call == "GET messages")
    return messages(account, folder_of(target), reason_for(request, crypto::Cause::export_));
  if (call != "POST messages") throw Error(Fault::not_found, "no such path");
  auto batch = batch_of(request.body, message_limit_);
  return append(*mailboxes_.open(account.mailbox, user), folder_of(target), std::move(batch),
                reason_for(request, crypto::Cause::deliver));
}

http::Response Routes::digests(const storage::Account& account, const std::string& folder,
                               const storage::Reason& reason) {
  const auto id = find_folder(*mailboxes_.open(account.mailbox, user), folder);
  if (!id) return stream([]() -> std::optional<std::string> { return {}; });
  return stream(
      [walked = walk(mailboxes_, account.mailbox, *id, reason)] { return next_digests(*walked); });
}

http::Response Routes::messages(const storage::Account& account, const std::string& folder,
                                const storage::Reason& reason) {
  const auto id = mailboxes_.open(account.mailbox, user)->tree()->folder(folder);
  auto walked = walk(mailboxes_, account.mailbox, id, reason);
  logging::info(
      "transfer.export",
      {{"account", account.id.value}, {"folder", id.value}, {"messages", walked->entries.size()}});
  return stream([walked] { return next_messages(*walked); });
}

}  // namespace server::transfer
