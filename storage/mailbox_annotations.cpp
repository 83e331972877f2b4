// GETMETADATA and SETMETADATA (RFC 5464): a record for each folder that has annotations.

#include <algorithm>

#include "storage/annotation_rows.h"
#include "storage/mailbox_open.h"

namespace storage {
namespace {

Annotations read(Connection& connection, const MailboxSeals& seals, Annotated what,
                 const Reason& reason) {
  seals.pass(reason);
  auto row = connection.query("select d from annotation where mailbox = ? and folder = ?",
                              seals.mailbox().value, what.value);
  if (!row.next()) return {};
  return decoded_annotations(
      seals.open(crypto::Kind::annotations, what.value, row.blob(0), reason));
}

Bytes sealed(const MailboxSeals& seals, Annotated what, const Annotations& annotations,
             std::uint32_t epoch) {
  return seals.seal(crypto::Kind::annotations, what.value, encoded(annotations), epoch);
}

void insert(Connection& connection, MailboxId mailbox, Annotated what, const Bytes& sealed) {
  connection.run("insert or replace into annotation(mailbox, folder, d) values(?, ?, ?)",
                 mailbox.value, what.value, sealed);
}

Annotations applied(Annotations annotations, const AnnotationChanges& changes) {
  for (const auto& [name, value] : changes) {
    if (value) {
      annotations.insert_or_assign(name, *value);
    } else {
      annotations.erase(name);
    }
  }
  return annotations;
}

std::vector<std::string> names_of(const AnnotationChanges& changes) {
  std::vector<std::string> names;
  for (const auto& [name, value] : changes) names.push_back(name);
  return names;
}

bool adds(const Annotations& before, const Annotations& after) {
  return std::ranges::any_of(after, [&](const auto& entry) {
    const auto found = before.find(entry.first);
    return found == before.end() || found->second.size() < entry.second.size();
  });
}

std::size_t size_of_others(Connection& connection, MailboxId mailbox, Annotated what) {
  return static_cast<std::size_t>(connection
                                      .number("select coalesce(sum(length(d)), 0) from annotation"
                                              " where mailbox = ? and folder <> ?",
                                              mailbox.value, what.value)
                                      .value());
}

Annotating write(Folders& folders, Connection& connection, Annotated what,
                 const AnnotationChanges& changes, const Reason& reason) {
  const auto& seals = folders.seals();
  const auto before = read(connection, seals, what, reason);
  const auto after = applied(before, changes);
  if (after.empty()) {
    remove_annotations(connection, seals.mailbox(), what);
    return Annotating::done;
  }
  const auto record = sealed(seals, what, after, folders.epoch());
  const bool is_too_many =
      after.size() > annotation_limit ||
      size_of_others(connection, seals.mailbox(), what) + record.size() > annotations_limit;
  if (is_too_many && adds(before, after)) return Annotating::too_many;
  insert(connection, seals.mailbox(), what, record);
  return Annotating::done;
}

}  // namespace

void copy_annotations(Folders& folders, Connection& connection, FolderId from, FolderId to,
                      const Reason& reason) {
  const auto& seals = folders.seals();
  const auto annotations = read(connection, seals, from, reason);
  if (annotations.empty()) return;
  const auto record = sealed(seals, to, annotations, folders.epoch());
  if (size_of_others(connection, seals.mailbox(), to) + record.size() > annotations_limit)
    throw Error(Fault::limit, "the mailbox would have too many annotations",
                "remove some of the folder's");
  insert(connection, seals.mailbox(), to, record);
}

void remove_annotations(Connection& connection, MailboxId mailbox, FolderId folder) {
  connection.run("delete from annotation where mailbox = ? and folder = ?", mailbox.value,
                 folder.value);
}

void remove_annotations(Connection& connection, MailboxId mailbox) {
  connection.run("delete from annotation where mailbox = ?", mailbox.value);
}

void seal_annotations_anew(Folders& folders, Connection& connection, std::uint32_t epoch,
                           const Reason& reason) {
  const auto& seals = folders.seals();
  std::vector<Annotated> all;
  {
    auto rows =
        connection.query("select folder from annotation where mailbox = ?", seals.mailbox().value);
    while (rows.next()) all.emplace_back(rows.integer(0));
  }
  for (const auto what : all) {
    const auto annotations = read(connection, seals, what, reason);
    insert(connection, seals.mailbox(), what, sealed(seals, what, annotations, epoch));
  }
}

Annotations Mailbox::annotations(Annotated what, const Reason& reason) {
  const auto reader = open_->database.readers.lease();
  return read(*reader, open_->seals(), what, reason);
}

Annotating Mailbox::annotate(Annotated what, const AnnotationChanges& changes,
                             std::optional<SpecialUse> use, const Reason& reason) {
  std::size_t bytes = small_write;
  for (const auto& [name, value] : changes) bytes += value.value_or("").size();
  return open_->write(bytes, [&](Folders& folders, Connection& connection) {
    if (what.value > 0) folders.state(connection, what, reason);  // throws not_found
    const auto outcome = write(folders, connection, what, changes, reason);
    if (outcome != Annotating::done) return outcome;
    if (use) folders.edit_tree().set_use(what, *use);
    folders.publish_annotated(what, names_of(changes));
    return outcome;
  });
}

}  // namespace storage
