#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "base/error.h"
#include "server/vault/store.h"
#include "tests/support/soft_token.h"

namespace {

using vault::MasterKey;
using vault::Path;
using vault::Secret;
using vault::Store;

struct Fixture {
  Fixture() {
    auto pattern = (std::filesystem::temp_directory_path() / "store-test-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    MasterKey::create(root / "master.key", std::nullopt);
  }
  ~Fixture() { std::filesystem::remove_all(root); }

  Store open() {
    return Store(root / "keys", MasterKey::load(root / "master.key", std::nullopt), *backend, clock,
                 recovery);
  }
  std::vector<Path> key_files() const {
    std::vector<Path> out;
    for (const auto& each : std::filesystem::recursive_directory_iterator(root / "keys"))
      if (each.is_regular_file()) out.push_back(each.path());
    return out;
  }

  Path root;
  const std::unique_ptr<vault::KeyBackend> backend = vault_test::new_backend();
  vault::Recovery recovery{7, false};
  ManualClock clock{1'000'000};
};

vault::Properties properties() { return {true, {}, {}, {"wrapKey", "unwrapKey"}, {{"a", "b"}}}; }

std::string content(const Path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const Path& path, const std::string& octets) {
  std::ofstream(path, std::ios::binary) << octets;
}

Secret passphrase(std::string_view text) { return {text.begin(), text.end()}; }

Fault fault_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.fault();
  }
  throw std::runtime_error("nothing failed");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vault_store)

BOOST_FIXTURE_TEST_CASE(keys_survive_reopening_with_all_their_versions, Fixture) {
  std::string first, second;
  Bytes wrapped;
  {
    auto store = open();
    first = store.create("Root", 2048, properties())->version;
    wrapped = store.find("root", "")->held->public_part().wrap(bytes_of("a DEP key"));
    clock.advance(5);
    second = store.create("root", 2048, properties())->version;
    store.change("ROOT", first,
                 {.enabled = false, .not_before = {}, .expires = {}, .operations = {}, .tags = {}});
  }
  auto store = open();
  BOOST_TEST(store.versions("root").size() == 2);
  BOOST_TEST(store.find("root", "")->version == second);
  const auto old = store.find("rOOT", first);
  BOOST_TEST(old->name == "Root");
  BOOST_TEST(!old->properties.enabled);
  BOOST_TEST(old->properties.tags.at("a") == "b");
  BOOST_TEST(old->created == 1'000'000);
  BOOST_TEST(old->updated == 1'000'005);
  BOOST_TEST(text_of(old->held->decrypt(wrapped).value()) == "a DEP key");
  BOOST_TEST(!store.find("root", second)->held->decrypt(wrapped).has_value());
}

BOOST_FIXTURE_TEST_CASE(no_private_key_is_on_disk_in_the_clear, Fixture) {
  auto store = open();
  const auto key = store.create("root", 2048, properties());
  const auto der = key->held->kept();
  const auto files = key_files();
  BOOST_TEST(files.size() == 1);
  for (const auto& path : files) {
    const auto octets = content(path);
    BOOST_TEST(octets.starts_with("SVS1"));
    BOOST_TEST(octets.find("PRIVATE") == octets.npos);
    BOOST_TEST(octets.find("wrapKey") == octets.npos);
    // No 16 octets of the key, modulus or primes, at any place.
    for (std::size_t at = 0; at + 16 <= der.size(); ++at)
      BOOST_REQUIRE(octets.find(text_of(ByteView(der).subspan(at, 16))) == octets.npos);
    const auto mode = std::filesystem::status(path).permissions();
    BOOST_TEST(
        (mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)));
  }
}

