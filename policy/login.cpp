#include "policy/login.h"

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "crypto/keyed_hash.h"
#include "crypto/password.h"
#include "policy/account_name.h"
#include "policy/back_off.h"

namespace policy {

namespace {

constexpr std::size_t password_limit = 1024;
constexpr int sleepers_limit = 8;
constexpr std::size_t remembered_limit = 100'000;

bool same_digest(ByteView a, ByteView b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

struct Login::Implementation {
  storage::Directory& directory;
  Sleep sleep;
  BackOff back_off;
  // Lives as long as the process: a digest is worth nothing outside of it.
  crypto::DirectoryKey process_key = crypto::DirectoryKey::generate();
  std::mutex mutex;
  std::map<AccountId, Bytes> remembered;  // digests of the last right passwords
  std::atomic<int> sleepers = 0;

  Bytes digest(const storage::Account&, std::string_view password) const;
  bool is_remembered(const storage::Account&, std::string_view password);
  void remember(const storage::Account&, std::string_view password);
  void make_wait(std::chrono::milliseconds);
  bool is_right(const std::optional<storage::Account>&, std::string_view password);
};

// The stored hash is in it, so that a changed password is not remembered.
Bytes Login::Implementation::digest(const storage::Account& account,
                                    std::string_view password) const {
  crypto::SecretBytes value;
  for (const std::string_view part :
       {std::string_view(account.name), std::string_view(account.password_hash), password}) {
    value.insert(value.end(), part.begin(), part.end());
    value.push_back(0);
  }
  return crypto::KeyedHash::of(process_key, "login", text_of(value));
}

bool Login::Implementation::is_remembered(const storage::Account& account,
                                          std::string_view password) {
  const auto now = digest(account, password);
  const std::lock_guard lock(mutex);
  const auto found = remembered.find(account.id);
  return found != remembered.end() && same_digest(found->second, now);
}

void Login::Implementation::remember(const storage::Account& account, std::string_view password) {
  auto now = digest(account, password);
  const std::lock_guard lock(mutex);
  if (remembered.size() >= remembered_limit) remembered.clear();
  remembered.insert_or_assign(account.id, std::move(now));
}

void Login::Implementation::make_wait(std::chrono::milliseconds time) {
  if (time.count() == 0) return;
  struct Sleeper {
    std::atomic<int>& count;
    int others;
    explicit Sleeper(std::atomic<int>& sleepers) : count(sleepers), others(count++) {}
    ~Sleeper() { --count; }
  } const sleeper(sleepers);
  // Threads are for those who may log in, too.
  if (sleeper.others >= sleepers_limit)
    throw Error(Fault::unavailable, "too many failed logins from your address; try again later");
  sleep(time);
}

bool Login::Implementation::is_right(const std::optional<storage::Account>& account,
                                     std::string_view password) {
  if (!account) return crypto::no_such_user(password);
  return crypto::password_matches(password, account->password_hash) && account->enabled;
}

Login::Login(storage::Directory& directory, const Clock& clock)
    : Login(directory, clock,
            [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }) {}

Login::Login(storage::Directory& directory, const Clock& clock, Sleep sleep)
    : implementation_(new Implementation{.directory = directory,
                                         .sleep = std::move(sleep),
                                         .back_off = BackOff(clock),
                                         .mutex = {},
                                         .remembered = {}}) {}

Login::~Login() = default;

std::optional<storage::Account> Login::check(std::string_view name, std::string_view password,
                                             const std::string& peer) {
  auto& self = *implementation_;
  if (name.size() > address_limit || password.size() > password_limit) {
    crypto::no_such_user(password.substr(0, password_limit));
    return std::nullopt;
  }
  const auto login = lower_case(name);
  const auto from = without_port(peer);
  auto account = self.directory.find_by_address(login);
  if (account && account->name != login) account.reset();  // an alias is no login
  if (account && account->enabled && self.is_remembered(*account, password)) return account;

  self.make_wait(self.back_off.wait(from, login));
  if (!self.is_right(account, password)) {
    self.back_off.failed(from, login);
    return std::nullopt;
  }
  self.back_off.succeeded(from, login);
  self.remember(*account, password);
  return account;
}

}  // namespace policy
