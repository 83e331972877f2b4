// GETMETADATA and SETMETADATA (RFC 5464): a record for each folder that has annotations.

#include <algorithm>
#include <map>

#include "storage/annotation_rows.h"
#include "storage/mailbox_adoption.h"
#include "storage/mailbox_open.h"

namespace storage {
namespace {

RecordKey key_of(Annotated what) { return {crypto::Kind::annotations, what.value}; }

Annotations read(Connection& connection, const MailboxSeals& seals, const MailboxRoot& root,
                 Annotated what, const Reason& reason) {
  seals.pass(reason);
  const auto version = root.records.find(key_of(what));
  if (!version) seals.corrupt("version of annotations of folder", what.value);
  auto row = connection.query("select d from annotation where mailbox = ? and folder = ?",
                              seals.mailbox().value, what.value);
  const bool found = row.next();
  if (!version->exists()) {
    if (found) seals.report("annotations of another time, of folder", what.value);
    return {};
  }
  if (!found) seals.corrupt("row of annotations of folder", what.value);
  return decoded_annotations(
      seals.open(crypto::Kind::annotations, what.value, version->version, row.blob(0), reason));
}

Annotations read(Folders& folders, Connection& connection, Annotated what, const Reason& reason) {
  return read(connection, folders.seals(), folders.current_root(), what, reason);
}

Bytes sealed(const Folders& folders, Annotated what, const Annotations& annotations,
             std::uint32_t epoch) {
  return folders.seals().seal(crypto::Kind::annotations, what.value, folders.version(),
                              encoded(annotations), epoch);
}

void insert(Folders& folders, Connection& connection, Annotated what, const Bytes& sealed) {
  connection.run("insert or replace into annotation(mailbox, folder, d) values(?, ?, ?)",
                 folders.seals().mailbox().value, what.value, sealed);
  folders.edit_root().records.set(key_of(what), {folders.version()});
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
  const auto before = read(folders, connection, what, reason);
  const auto after = applied(before, changes);
  if (after.empty()) {
    remove_annotations(folders, connection, what);
    return Annotating::done;
  }
  const auto record = sealed(folders, what, after, folders.epoch());
  const auto mailbox = folders.seals().mailbox();
  const bool is_too_many =
      after.size() > annotation_limit ||
      size_of_others(connection, mailbox, what) + record.size() > annotations_limit;
  if (is_too_many && adds(before, after)) return Annotating::too_many;
  insert(folders, connection, what, record);
  return Annotating::done;
}

}  // namespace

void copy_annotations(Folders& folders, Connection& connection, FolderId from, FolderId to,
                      const Reason& reason) {
  const auto annotations = read(folders, connection, from, reason);
  if (annotations.empty()) return;
  const auto record = sealed(folders, to, annotations, folders.epoch());
  if (size_of_others(connection, folders.seals().mailbox(), to) + record.size() > annotations_limit)
    throw Error(Fault::limit, "the mailbox would have too many annotations",
                "remove some of the folder's");
  insert(folders, connection, to, record);
}

void remove_annotations(Folders& folders, Connection& connection, FolderId folder) {
  connection.run("delete from annotation where mailbox = ? and folder = ?",
                 folders.seals().mailbox().value, folder.value);
  const auto version = folders.current_root().records.find(key_of(folder));
  if (!version || version->exists()) folders.edit_root().records.set(key_of(folder), {});
}

void remove_annotations(Connection& connection, MailboxId mailbox) {
  connection.run("delete from annotation where mailbox = ?", mailbox.value);
}

void seal_annotations_anew(Folders& folders, Connection& connection, std::uint32_t epoch,
                           const Reason& reason) {
  for (const auto& [key, version] : folders.current_root().records.all()) {
    if (key.kind != crypto::Kind::annotations) continue;
    const Annotated what(key.row);
    const auto annotations = read(folders, connection, what, reason);
    insert(folders, connection, what, sealed(folders, what, annotations, epoch));
  }
}

void adopt_annotations(Folders& folders, Connection& connection, const Reason& reason) {
  std::map<Annotated, Bytes> found;
  {
    auto rows = connection.query("select folder, d from annotation where mailbox = ?",
                                 folders.seals().mailbox().value);
    while (rows.next()) found.emplace(Annotated(rows.integer(0)), copy_of(rows.blob(1)));
  }
  for (auto& [what, record] : found) {
    try {
      const auto plain = folders.seals().open(crypto::Kind::annotations, what.value,
                                              before_versions, record, reason);
      record = sealed(folders, what, decoded_annotations(plain), folders.epoch());
    } catch (const Error& error) {
      if (error.fault() != Fault::corrupt) throw;  // logged; it stays as it is
    }
    insert(folders, connection, what, record);
  }
}

Annotations Mailbox::annotations(Annotated what, const Reason& reason) {
  auto now = open_->snapshot(reason);
  return read(now.connection(), open_->seals(), now.root(), what, reason);
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
