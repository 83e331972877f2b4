#pragma once
// A mailbox database in a directory of its own, and a mailbox in it that can be closed and opened
// again under the same key.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/aead.h"
#include "storage/mail_database.h"
#include "storage/mailbox.h"

namespace storage_test {

// Removed with all in it.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class OpenGate final : public storage::Gate {
 public:
  void pass(const crypto::Actor&) const override {}
};

inline constexpr storage::Reason reading{crypto::Cause::fetch, crypto::Actor::service()};

// Keys that can be given out again and again, as a DEP does.
class Keys {
 public:
  Keys() : dep_(crypto::DepKey::generate()) {}
  crypto::MailboxKey of(MailboxId);  // the same for the same mailbox

 private:
  crypto::DepKey dep_;
  std::map<MailboxId, crypto::WrappedKey<crypto::MailboxLevel>> wrapped_;
};

class Store {
 public:
  Store() { open(); }
  explicit Store(std::filesystem::path directory) : directory_(std::move(directory)) { open(); }

  storage::MailDatabase& database() { return *database_; }
  storage::Mailbox& mailbox() { return *mailbox_; }
  storage::Mailbox* operator->() { return mailbox_.get(); }
  std::shared_ptr<storage::Mailbox> other(MailboxId);  // another mailbox of the database
  std::filesystem::path directory() const;
  std::filesystem::path file() const { return directory() / "store.db"; }

  void close();
  void open();
  void reopen() {
    close();
    open();
  }

  // ---- INBOX, unless another folder is named
  FolderId folder(std::string_view name = "INBOX");
  Uid add(std::string octets, std::string_view to = "INBOX");
  std::vector<Uid> add_many(std::size_t count, std::string_view to = "INBOX");
  std::vector<storage::Entry> entries(std::string_view of = "INBOX");
  storage::Entry entry(Uid, std::string_view of = "INBOX");
  storage::FolderState state(std::string_view of = "INBOX");
  std::string read(const storage::Entry&);
  std::vector<std::string> summaries(std::string_view of = "INBOX");  // one an entry, "" if none
  void flag(std::vector<Uid>, std::uint8_t system, std::string_view in = "INBOX");

 private:
  TempDirectory temporary_;
  std::filesystem::path directory_;
  Keys keys_;
  std::unique_ptr<storage::MailDatabase> database_;
  std::shared_ptr<storage::Mailbox> mailbox_;
};

// Octets with all values in them, the same for the same seed.
std::string sample_octets(std::size_t size, unsigned seed = 1);
// Its summary and texts say which octets they belong to.
storage::NewMessage sample_message(std::string octets);
std::string summary_of(std::string_view octets);

// Raw SQL on a closed database, as a thief with write access has it.
void tamper(const std::filesystem::path& file, const std::string& sql);

}  // namespace storage_test
