#include "imap/annotated.h"

#include <charconv>

#include "imap/made_entries.h"

namespace imap {

namespace {

using storage::Annotations;

// Where an entry's name stands in the record of what is another user's.
std::string prefix_of(const Located& where) {
  return std::to_string(where.mailbox->id().value) + '/' + std::to_string(where.folder->value);
}

Annotations shared_part(Annotations annotations) {
  std::erase_if(annotations,
                [](const auto& entry) { return !entry.first.starts_with(shared_entries); });
  return annotations;
}

// What this user keeps for himself of another's folder is in his own mailbox.
void add_private(Annotations& annotations, const Annotations& elsewhere, const Located& where) {
  const auto prefix = prefix_of(where);
  for (const auto& [name, value] : elsewhere)
    if (name.starts_with(prefix + '/')) annotations.emplace(name.substr(prefix.size()), value);
}

Annotations stored(storage::Mailbox& own, const Subject& subject, const storage::Reason& reason) {
  auto annotations = subject.where.mailbox->annotations(subject.what, reason);
  if (subject.where.is_own()) return annotations;
  annotations = shared_part(std::move(annotations));
  add_private(annotations, own.annotations(storage::annotated_elsewhere, reason), subject.where);
  return annotations;
}

void require_some_access(const Located& where) {
  where.require(storage::Right::lookup);
  if (!has_some_access(where.rights)) where.require(storage::Right::read);
}

// The number that the text begins with, which goes with the slash after it; 0: none.
std::int64_t take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data() + text.size() || *end != '/') return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

bool has_some_access(storage::Rights rights) {
  using enum storage::Right;
  return rights.has_any({read, keep_seen, write, insert, post});
}

// As prefix_of() begins it.
std::optional<ElsewhereEntry> elsewhere_entry(std::string_view entry) {
  const MailboxId mailbox(take_number(entry));
  if (mailbox.value == 0) return std::nullopt;
  entry.remove_prefix(1);
  const FolderId folder(take_number(entry));
  if (folder.value == 0) return std::nullopt;
  return ElsewhereEntry{mailbox, folder, std::string(entry)};
}

Task<Subject> annotated(Session& session, const std::string& raw) {
  if (raw.empty())
    co_return Subject{{session.shared_mailbox(), {}, {}, {}}, storage::annotated_server};
  auto where = co_await locate(session, raw);
  const auto folder = where.existing();
  require_some_access(where);
  co_return Subject{std::move(where), folder};
}

Task<Annotations> annotations_of(Session& session, const Subject& subject,
                                 const EntryQuery& query) {
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto read = [&] { return stored(session.mailbox(), subject, reason); };
  auto annotations = co_await session.blocking(read);
  const auto of = subject.is_server() ? MadeEntry::Of::server : MadeEntry::Of::folder;
  for (const auto& entry : made_entries()) {
    if (entry.of != of || !query.matches(entry.name)) continue;
    auto value = co_await entry.value(session, subject.where);
    if (value) annotations.insert_or_assign(std::string(entry.name), std::move(*value));
  }
  co_return annotations;
}

storage::Annotating annotate(storage::Mailbox& own, const Subject& subject,
                             const storage::AnnotationChanges& changes,
                             std::optional<storage::SpecialUse> use,
                             const storage::Reason& reason) {
  const auto& where = subject.where;
  const bool is_private = !changes.empty() && changes.begin()->first.starts_with(private_entries);
  if (where.is_own() || !is_private)
    return where.mailbox->annotate(subject.what, changes, use, reason);
  storage::AnnotationChanges own_changes;
  for (const auto& [name, value] : changes) own_changes.emplace(prefix_of(where) + name, value);
  return own.annotate(storage::annotated_elsewhere, own_changes, std::nullopt, reason);
}

}  // namespace imap
