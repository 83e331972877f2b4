// Versions of DEP keys, assignments and wraps in the directory.

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "storage/directory.h"
#include "tests/support/open_directory.h"
#include "tests/support/storage_store.h"

using namespace storage;

namespace {

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

// DEPs "managed" and "finance", and mailboxes under the first.
struct Place {
  storage_test::TempDirectory temporary;
  std::shared_ptr<Directory> directory = open();
  Dep managed = add_dep("managed", true), finance = add_dep("finance", false);

  std::shared_ptr<Directory> open() { return storage_test::open_directory(temporary.path()); }
  void reopen() {
    directory.reset();
    directory = open();
  }
  Directory* operator->() { return directory.get(); }

  Dep add_dep(const std::string& name, bool is_managed) {
    const Dep dep{.id = directory->reserve_dep(), .name = name, .managed = is_managed};
    directory->add_dep(dep, wrapped(dep.newest()));
    return dep;
  }
  static WrappedDepKey wrapped(const DepVersion& version, std::uint32_t generation = 1) {
    return {.dep = version.dep,
            .version = version.version,
            .roots = {{crypto::RootKeyRef("https://a.example/keys/x/1"), {1}},
                      {crypto::RootKeyRef("https://b.example/keys/y/2"), {2}}},
            .availability = crypto::WrappedKey<crypto::DepLevel>{{3}},
            .generation = generation,
            .created = 1'800'000'000};
  }
  MailboxId add(const std::string& name) {
    Account account{
        .id = directory->reserve_account(), .mailbox = directory->reserve_mailbox(), .name = name};
    directory->add_account(account, {.id = account.mailbox,
                                     .account = account.id,
                                     .database = DatabaseId(2),
                                     .dep = managed.id,
                                     .key = {Bytes{1, 2, 3}}});
    return account.mailbox;
  }
  void assign(MailboxId mailbox, std::optional<DepId> dep) {
    directory->assign(std::span(&mailbox, 1), dep);
  }
  static MailboxRecord moved(MailboxRecord record, const DepVersion& to) {
    record.dep = to.dep;
    record.dep_version = to.version;
    record.key.blob.push_back(9);
    return record;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(directory_deps)

BOOST_AUTO_TEST_CASE(the_target_is_the_assigned_then_the_tenant_wide_then_the_managed_dep) {
  Place place;
  const auto ada = place.add("ada@example.org"), bob = place.add("bob@example.org");
  BOOST_CHECK(place->mailbox(ada).target == place.managed.newest());
  const auto tenant = place.add_dep("tenant", false);
  place->set_tenant_wide(tenant.id);
  place.assign(ada, place.finance.id);
  place.reopen();
  BOOST_CHECK(place->mailbox(ada).target == place.finance.newest());
  BOOST_CHECK(place->mailbox(bob).target == tenant.newest());
  BOOST_CHECK(place->dep("tenant").tenant_wide);
  place->set_tenant_wide(place.finance.id);  // only one is
  BOOST_CHECK(!place->dep("tenant").tenant_wide);
  BOOST_CHECK(place->mailbox(bob).target == place.finance.newest());
  place->set_tenant_wide(std::nullopt);
  place.assign(ada, std::nullopt);
  BOOST_CHECK(place->mailbox(ada).target == place.managed.newest());
  BOOST_CHECK(!place->mailbox(ada).to_be_moved());
}

BOOST_AUTO_TEST_CASE(assigning_many_is_all_or_none) {
  Place place;
  const auto ada = place.add("ada@example.org");
  const MailboxId some[] = {ada, MailboxId(99)};
  BOOST_CHECK_EXCEPTION(place->assign(some, place.finance.id), Error, is(Fault::not_found));
  BOOST_CHECK(!place->mailbox(ada).assigned);
  BOOST_CHECK_EXCEPTION(place.assign(ada, DepId(99)), Error, is(Fault::not_found));
  place.assign(ada, place.finance.id);
  BOOST_TEST(place->mailboxes_of(place.finance.id).size() == 1u);
  BOOST_TEST(place->mailboxes_of(place.managed.id).size() == 1u);  // it is still wrapped there
}

BOOST_AUTO_TEST_CASE(mailboxes_are_moved_in_batches_and_counted) {
  Place place;
  for (int n = 0; n < 5; ++n) place.add("user" + std::to_string(n) + "@example.org");
  place->set_tenant_wide(place.finance.id);
  BOOST_TEST(place->version_counts().at(0).to_be_moved == 5u);
  const auto first = place->mailboxes_to_be_moved(MailboxId(0), 3);
  BOOST_TEST(first.size() == 3u);
  std::vector<Rewrapped> batch;
  for (const auto& record : first) batch.push_back({record, place.moved(record, record.target)});
  BOOST_TEST(place->rewrap(batch) == 3u);
  BOOST_TEST(place->rewrap(batch) == 0u);  // they are another's by now
  BOOST_TEST(place->mailboxes_to_be_moved(first.back().id, 3).size() == 2u);
  const auto counts = place->version_counts();
  BOOST_TEST(counts.size() == 2u);
  BOOST_TEST(counts[0].mailboxes == 2u);
  BOOST_TEST(counts[0].to_be_moved == 2u);
  BOOST_TEST(counts[1].mailboxes == 3u);
  BOOST_TEST(counts[1].to_be_moved == 0u);
}

BOOST_AUTO_TEST_CASE(a_wrap_is_swapped_only_if_it_is_the_one_that_was_read) {
  Place place;
  const auto ada = place.add("ada@example.org");
  const auto before = place->mailbox(ada);
  const auto after = place.moved(before, place.finance.newest());
  place->rewrap(before, after);
  place.reopen();
  BOOST_CHECK(place->mailbox(ada).under() == place.finance.newest());
  BOOST_CHECK(place->mailbox(ada).key.blob == after.key.blob);
  BOOST_CHECK_EXCEPTION(place->rewrap(before, after), Error, is(Fault::exists));
  auto other = after;
  other.id = MailboxId(99);
  BOOST_CHECK_EXCEPTION(place->rewrap(before, other), Error, is(Fault::invalid));
}

BOOST_AUTO_TEST_CASE(a_former_mailbox_key_is_swapped_with_the_newest) {
  Place place;
  const auto ada = place.add("ada@example.org");
  const auto before = place->mailbox(ada);
  auto renewed = before;
  renewed.epoch = 2;
  renewed.key.blob = {7};
  renewed.former = FormerKey{1, before.key, Renewal::contents};
  place->rewrap(before, renewed);
  place.reopen();
  const auto found = place->mailbox(ada);
  BOOST_TEST_REQUIRE(found.former.has_value());
  BOOST_TEST(found.former->epoch == 1u);
  BOOST_CHECK(found.former->key.blob == before.key.blob);
  BOOST_CHECK(found.former->renewal == Renewal::contents);
  BOOST_TEST(place->mailboxes_in_renewal().size() == 1u);
  auto done = found;
  done.former.reset();
  place->rewrap(found, done);
  // Whoever read it while there were two does not bring the former back.
  BOOST_CHECK_EXCEPTION(place->rewrap(found, found), Error, is(Fault::exists));
  BOOST_TEST(place->mailboxes_in_renewal().empty());
}

BOOST_AUTO_TEST_CASE(versions_are_added_in_order_and_removed_when_unused) {
  Place place;
  const auto ada = place.add("ada@example.org");
  const DepVersion second{place.finance.id, 2};
  place.assign(ada, place.finance.id);
  place->rewrap(place->mailbox(ada), place.moved(place->mailbox(ada), place.finance.newest()));
  place->add_dep_version(place.wrapped(second));
  BOOST_CHECK_EXCEPTION(place->add_dep_version(place.wrapped(second)), Error, is(Fault::exists));
  BOOST_CHECK(place->dep("finance").newest() == second);
  BOOST_TEST(place->dep_keys(place.finance.id).size() == 2u);
  BOOST_TEST(place->remove_unused_versions().empty());

  const auto before = place->mailbox(ada);
  BOOST_CHECK(before.to_be_moved());
  place->rewrap(before, place.moved(before, second));
  const auto removed = place->remove_unused_versions();
  BOOST_TEST_REQUIRE(removed.size() == 1u);
  BOOST_CHECK((removed[0] == DepVersion{place.finance.id, 1}));
  BOOST_CHECK_EXCEPTION(place->dep_key(place.finance.id, 1), Error, is(Fault::not_found));

  // Nothing comes under a version that is gone.
  const auto now = place->mailbox(ada);
  BOOST_CHECK_EXCEPTION(place->rewrap(now, place.moved(now, removed[0])), Error, is(Fault::exists));
  Account account{.id = place->reserve_account(),
                  .mailbox = place->reserve_mailbox(),
                  .name = "eve@example.org"};
  BOOST_CHECK_EXCEPTION(place->add_account(account, {.id = account.mailbox,
                                                     .account = account.id,
                                                     .dep = place.finance.id,
                                                     .key = {Bytes{1}}}),
                        Error, is(Fault::unavailable));
}

BOOST_AUTO_TEST_CASE(availability_wraps_are_replaced_all_or_none) {
  Place place;
  place->add_dep_version(place.wrapped({place.finance.id, 2}));
  auto keys = place->dep_keys(place.finance.id);
  for (auto& key : keys) {
    key.generation = 2;
    key.availability->blob = {8, 8};
  }
  BOOST_CHECK_EXCEPTION(place->replace_availability_wraps(std::span(keys).first(1)), Error,
                        is(Fault::exists));
  BOOST_TEST(place->dep_key(place.finance.id, 1).generation == 1u);
  place->replace_availability_wraps(keys);
  place.reopen();
  for (const auto& key : place->dep_keys(place.finance.id)) {
    BOOST_TEST(key.generation == 2u);
    BOOST_CHECK(key.availability->blob == (Bytes{8, 8}));
    BOOST_TEST(key.roots.size() == 2u);
  }
}

BOOST_AUTO_TEST_CASE(a_dep_in_use_is_not_removed) {
  Place place;
  const auto ada = place.add("ada@example.org");
  place.assign(ada, place.finance.id);
  BOOST_CHECK_EXCEPTION(place->remove_dep(place.finance.id), Error, is(Fault::exists));
  place.assign(ada, std::nullopt);
  place->remove_dep(place.finance.id);
  BOOST_CHECK_EXCEPTION(place->dep("finance"), Error, is(Fault::not_found));
  BOOST_CHECK_EXCEPTION(place->dep_key(place.finance.id, 1), Error, is(Fault::not_found));
  BOOST_CHECK_EXCEPTION(place->remove_dep(place.finance.id), Error, is(Fault::not_found));
  BOOST_CHECK_EXCEPTION(place->remove_dep(place.managed.id), Error, is(Fault::exists));
}

BOOST_AUTO_TEST_SUITE_END()
