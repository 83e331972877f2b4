#include "tests/support/storage_store.h"

#include <stdlib.h>

#include <random>

#include "storage/sqlite.h"

namespace storage_test {

using storage::Entry;

TempDirectory::TempDirectory() {
  auto name = (std::filesystem::temp_directory_path() / "sealpost-test-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a directory");
  path_ = name;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

crypto::MailboxKey Keys::of(MailboxId mailbox) {
  const crypto::Place place{.kind = crypto::Kind::mailbox_key, .mailbox = mailbox};
  if (!wrapped_.contains(mailbox))
    wrapped_[mailbox] = crypto::Aead::wrap(crypto::MailboxKey::generate(), dep_, place);
  return crypto::Aead::unwrap(wrapped_[mailbox], dep_, place);
}

std::filesystem::path Store::directory() const {
  return directory_.empty() ? temporary_.path() : directory_;
}

void Store::open() {
  database_ = std::make_unique<storage::MailDatabase>(DatabaseId(1), directory());
  mailbox_ = other(MailboxId(1));
}

void Store::close() {
  mailbox_.reset();
  database_.reset();
}

std::shared_ptr<storage::Mailbox> Store::other(MailboxId id) {
  return std::make_shared<storage::Mailbox>(*database_, id, storage::EpochKey{keys_.of(id), 1},
                                            std::nullopt, std::make_shared<OpenGate>());
}

FolderId Store::folder(std::string_view name) { return mailbox_->tree()->folder(name); }

Uid Store::add(std::string octets, std::string_view to) {
  std::vector<storage::NewMessage> messages;
  messages.push_back(sample_message(std::move(octets)));
  return mailbox_->append(folder(to), std::move(messages), reading).uids.at(0);
}

std::vector<Uid> Store::add_many(std::size_t count, std::string_view to) {
  std::vector<storage::NewMessage> messages;
  for (std::size_t n = 0; n < count; ++n)
    messages.push_back(sample_message("message " + std::to_string(n)));
  return mailbox_->append(folder(to), std::move(messages), reading).uids;
}

std::vector<Entry> Store::entries(std::string_view of) {
  return mailbox_->select(folder(of), storage::Mailbox::Recent::look, reading).entries.copied();
}

Entry Store::entry(Uid uid, std::string_view of) {
  for (const auto& entry : entries(of))
    if (entry.uid == uid) return entry;
  throw std::runtime_error("no such entry");
}

storage::FolderState Store::state(std::string_view of) {
  return mailbox_->state(folder(of), reading);
}

std::string Store::read(const Entry& entry) {
  return mailbox_->octets(entry, 0, entry.size, reading);
}

std::vector<std::string> Store::summaries(std::string_view of) {
  const auto all = entries(of);
  std::vector<std::string> found(all.size());
  mailbox_->summaries(
      folder(of), all, [&](std::size_t n, std::string_view summary) { found[n] = summary; },
      reading);
  return found;
}

void Store::flag(std::vector<Uid> uids, std::uint8_t system, std::string_view in) {
  mailbox_->store(folder(in), uids, storage::FlagMode::add, {.system = system, .keywords = {}},
                  std::nullopt, reading);
}

std::string sample_octets(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string octets(size, '\0');
  for (auto& octet : octets) octet = static_cast<char>(random());
  return octets;
}

std::string summary_of(std::string_view octets) {
  return "summary of " + std::string(octets.substr(0, 100));
}

storage::NewMessage sample_message(std::string octets) {
  storage::NewMessage message;
  message.summary = summary_of(octets);
  message.header_text = "header of " + octets.substr(0, 100);
  message.body_text = "body of " + octets.substr(0, 100);
  message.internal_date = 1'700'000'000;
  message.zone = 90;
  message.octets = std::move(octets);
  return message;
}

void tamper(const std::filesystem::path& file, const std::string& sql) {
  storage::Connection connection(file, storage::Connection::Mode::write);
  connection.script(sql);
}

}  // namespace storage_test
