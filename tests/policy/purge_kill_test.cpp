// A purge that is killed after each of its steps, and between the transactions of one: what is left
// opens nothing of what is purged, and a server that starts on it finishes.

#include <sys/wait.h>
#include <unistd.h>
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "policy/purge_certificate.h"
#include "policy/purges.h"
#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(purge_kill)

namespace {

namespace fs = std::filesystem;
using crypto::ActorClass;
using policy::PurgeState;
using policy::Run;
using test_support::FakeRoots;
using test_support::Installation;
using test_support::purge_grace;
using test_support::vault_a;
using test_support::vault_b;

constexpr int messages = 3;

enum class Means { dep, mailbox };

// An approved purge, and what must be found nowhere after it.
struct Prepared {
  explicit Prepared(const fs::path& root, Means means) {
    Installation house(root);
    const auto dep = house.make_dep();
    for (const auto* name : {"ada", "bob"}) {
      auto& account =
          purged.emplace_back(house.make_account(std::string(name) + "@example.org", dep));
      for (int n = 0; n < messages; ++n) house.add_mail(account, "mail");
      house.mailboxes.arrive(account.mailbox, "an arrival", 0, 0);
      queue(house, account);
    }
    spared.push_back(house.make_account("dave@example.org"));
    house.add_mail(spared[0], "mail of dave");
    queue(house, spared[0]);
    house.rotation.roll_availability_key("contoso", Run::change);
    if (means == Means::mailbox) {
      spared.push_back(purged.back());
      purged.pop_back();
      purged[0].enabled = false;
      house.directory.update_account(purged[0]);
    }
    keep_secrets(house, dep, means);
    for (const auto& vault : {vault_a, vault_b}) house.roots.steer(vault, FakeRoots::Mode::denied);
    const policy::PurgeRequest request{
        .user = 1001, .name = "eve", .reason = "it ends", .contact = "eve"};
    const auto purge = means == Means::dep
                           ? house.purges.request_dep("contoso", request, Run::change)
                           : house.purges.request_mailbox(purged[0].mailbox, request, Run::change);
    house.purges.approve(
        purge.id,
        {.user = 1002, .name = "bob", .approver_since = 0, .mailboxes = purge.mailboxes.size()});
  }

  static void queue(Installation& house, const storage::Account& account) {
    house.spool.add(account.mailbox, house.directory.delivery_public(account.mailbox).value(), {},
                    "on its way", storage::SpoolState::waiting);
  }

  void keep_secrets(Installation& house, const storage::Dep& dep, Means means) {
    for (const auto& account : purged) {
      const auto record = house.directory.mailbox(account.mailbox);
      wraps.push_back(record.key.blob);
      wraps.push_back(copy_of(house.directory.delivery_public(account.mailbox)->octets));
    }
    if (means == Means::mailbox) return;
    for (const auto& key : house.directory.dep_keys(dep.id)) {
      for (const auto& root : key.roots) wraps.push_back(root.blob);
      wraps.push_back(key.availability->blob);
    }
  }

  std::vector<storage::Account> purged, spared;
  std::vector<Bytes> wraps;
};

// A process that begins the purge and dies after its nth step. Whether it died of that.
bool dies_after(const fs::path& root, int step) {
  const auto child = fork();
  if (child == 0) {
    Installation house(root);
    for (const auto& vault : {vault_a, vault_b}) house.roots.steer(vault, FakeRoots::Mode::denied);
    house.clock.advance(purge_grace + 1);
    int steps = 0;
    house.on_purge_step = [&](const auto&, auto) {
      if (++steps == step) kill(getpid(), SIGKILL);
    };
    house.purges.pass({});
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  BOOST_REQUIRE((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
                (WIFEXITED(status) && WEXITSTATUS(status) == 0));
  return WIFSIGNALED(status);
}

std::string all_octets(const fs::path& root) {
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

bool opens(Installation& house, const storage::Account& account) try {
  house.mailboxes.open(account.mailbox, ActorClass::system);
  return true;
} catch (const Error&) {
  return false;
}

void check_finished(Installation& house, const Prepared& prepared, Means means) {
  const auto purge = house.purges.purge(1);
  BOOST_CHECK(purge.state == PurgeState::destroyed);
  BOOST_TEST(purge.counts->messages == prepared.purged.size() * messages);
  BOOST_TEST(purge.counts->arrivals == prepared.purged.size());
  BOOST_TEST(purge.counts->queued.value() == prepared.purged.size());
  const auto verdict = policy::verified_certificate(house.purges.certificate(1), std::nullopt);
  BOOST_CHECK(verdict.result == policy::CertificateVerdict::Result::valid);
  std::vector<MailboxId> gone;
  for (const auto& account : prepared.purged) gone.push_back(account.mailbox);
  for (const auto& [id, database] : house.databases) {
    const auto left = database->count_rows(gone);
    BOOST_TEST(left.folders + left.messages + left.arrivals == 0u);
  }
  BOOST_TEST(house.spool.count(gone) == 0u);
  BOOST_TEST(house.spool.entries().size() == prepared.spared.size());
  for (const auto& account : prepared.spared) BOOST_TEST(opens(house, account));
  for (const auto& account : prepared.purged)
    BOOST_CHECK_THROW(house.directory.account(account.name), Error);
  if (means == Means::mailbox) return;
  BOOST_CHECK_THROW(house.directory.dep("Contoso"), Error);
  for (const auto& entry : fs::directory_iterator(house.keys()))
    BOOST_TEST(!entry.path().filename().string().starts_with("availability-" +
                                                             std::to_string(purge.dep.value)));
}

// How many steps there were.
int kill_at_each(Means means) {
  const storage_test::TempDirectory temporary;
  const auto original = temporary.path() / "original", copy = temporary.path() / "copy";
  const Prepared prepared(original, means);
  for (const auto& wrap : prepared.wraps)
    BOOST_TEST((all_octets(original).find(text_of(wrap)) != std::string::npos));
  for (int step = 1;; ++step) {
    BOOST_TEST_CONTEXT("killed after step " << step) {
      fs::copy(original, copy, fs::copy_options::recursive);
      const bool died = dies_after(copy, step);
      {
        Installation house(copy);  // with roots that unwrap: somebody has granted them again
        house.clock.advance(purge_grace + 2);
        house.rotation.destroy_former_availability_keys();  // as each start does
        BOOST_TEST(house.rotation.without_their_availability_key().empty());
        house.rotation.needed_roots({});
        for (const auto& dep : house.deps.list()) house.deps.keys(dep);
        for (const auto& account : prepared.purged) BOOST_TEST(!opens(house, account));
        house.purges.pass({});
        check_finished(house, prepared, means);
        const auto left = all_octets(copy);  // the logs too, which go when it is closed
        for (const auto& wrap : prepared.wraps)
          BOOST_TEST((left.find(text_of(wrap)) == std::string::npos));
      }
      fs::remove_all(copy);
      if (!died) return step - 1;
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(of_a_dep) { BOOST_TEST(kill_at_each(Means::dep) >= 12); }

BOOST_AUTO_TEST_CASE(of_a_mailbox) { BOOST_TEST(kill_at_each(Means::mailbox) >= 10); }

BOOST_AUTO_TEST_SUITE_END()
