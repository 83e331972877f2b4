// CREATE, DELETE, RENAME, SUBSCRIBE: the tree says what is allowed, the rows follow.

#include "storage/annotation_rows.h"
#include "storage/mailbox_open.h"
#include "storage/message_rows.h"

namespace storage {
namespace {

FolderId add_folder(Folders& folders, Connection& connection, const std::string& name,
                    SpecialUse use, const Reason& reason) {
  folders.require_room(connection, {.folders = 1}, reason);
  auto& tree = folders.edit_tree();
  const FolderState state{.uid_validity = next_uid_validity(tree)};
  const auto folder = folders.add_folder(connection, state);
  tree.create(name, folder, use);
  return folder;
}

// Returns the messages to settle.
std::vector<MessageId> empty_folder(Folders& folders, Connection& connection, FolderId folder,
                                    const Reason& reason) {
  FolderEdit edit(folders, connection, folder, reason);
  std::vector<Entry> gone;
  edit.each(FolderEdit::Damaged::refuse, [&](const Entry& entry) {
    gone.push_back(entry);
    edit.expunge(entry);
  });
  edit.finish();
  return release_messages(connection, folders.seals(), gone);
}

// RFC 3501 6.3.5: the messages move, INBOX stays; its annotations are copied (RFC 5464 4.1).
void rename_inbox(Folders& folders, Connection& connection, const std::string& to,
                  const Reason& reason) {
  const auto inbox = folders.current_tree().folder("INBOX");
  const auto folder = add_folder(folders, connection, to, SpecialUse::none, reason);
  transfer(folders, connection, inbox, std::nullopt, folder, Transfer::move, all_flags, reason);
  copy_annotations(folders, connection, inbox, folder, reason);
}

}  // namespace

void Mailbox::create_folder(const std::string& name, SpecialUse use, const Reason& reason) {
  open_->write(small_write, [&](Folders& folders, Connection& connection) {
    add_folder(folders, connection, name, use, reason);
  });
}

void Mailbox::remove_folder(const std::string& name, const Reason& reason) {
  const auto released = open_->write(small_write, [&](Folders& folders, Connection& connection) {
    const auto folder = folders.edit_tree().remove(name);
    auto messages = empty_folder(folders, connection, folder, reason);
    remove_annotations(folders, connection, folder);
    folders.remove_folder(connection, folder, reason);
    return messages;
  });
  open_->settle(released, reason);
}

void Mailbox::rename_folder(const std::string& from, const std::string& to, const Reason& reason) {
  open_->write(small_write, [&](Folders& folders, Connection& connection) {
    if (checked_folder_name(from) == "INBOX") return rename_inbox(folders, connection, to, reason);
    folders.edit_tree().rename(from, to);
  });
}

void Mailbox::subscribe(const std::string& name, const Reason&) {
  open_->write(small_write,
               [&](Folders& folders, Connection&) { folders.edit_tree().subscribe(name); });
}

void Mailbox::set_rights(FolderId folder, const Grantee& grantee, Rights rights, const Reason&) {
  open_->write(small_write, [&](Folders& folders, Connection&) {
    folders.edit_tree().set_rights(folder, grantee, rights);
  });
}

void Mailbox::unsubscribe(const std::string& name, const Reason&) {
  open_->write(small_write,
               [&](Folders& folders, Connection&) { folders.edit_tree().unsubscribe(name); });
}

}  // namespace storage
