#include "tests/support/examples.h"

#include "crypto/password.h"
#include "imap/mime/prepare.h"

namespace test_support {

namespace {

constexpr storage::Reason preparing{crypto::Cause::deliver, crypto::Actor::service()};

FolderId folder_of(storage::Mailbox& mailbox, const std::string& name) {
  if (mailbox.tree()->find(name) == nullptr)
    mailbox.create_folder(name, storage::SpecialUse::none, preparing);
  return mailbox.tree()->folder(name);
}

}  // namespace

std::vector<Letter> letters(std::size_t count, const Letter& letter) {
  return std::vector<Letter>(count, letter);
}

void fill(MailServer& server, const std::string& folder, const std::vector<Letter>& letters,
          const std::string& account) {
  const auto mailbox = server.mailbox(account);
  std::vector<storage::NewMessage> messages;
  for (const auto& letter : letters)
    messages.push_back(imap::mime::prepare(letter.octets, letter.flags, letter.date, letter.zone));
  const auto id = folder_of(*mailbox, folder);
  mailbox->append(id, std::move(messages), preparing);
  mailbox->select(id, storage::Mailbox::Recent::claim, preparing);
}

std::string letter_of(std::size_t octets) {
  std::string letter = "Subject: x\r\n\r\n";
  letter.resize(octets, 'x');
  return letter;
}

void remove_default_folders(MailServer& server) {
  const auto mailbox = server.mailbox();
  const auto tree = mailbox->tree();
  for (const auto& name : tree->subscribed()) mailbox->unsubscribe(name, preparing);
  for (const auto& [name, node] : tree->nodes())
    if (name != "INBOX") mailbox->remove_folder(name, preparing);
}

void create(MailServer& server, const std::vector<std::string>& folders) {
  for (const auto& name : folders) folder_of(*server.mailbox(), name);
}

void subscribe(MailServer& server, const std::vector<std::string>& folders) {
  const auto mailbox = server.mailbox();
  for (const auto& name : folders) mailbox->subscribe(name, preparing);
}

namespace {

void add_account(MailServer& server, const std::string& name,
                 const crypto::StoredPassword& password) {
  auto& directory = server.directory();
  const auto dep = directory.dep(directory.mailbox(server.account().mailbox).dep);
  server.mailboxes().create(name, password, dep);
}

}  // namespace

void create_accounts(MailServer& server, const std::vector<std::string>& names) {
  for (const auto& name : names) add_account(server, name, server.account().password);
}

void create_account(MailServer& server, const std::string& name, const std::string& password) {
  add_account(server, name, crypto::hash_password(password));
}

std::string uid_validity(MailServer& server, const std::string& folder) {
  const auto mailbox = server.mailbox();
  return std::to_string(mailbox->state(mailbox->tree()->folder(folder), preparing).uid_validity);
}

std::string with(std::string transcript, std::string_view what, std::string_view by) {
  for (auto at = transcript.find(what); at != transcript.npos;
       at = transcript.find(what, at + by.size()))
    transcript.replace(at, what.size(), by);
  return transcript;
}

}  // namespace test_support