BOOST_FIXTURE_TEST_CASE(an_altered_moved_or_foreign_file_is_not_opened, Fixture) {
  {
    auto store = open();
    store.create("one", 2048, properties());
    store.create("two", 2048, properties());
  }
  const auto files = key_files();
  const auto good = content(files[0]);
  for (const std::size_t at : {std::size_t{0}, std::size_t{5}, good.size() / 2, good.size() - 1}) {
    auto bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    write(files[0], bad);
    BOOST_TEST((fault_of([&] { open(); }) == Fault::corrupt));
  }
  write(files[0], good.substr(0, good.size() - 1));
  BOOST_TEST((fault_of([&] { open(); }) == Fault::corrupt));
  write(files[0], content(files[1]));
  BOOST_TEST((fault_of([&] { open(); }) == Fault::corrupt));
  write(files[0], good);
  open();
  std::filesystem::remove(root / "master.key");
  MasterKey::create(root / "master.key", std::nullopt);
  BOOST_TEST((fault_of([&] { open(); }) == Fault::corrupt));
}

BOOST_FIXTURE_TEST_CASE(what_a_dying_write_leaves_is_ignored, Fixture) {
  { open().create("root", 2048, properties()); }
  const auto file = key_files().at(0);
  write(file.string() + ".new", content(file).substr(0, 100));
  BOOST_TEST(open().versions("root").size() == 1);
  BOOST_TEST(key_files().size() == 1);
}

// Killed at any moment, the store has what was acknowledged last, or the change after it.
BOOST_FIXTURE_TEST_CASE(a_killed_vault_keeps_what_it_acknowledged, Fixture) {
  { open().create("root", 2048, properties()); }
  for (int round = 0; round < 8; ++round) {
    int pipe[2];
    BOOST_REQUIRE(::pipe(pipe) == 0);
    const auto child = ::fork();
    if (child == 0) {
      auto store = open();
      for (int i = 1;; ++i) {
        vault::Change change;
        change.tags = {{"count", std::to_string(i)}};
        store.change("root", store.find("root", "")->version, change);
        if (::write(pipe[1], &i, sizeof i) != sizeof i) ::_exit(1);
      }
    }
    ::close(pipe[1]);
    int acknowledged = 0;
    for (int i = 0; i <= round * 3; ++i)
      BOOST_REQUIRE(::read(pipe[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged);
    ::kill(child, SIGKILL);
    for (int later; ::read(pipe[0], &later, sizeof later) == sizeof later;) acknowledged = later;
    ::close(pipe[0]);
    ::waitpid(child, nullptr, 0);
    const auto count = std::stoi(open().find("root", "")->properties.tags.at("count"));
    BOOST_TEST((count == acknowledged || count == acknowledged + 1));
  }
}

BOOST_FIXTURE_TEST_CASE(a_passphrase_opens_its_master_key_and_no_other_does, Fixture) {
  const auto path = root / "other.key";
  const auto made = MasterKey::create(path, passphrase("correct horse"));
  const auto sealed = made.seal(bytes_of("secret"), "place");
  const auto again = MasterKey::load(path, passphrase("correct horse"));
  BOOST_TEST(text_of(again.unseal(sealed, "place")) == "secret");
  BOOST_TEST((fault_of([&] { again.unseal(sealed, "elsewhere"); }) == Fault::corrupt));
  BOOST_TEST((fault_of([&] { MasterKey::load(path, passphrase("wrong")); }) == Fault::denied));
  BOOST_TEST((fault_of([&] { MasterKey::load(path, std::nullopt); }) == Fault::denied));
  BOOST_TEST((fault_of([&] { MasterKey::create(path, std::nullopt); }) == Fault::exists));
  write(path, "{}");
  BOOST_TEST((fault_of([&] { MasterKey::load(path, std::nullopt); }) == Fault::corrupt));
}

BOOST_FIXTURE_TEST_CASE(a_lock_is_held_once, Fixture) {
  {
    const vault::FileLock lock(root / "lock");
    BOOST_TEST((fault_of([&] { vault::FileLock second(root / "lock"); }) == Fault::exists));
  }
  const vault::FileLock again(root / "lock");
}

BOOST_AUTO_TEST_SUITE_END()
