#include "storage/directory.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>
#include <utility>

#include "base/error.h"
#include "crypto/service_keys.h"
#include "storage/sqlite.h"
#include "tests/support/open_directory.h"
#include "tests/support/storage_store.h"

using namespace storage;
using storage_test::tamper;
using storage_test::TempDirectory;

namespace {

constexpr auto per_element = boost::test_tools::per_element();

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

// A directory that can be closed and opened again under the same key.
class Place {
 public:
  Place() {
    open();
    add_dep("first");  // DEP 1, which the mailboxes are under
  }
  Directory* operator->() { return directory_.get(); }
  std::filesystem::path file() const { return data() / "directory.db"; }
  std::filesystem::path data() const { return temporary_.path() / "data"; }
  const std::filesystem::path& root() const { return temporary_.path(); }
  void close() { directory_.reset(); }
  void open() { directory_ = storage_test::open_directory(root()); }
  void reopen() {
    close();
    open();
  }

  Account add(const std::string& name, std::vector<std::string> aliases = {}) {
    Account account{.id = directory_->reserve_account(),
                    .mailbox = directory_->reserve_mailbox(),
                    .name = name,
                    .password = "$argon2id$" + name,
                    .created = 1'700'000'000,
                    .aliases = std::move(aliases)};
    directory_->add_account(account, record(account));
    return account;
  }
  static MailboxRecord record(const Account& account) {
    return {.id = account.mailbox,
            .account = account.id,
            .database = DatabaseId(2),
            .assigned = std::nullopt,
            .dep = DepId(1),
            .key = {Bytes{1, 2, 3}}};
  }
  Dep add_dep(const std::string& name) {
    const Dep dep{.id = directory_->reserve_dep(), .name = name, .description = "of " + name};
    directory_->add_dep(dep, wrapped(dep));
    return dep;
  }
  static WrappedDepKey wrapped(const Dep& dep) {
    return {.dep = dep.id,
            .version = dep.version,
            .roots = {{crypto::RootKeyRef("https://a.example/keys/x/1"), {1}},
                      {crypto::RootKeyRef("https://b.example/keys/y/2"), {2}}},
            .availability = crypto::WrappedKey<crypto::DepLevel>{{3}}};
  }

