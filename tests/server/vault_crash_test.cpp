// Killed before any step that touches the disk, or refused by the disk from any step on, a vault
// has what it had before the change, or after it, and every key that either has.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdio>
#include <fstream>

#include "base/error.h"
#include "server/vault/pkcs11_keys.h"
#include "server/vault/software_keys.h"
#include "server/vault/store.h"
#include "tests/support/soft_token.h"

namespace {

// What happens at a step, in this process: nothing, death, or an error from there on.
enum class Mishap { none, death, disk_error };
struct Steps {
  Mishap mishap = Mishap::none;
  int left = 0;
};
Steps steps;
constexpr int died = 77;

bool go_on() {
  if (steps.mishap == Mishap::none || steps.left-- > 0) return true;
  if (steps.mishap == Mishap::death) ::_exit(died);
  errno = EIO;
  return false;
}

}  // namespace

// In place of the C library's, for this program and the libraries it uses.
extern "C" {
int fsync(int file) { return go_on() ? static_cast<int>(::syscall(SYS_fsync, file)) : -1; }
int rename(const char* from, const char* to) noexcept {
  return go_on() ? static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0)) : -1;
}
int mkdir(const char* path, mode_t mode) noexcept {
  return go_on() ? static_cast<int>(::syscall(SYS_mkdirat, AT_FDCWD, path, mode)) : -1;
}
int unlink(const char* path) noexcept {
  return go_on() ? static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0)) : -1;
}
}

namespace {

using vault::HeldKey;
using vault::KeyId;
using vault::Path;
using vault::Store;

// Keys of one pair, so that making them is quick; each leaves a file in a directory of its own, as
// a token would.
class OutsideKeys final : public vault::KeyBackend {
 public:
  explicit OutsideKeys(Path directory) : directory_(std::move(directory)) {}

  std::string_view key_type() const override { return "RSA"; }
  bool holds_outside() const override { return true; }
  bool reachable() override { return true; }
  HeldKey make(const KeyId& id, unsigned) override {
    std::ofstream(directory_ / (id.name + '.' + id.version)) << "held";
    return pair();
  }
  HeldKey import(const KeyId& id, ByteView) override { return make(id, 0); }
  HeldKey open(const KeyId&, ByteView) override { return pair(); }
  void destroy(const KeyId& id) override {
    ::remove((directory_ / (id.name + '.' + id.version)).c_str());
  }
  static HeldKey pair() {
    static const HeldKey made = vault::SoftwareKeys().make({}, 2048);
    return made;
  }

 private:
  const Path directory_;
};

// Who holds the keys outside of a vault's directory, in a directory beside it: that stand-in, or a
// token, whose own steps may end the process or fail too.
class Outside {
 public:
  explicit Outside(const Path& first) {
    std::filesystem::create_directories(first);
    if (!vault_test::keys_in_a_token()) return;
    marker_ = vault::prepare_token(vault_test::SoftToken(first).settings());
    vault_test::stage() = {};
    vault_test::stage().step = &go_on;
  }
  ~Outside() {
    backend_.reset();
    if (vault_test::keys_in_a_token()) vault_test::stage() = {};
  }

  vault::KeyBackend& in(const Path& directory) {
    backend_.reset();
    if (vault_test::keys_in_a_token()) {
      auto settings = vault_test::SoftToken(directory).settings();
      settings.marker = marker_;
      backend_ = std::make_unique<vault::Pkcs11Keys>(settings);
    } else {
      backend_ = std::make_unique<OutsideKeys>(directory);
    }
    return *backend_;
  }
  static std::size_t held_in(const Path& directory) {
    if (vault_test::keys_in_a_token()) return vault_test::SoftToken(directory).objects() - 1;
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(directory), {}));
  }

 private:
  vault::ObjectId marker_;
  std::unique_ptr<vault::KeyBackend> backend_;
};

using Change = std::function<void(Store&)>;

