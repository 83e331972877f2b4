#include "policy/url_access.h"

#include <algorithm>
#include <utility>

#include "crypto/url_token.h"
#include "policy/account_name.h"

namespace policy {
namespace {

// The names of clients' entries begin with '/' (RFC 5464 3.2).
const std::string key_entry = "urlauth key";

void put(storage::Mailbox& mailbox, FolderId folder, ByteView key, const storage::Reason& reason) {
  storage::AnnotationChanges changes;
  auto& value = changes[key_entry].emplace(text_of(key));
  const auto outcome = mailbox.annotate(folder, changes, std::nullopt, reason);
  crypto::wipe(value.data(), value.size());
  if (outcome == storage::Annotating::too_many)
    throw Error(Fault::limit, "the folder has as many annotations as it may have",
                "remove one of them");
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

UrlAccess::UrlAccess(storage::Directory& directory, Mailboxes& mailboxes, const Clock& clock,
                     std::string_view host)
    : directory_(directory), mailboxes_(mailboxes), clock_(clock), host_(lower_case(host)) {}

bool UrlAccess::is_here(std::string_view server) const {
  const auto colon = std::min(server.find(':'), server.size());
  return lower_case(server.substr(0, colon)) == host_ &&
         std::ranges::all_of(server.substr(std::min(colon + 1, server.size())), is_digit);
}

std::shared_ptr<storage::Mailbox> UrlAccess::open(std::string_view owner) {
  const auto account = directory_.find_by_address(lower_case(owner));
  if (!account || account->name != lower_case(owner) || !account->enabled) return nullptr;
  return mailboxes_.open(account->mailbox, crypto::ActorClass::user);
}

crypto::SecretBytes UrlAccess::key(storage::Mailbox& mailbox, FolderId folder,
                                   const storage::Reason& reason) {
  if (auto found = find_key(mailbox, folder, reason)) return std::move(*found);
  const std::lock_guard lock(making_);
  if (auto found = find_key(mailbox, folder, reason)) return std::move(*found);
  auto made = crypto::new_url_key();
  put(mailbox, folder, made, reason);
  return made;
}

std::optional<crypto::SecretBytes> UrlAccess::find_key(storage::Mailbox& mailbox, FolderId folder,
                                                       const storage::Reason& reason) {
  auto annotations = mailbox.annotations(folder, reason);
  const auto found = annotations.find(key_entry);
  if (found == annotations.end()) return std::nullopt;
  auto& value = found->second;
  const auto octets = bytes_of(value);
  crypto::SecretBytes key(octets.begin(), octets.end());
  crypto::wipe(value.data(), value.size());
  if (key.size() != crypto::url_key_size)
    throw Error(Fault::corrupt, "the key of a folder's URLs is damaged");
  return key;
}

void UrlAccess::reset_key(storage::Mailbox& mailbox, FolderId folder,
                          const storage::Reason& reason) {
  {
    const std::lock_guard lock(making_);
    put(mailbox, folder, crypto::new_url_key(), reason);
  }
  publish(mailbox.id(), folder);
}

void UrlAccess::remove_keys(storage::Mailbox& mailbox, const storage::Reason& reason) {
  const auto tree = mailbox.tree();
  for (const auto& [name, node] : tree->nodes())
    if (node.folder && find_key(mailbox, *node.folder, reason)) {
      mailbox.annotate(*node.folder, {{key_entry, std::nullopt}}, std::nullopt, reason);
      publish(mailbox.id(), *node.folder);
    }
}

std::shared_ptr<Watch> UrlAccess::watch(MailboxId mailbox, FolderId folder,
                                        std::function<void()> wake) {
  return watches_.watch({mailbox, folder}, std::move(wake));
}

void UrlAccess::publish(MailboxId mailbox, FolderId folder) {
  watches_.publish([&](const Subject& of) { return of == Subject(mailbox, folder); });
}

}  // namespace policy