 private:
  TempDirectory temporary_;
  std::shared_ptr<Directory> directory_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(directory)

BOOST_AUTO_TEST_CASE(an_account_comes_back_with_its_mailbox) {
  Place place;
  const auto added = place.add("Ada@Example.org", {"Lovelace@example.org", "countess@example.org"});
  place.reopen();
  const auto account = place->account("ADA@example.org");
  BOOST_CHECK(account.id == added.id);
  BOOST_CHECK(account.mailbox == added.mailbox);
  BOOST_TEST(account.name == "ada@example.org");
  BOOST_TEST(account.password.hash == "$argon2id$Ada@Example.org");
  BOOST_TEST(account.enabled);
  BOOST_TEST(account.created == 1'700'000'000);
  BOOST_TEST(
      account.aliases == (std::vector<std::string>{"lovelace@example.org", "countess@example.org"}),
      per_element);
  const auto mailbox = place->mailbox(account.mailbox);
  BOOST_CHECK(mailbox.account == account.id);
  BOOST_CHECK(mailbox.database == DatabaseId(2));
  BOOST_CHECK(!mailbox.assigned);
  BOOST_CHECK(mailbox.key.blob == (Bytes{1, 2, 3}));
  BOOST_TEST(place->account(account.id).name == account.name);
}

BOOST_AUTO_TEST_CASE(addresses_find_their_account) {
  Place place;
  const auto ada = place.add("ada@example.org", {"lovelace@example.org"});
  place.add("bob@example.org");
  BOOST_CHECK(place->find_by_address("ADA@EXAMPLE.ORG")->id == ada.id);
  BOOST_CHECK(place->find_by_address("Lovelace@example.org")->id == ada.id);
  BOOST_CHECK(!place->find_by_address("lovelace"));
  BOOST_CHECK(!place->find_by_address(""));
  BOOST_CHECK_EXCEPTION(place->account("lovelace@example.org"), Error, is(Fault::not_found));
  BOOST_TEST(place->accounts().size() == 2u);
}

BOOST_AUTO_TEST_CASE(reading_changes_nothing_and_each_write_does) {
  Place place;
  auto changes = place->changes();
  const auto changed = [&] {
    const auto before = std::exchange(changes, place->changes());
    return before < changes;
  };
  auto ada = place.add("ada@example.org");
  BOOST_TEST(changed());
  place->account(ada.id);
  place->find_by_address("eve@example.org");
  place->mailbox(ada.mailbox);
  BOOST_TEST(!changed());
  ada.aliases = {"lovelace@example.org"};
  place->update_account(ada);
  BOOST_TEST(changed());
  const auto dep = place.add_dep("d");
  BOOST_TEST(changed());
  place->assign(std::vector{ada.mailbox}, dep.id);
  BOOST_TEST(changed());
  place->remove_account(ada.id);
  BOOST_TEST(changed());
}

BOOST_AUTO_TEST_CASE(an_address_belongs_to_one_account) {
  Place place;
  const auto ada = place.add("ada@example.org", {"lovelace@example.org"});
  for (const auto* name : {"ADA@example.org", "lovelace@example.org"})
    BOOST_CHECK_EXCEPTION(place.add(name), Error, is(Fault::exists));
  for (const auto* alias : {"ada@example.org", "LOVELACE@example.org", "eve@example.org"})
    BOOST_CHECK_EXCEPTION(place.add("eve@example.org", {alias}), Error, is(Fault::exists));
  BOOST_TEST(place->accounts().size() == 1u);
  BOOST_TEST(place->mailboxes().size() == 1u);
  place.add("eve@example.org");  // what failed left nothing
}

BOOST_AUTO_TEST_CASE(an_account_is_updated_but_for_its_name) {
  Place place;
  place.add("bob@example.org", {"b@example.org"});
  auto ada = place.add("ada@example.org", {"a@example.org"});
  ada.password = "$argon2id$new";
  ada.enabled = false;
  ada.aliases = {"a2@example.org"};
  place->update_account(ada);
  place.reopen();
  const auto after = place->account(ada.id);
  BOOST_TEST(after.password.hash == "$argon2id$new");
  BOOST_TEST(!after.enabled);
  BOOST_TEST(after.aliases == std::vector<std::string>{"a2@example.org"}, per_element);
  BOOST_CHECK(!place->find_by_address("a@example.org"));

  ada.aliases = {"b@example.org"};
  BOOST_CHECK_EXCEPTION(place->update_account(ada), Error, is(Fault::exists));
  BOOST_TEST(place->account(ada.id).aliases.at(0) == "a2@example.org");
  ada.name = "eve@example.org";
  BOOST_CHECK_EXCEPTION(place->update_account(ada), Error, is(Fault::invalid));
  ada.id = AccountId(99);
  BOOST_CHECK_EXCEPTION(place->update_account(ada), Error, is(Fault::not_found));
}

BOOST_AUTO_TEST_CASE(a_removed_account_leaves_nothing_and_no_id_comes_again) {
  Place place;
  const auto ada = place.add("ada@example.org", {"lovelace@example.org"});
  place->remove_account(ada.id);
  BOOST_CHECK_EXCEPTION(place->account(ada.id), Error, is(Fault::not_found));
  BOOST_CHECK_EXCEPTION(place->mailbox(ada.mailbox), Error, is(Fault::not_found));
  BOOST_CHECK_EXCEPTION(place->remove_account(ada.id), Error, is(Fault::not_found));
  place.reopen();
  const auto again = place.add("ada@example.org", {"lovelace@example.org"});
  BOOST_TEST(again.id.value > ada.id.value);
  BOOST_TEST(again.mailbox.value > ada.mailbox.value);
}

BOOST_AUTO_TEST_CASE(reserved_ids_come_once_also_when_not_used) {
  Place place;
  const auto first = place->reserve_mailbox();
  place.reopen();
  BOOST_TEST(place->reserve_mailbox().value > first.value);
  BOOST_TEST(place->reserve_dep().value < place->reserve_dep().value);
}

BOOST_AUTO_TEST_CASE(a_dep_comes_back_with_its_wraps) {
  Place place;
  auto dep = place.add_dep("Finance.1");
  BOOST_CHECK_EXCEPTION(place.add_dep("FINANCE.1"), Error, is(Fault::exists));
  const auto other = place.add_dep("other");
  dep.state = DepState::disabled;
  dep.description = "new";
  place->update_dep(dep);
  place.reopen();
  const auto found = place->dep("finance.1");
  BOOST_CHECK(found.id == dep.id);
  BOOST_TEST(found.name == "Finance.1");
  BOOST_TEST(found.description == "new");
  BOOST_CHECK(found.state == DepState::disabled);
  BOOST_TEST(place->deps().size() == 3u);
  const auto key = place->dep_key(dep.id, 1);
  BOOST_TEST_REQUIRE(key.roots.size() == 2u);
  BOOST_TEST(key.roots[1].key.kid() == "https://b.example/keys/y/2");
  BOOST_CHECK(key.roots[1].blob == Bytes{2});
  BOOST_CHECK(key.availability->blob == Bytes{3});
  BOOST_CHECK_EXCEPTION(place->dep_key(dep.id, 2), Error, is(Fault::not_found));
  BOOST_CHECK_EXCEPTION(place->dep("none"), Error, is(Fault::not_found));
  dep.name = "Other";
  BOOST_CHECK_EXCEPTION(place->update_dep(dep), Error, is(Fault::exists));
}

BOOST_AUTO_TEST_CASE(names_and_hashes_of_people_are_in_no_file) {
  Place place;
  place.add("canary-name@example.org", {"canary-alias@example.org"});
  for (int pass = 0; pass < 2; ++pass) {
    for (const auto& file : std::filesystem::directory_iterator(place.data())) {
      std::ifstream stream(file.path(), std::ios::binary);
      const std::string all{std::istreambuf_iterator<char>(stream), {}};
      for (const auto* word : {"canary", "argon2id", "example.org"})
        BOOST_TEST((all.find(word) == std::string::npos), word << " is in " << file.path());
    }
    place.close();
  }
}

BOOST_AUTO_TEST_CASE(rows_of_people_cannot_change_places) {
  Place place;
  const auto ada = place.add("ada@example.org", {"a@example.org"});
  const auto bob = place.add("bob@example.org", {"b@example.org"});
  place.close();
  tamper(place.file(), "update account set sealed = (select sealed from account where id = 2)");
  storage_test::forget_anchors(place.root() / "keys");
  place.open();
  BOOST_CHECK_EXCEPTION(place->account(ada.id), Error, is(Fault::corrupt));
  BOOST_TEST(place->account(bob.id).name == "bob@example.org");
  place.close();
  tamper(place.file(), "update alias set sealed = (select sealed from alias where id = 1)");
  storage_test::forget_anchors(place.root() / "keys");
  place.open();
  BOOST_CHECK_EXCEPTION(place->account(bob.id), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(nobody_gets_the_mailbox_or_the_mail_of_another) {
  const std::pair<const char*, const char*> touched[] = {
      {"update account set mailbox = 1 where id = 2", "bob@example.org"},
      {"update account set mailbox = 3 - mailbox", "ada@example.org"},
      {"update alias set account = 2", "boss@example.org"},
      {"create table copied as select * from account; update account set name_hash = id;"
       "update account set name_hash = (select name_hash from copied where id = 3 - account.id);"
       "drop table copied",
       "bob@example.org"},
  };
  for (const auto& [sql, address] : touched) {
    Place directory;
    directory.add("ada@example.org", {"boss@example.org"});
    directory.add("bob@example.org");
    directory.close();
    tamper(directory.file(), sql);
    storage_test::forget_anchors(directory.root() / "keys");
    directory.open();
    BOOST_TEST_CONTEXT(sql) {
      const auto found = [&] { return directory->find_by_address(address); };
      BOOST_CHECK_EXCEPTION(found(), Error, is(Fault::corrupt));
    }
  }
}

BOOST_AUTO_TEST_CASE(another_key_opens_nothing) {
  Place place;
  const auto ada = place.add("ada@example.org");
  place.close();
  Anchors anchors(place.root());
  Directory other(place.data(), crypto::DirectoryKey::generate(), anchors);
  BOOST_CHECK_EXCEPTION(other.account(ada.id), Error, is(Fault::corrupt));
  BOOST_CHECK_EXCEPTION(other.account("ada@example.org"), Error, is(Fault::not_found));
}

BOOST_AUTO_TEST_CASE(where_anybody_holds_a_role_another_key_is_refused_at_once) {
  Place place;
  const auto first = place->add_role_grant({.user = 0, .role = 1, .since = 5, .by = "start"});
  place->add_role_grant({.user = 7, .role = 2, .since = 5, .by = "start"});
  place.close();
  Anchors anchors(place.root());
  BOOST_CHECK_EXCEPTION(Directory(place.data(), crypto::DirectoryKey::generate(), anchors), Error,
                        is(Fault::corrupt));
  tamper(place.file(), "update role_grant set sealed = x'00' where id = " + std::to_string(first));
  storage_test::forget_anchors(place.root() / "keys");
  place.open();  // one that is damaged does not make it another key
}

BOOST_AUTO_TEST_CASE(a_second_owner_is_refused) {
  Place place;
  BOOST_CHECK_EXCEPTION(storage_test::open_directory(place.root()), Error, is(Fault::unavailable));
}

BOOST_AUTO_TEST_CASE(threads_may_use_it_at_once) {
  Place place;
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n)
    threads.emplace_back([&, n] {
      for (int m = 0; m < 5; ++m)
        place.add("user" + std::to_string(n) + '-' + std::to_string(m) + "@example.org");
    });
  for (auto& thread : threads) thread.join();
  BOOST_TEST(place->accounts().size() == 20u);
  BOOST_TEST(place->mailboxes().size() == 20u);
}

BOOST_AUTO_TEST_CASE(over_long_values_are_refused) {
  Place place;
  const std::string letters(400, 'a');
  BOOST_CHECK_EXCEPTION(place.add(letters), Error, is(Fault::invalid));
  BOOST_CHECK_EXCEPTION(place.add(""), Error, is(Fault::invalid));
  BOOST_CHECK_EXCEPTION(place.add("x@example.org", {letters}), Error, is(Fault::invalid));
  BOOST_CHECK_EXCEPTION(place.add_dep(letters), Error, is(Fault::invalid));
  BOOST_CHECK_EXCEPTION(place.add_dep(""), Error, is(Fault::invalid));
}

BOOST_AUTO_TEST_SUITE_END()