struct Fixture {
  Fixture() {
    auto pattern = (std::filesystem::temp_directory_path() / "crash-test-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    outside.emplace(before() / "outside");
    vault::MasterKey::create(before() / "master.key", std::nullopt);
  }
  ~Fixture() {
    steps = {};
    outside.reset();
    std::filesystem::remove_all(root);
  }
  Path before() const { return root / "before"; }
  Path now() const { return root / "now"; }
  static vault::MasterKey master(const Path& directory) {
    return vault::MasterKey::load(directory / "master.key", std::nullopt);
  }

  Store open(const Path& directory) {
    return Store(directory / "keys", master(directory), outside->in(directory / "outside"), clock,
                 {7, false});
  }
  void prepare(const Change& change) {
    auto store = open(before());
    change(store);
  }
  void start_over() const {
    std::filesystem::remove_all(now());
    std::filesystem::copy(before(), now(), std::filesystem::copy_options::recursive);
  }

  // The change in a process of its own; true when it came to its end.
  bool done_before(int step, Mishap mishap, const Change& change) {
    const auto child = ::fork();
    if (child == 0) {
      auto store = open(now());
      steps = {mishap, step};
      try {
        change(store);
      } catch (const Error&) {
        ::_exit(died);
      }
      ::_exit(steps.left >= 0 ? 0 : died);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    BOOST_REQUIRE(WIFEXITED(status));
    BOOST_REQUIRE((WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == died));
    return WEXITSTATUS(status) == 0;
  }

  void survives(const Change& change);

  Path root;
  std::optional<Outside> outside;
  ManualClock clock{1'000'000};
};

// What there is, but for the random digits of new versions.
std::string told(const Store& store) {
  std::string out;
  for (const auto& key : store.latest()) {
    out += key->name + ':';
    for (const auto& version : store.versions(key->name))
      out += (version->properties.enabled ? " on" : " off") +
             std::to_string(version->properties.tags.size());
    out += store.rotation(key->name).expiry ? " rotates;" : ";";
  }
  for (const auto& key : store.deleted()) out += " deleted " + key.latest->name + ';';
  return out;
}

// As many as the store knows, deleted ones too.
std::size_t versions_in(const Path& keys) {
  std::size_t count = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(keys))
    if (each.path().extension() == ".key") ++count;
  return count;
}

void Fixture::survives(const Change& change) {
  const auto first = told(open(before()));
  start_over();
  BOOST_REQUIRE(done_before(1'000'000, Mishap::none, change));
  const auto last = told(open(now()));
  BOOST_TEST(first != last);
  for (const auto mishap : {Mishap::death, Mishap::disk_error}) {
    int step = 0;
    for (bool done = false; !done; ++step) {
      BOOST_REQUIRE(step < 200);
      start_over();
      done = done_before(step, mishap, change);
      const auto found = told(open(now()));
      BOOST_TEST((found == first || found == last), found << " at step " << step);
      if (done) BOOST_TEST(found == last);
      BOOST_TEST(Outside::held_in(now() / "outside") == versions_in(now() / "keys"),
                 "step " << step);
    }
    BOOST_TEST(step > 2);  // there were some
  }
}

vault::Properties properties() { return {true, {}, {}, {"wrapKey"}, {}}; }

void make_root(Store& store) {
  store.create("root", 2048, properties());
  store.create("root", 2048, properties());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(vault_crash)

BOOST_FIXTURE_TEST_CASE(a_first_version, Fixture) {
  survives([](Store& store) { store.create("root", 2048, properties()); });
}

BOOST_FIXTURE_TEST_CASE(one_more_version, Fixture) {
  prepare(make_root);
  survives([](Store& store) { store.create("root", 2048, properties()); });
  survives([](Store& store) { store.rotate("root"); });
  const auto foreign = OutsideKeys::pair()->kept();
  survives([&](Store& store) { store.import("root", foreign, properties()); });
}

BOOST_FIXTURE_TEST_CASE(a_change_of_a_version_and_of_its_policy, Fixture) {
  prepare(make_root);
  survives([](Store& store) {
    vault::Change change;
    change.enabled = false;
    change.tags.emplace()["a"] = "b";
    store.change("root", "", change);
  });
  survives([](Store& store) {
    auto policy = vault::default_rotation_policy();
    policy.expiry = vault::Period{1, 0, 0};
    store.set_rotation("root", policy);
  });
}

BOOST_FIXTURE_TEST_CASE(a_deletion, Fixture) {
  prepare(make_root);
  survives([](Store& store) { store.remove("root"); });
}

BOOST_FIXTURE_TEST_CASE(a_recovery_and_a_purge, Fixture) {
  prepare([](Store& store) {
    make_root(store);
    store.create("other", 2048, properties());
    store.remove("root");
  });
  survives([](Store& store) { store.recover("root"); });
  survives([](Store& store) { store.purge("root"); });
}

BOOST_FIXTURE_TEST_CASE(a_restore, Fixture) {
  // Made by a vault that holds its keys itself; one with a token makes none.
  vault::SoftwareKeys software;
  Store other(root / "other", master(before()), software, clock, {7, false});
  make_root(other);
  const auto blob = other.backup("root");
  survives([&](Store& store) { store.restore(blob); });
}

BOOST_AUTO_TEST_SUITE_END()
