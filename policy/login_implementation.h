#pragma once
// policy::Login behind its door, for its own files.

#include <map>
#include <mutex>
#include <vector>

#include "policy/login.h"

namespace policy {

// What there is of a login name.
struct Found {
  std::uint64_t changes = 0;                     // of the directory, before it was looked up
  std::optional<storage::Account> account;       // an alias is no login
  std::vector<storage::Credential> credentials;  // where they were asked for

  bool is_enabled() const { return account && account->enabled; }
};

// One of its passwords: its own, or an app password.
struct Candidate {
  const crypto::StoredPassword* stored;
  const storage::Credential* app = nullptr;  // null: its own

  std::int64_t credential() const { return app ? app->id : 0; }
  bool serves(Service) const;
};

struct Login::Implementation {
  storage::Directory& directory;
  const Clock& clock;
  Guesses guesses;
  AccessTokens* tokens;
  LoginWatch watch;
  // Lives as long as the process: a digest is worth nothing outside of it.
  crypto::DirectoryKey process_key = crypto::DirectoryKey::generate();
  std::mutex mutex;
  using Remembered = std::map<std::pair<AccountId, std::int64_t>, Bytes>;
  Remembered remembered;  // digests of the last right passwords, by credential

  Implementation(storage::Directory& accounts, const Clock& steady, Sleep sleep,
                 AccessTokens* accepted)
      : directory(accounts),
        clock(steady),
        guesses(steady, std::move(sleep)),
        tokens(accepted),
        watch(accounts) {}

  enum class Credentials { leave, read };
  Found found(std::string_view login, Credentials);
  Admission admission(const Found&, const Candidate&);
  void note_use(const storage::Credential&);

  Bytes digest(const Found&, const Candidate&, std::string_view password) const;
  bool is_remembered(const Found&, const Candidate&, std::string_view password);
  void remember(const Found&, const Candidate&, std::string_view password);
  void add_scram(const Found&, const Candidate&, std::string_view password);
};

}  // namespace policy
