// directory.db from before DEPs were sealed, and what of them can be read in the file since.

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "base/error.h"
#include "crypto/service_keys.h"
#include "storage/directory.h"
#include "storage/migrations.h"
#include "storage/sqlite.h"
#include "tests/support/open_directory.h"
#include "tests/support/storage_store.h"

using namespace storage;

namespace {

constexpr std::size_t steps_in_clear = 8, steps_without_quotas = 5;

struct Place {
  storage_test::TempDirectory temporary;
  std::filesystem::path data = temporary.path() / "data";
  std::filesystem::path file = data / "directory.db";

  // As the program left it that knew so many steps.
  void make(std::size_t steps, const std::string& rows) {
    std::filesystem::create_directory(data);
    Connection connection(file, Connection::Mode::write);
    migrate(connection, FileKind::directory, directory_schema().first(steps), "directory.db");
    connection.script(rows);
  }
  std::shared_ptr<Directory> open() { return storage_test::open_directory(temporary.path()); }
  bool holds(std::string_view word) const {
    for (const auto& each : std::filesystem::directory_iterator(data)) {
      std::ifstream stream(each.path(), std::ios::binary);
      if (std::string{std::istreambuf_iterator<char>(stream), {}}.find(word) != std::string::npos)
        return true;
    }
    return false;
  }
};

constexpr auto deps_in_clear =
    "insert into dep(id, name, description, state, version, created, managed, tenant_wide) values"
    " (1, 'managed', '', 1, 1, 1700000000, 1, 0),"
    " (2, 'FinanceCanary', 'DescriptionCanary', 2, 2, 1700000001, 0, 1);"
    "insert into dep_key(dep, version, slot, kid, wrapped, created) values"
    " (2, 1, 0, 'https://a.example/keys/x/1', x'01', 1700000002),"
    " (2, 1, 1, 'https://b.example/keys/y/1', x'02', 1700000002),"
    " (2, 2, 0, 'https://a.example/keys/x/2', x'03', 1700000003),"
    " (2, 2, 1, 'https://b.example/keys/y/2', x'04', 1700000003),"
    " (2, 2, 2, '7', x'05', 1700000003);"
    "insert into root_denial values(2, 'https://a.example/keys/x/2', 1700000004, 'ReasonCanary');"
    "insert into outage values(2, 1, 1700000005);"
    "update next_id set id = 3 where kind = 'dep'";

}  // namespace

BOOST_AUTO_TEST_SUITE(directory_sealing)

BOOST_AUTO_TEST_CASE(what_stood_in_clear_is_sealed_and_reads_as_before) {
  Place place;
  place.make(steps_in_clear, deps_in_clear);
  for (const int time : {1, 2}) {
    BOOST_TEST_CONTEXT("opening " << time) {
      const auto directory = place.open();
      const auto finance = directory->dep("financecanary");
      BOOST_TEST(finance.name == "FinanceCanary");
      BOOST_TEST(finance.description == "DescriptionCanary");
      BOOST_TEST(finance.created == 1'700'000'001);
      BOOST_TEST(finance.version == 2u);
      BOOST_CHECK(finance.state == DepState::disabled);
      BOOST_TEST((finance.tenant_wide && !finance.managed));
      BOOST_TEST(directory->deps().size() == 2u);
      const auto keys = directory->dep_keys(finance.id);
      BOOST_TEST_REQUIRE(keys.size() == 2u);
      BOOST_TEST(keys[0].created == 1'700'000'002);
      BOOST_TEST(keys[1].roots.at(1).key.kid() == "https://b.example/keys/y/2");
      BOOST_TEST(keys[1].generation == 7u);
      const auto denials = directory->root_denials(finance.id);
      BOOST_TEST_REQUIRE(denials.size() == 1u);
      BOOST_TEST(denials[0].since == 1'700'000'004);
      BOOST_TEST(denials[0].reason == "ReasonCanary");
      BOOST_TEST(directory->outage(finance.id, 1).value() == 1'700'000'005);
      BOOST_TEST(directory->reserve_dep().value == 2 + time);
      for (const auto* word : {"FinanceCanary", "DescriptionCanary", "ReasonCanary"})
        BOOST_TEST(!place.holds(word), word);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_version_without_quotas_shares_and_credentials_comes_to_have_them) {
  Place place;
  place.make(steps_without_quotas,
             "insert into mailbox(id, account, database, dep, dep_version, epoch, wrapped)"
             " values(1, 1, 1, 1, 1, 1, x'01')");
  const auto directory = place.open();
  const Quota ten_messages{.messages = {Allowance::Kind::limited, 10}};
  BOOST_CHECK(directory->quota(MailboxId(1)) == Quota{});
  directory->set_quota(MailboxId(1), ten_messages);
  directory->share(MailboxId(1), AccountId(2));
  BOOST_CHECK(directory->quota(MailboxId(1)) == ten_messages);
  BOOST_TEST(directory->shared_with(AccountId(2)).size() == 1u);
  BOOST_TEST(directory->credentials(AccountId(1)).empty());
}

BOOST_AUTO_TEST_CASE(nothing_that_is_said_of_a_dep_is_in_the_file) {
  Place place;
  const auto directory = place.open();
  Dep dep{.id = directory->reserve_dep(), .name = "NameCanary", .description = "TextCanary"};
  directory->add_dep(dep, {.dep = dep.id,
                           .roots = {{crypto::RootKeyRef("https://a.example/keys/x/1"), {1}},
                                     {crypto::RootKeyRef("https://b.example/keys/y/1"), {2}}}});
  directory->note_root_denial(dep.id, {"https://a.example/keys/x/1", 5, "FirstCanary"});
  directory->note_root_denial(dep.id, {"https://a.example/keys/x/1", 9, "SecondCanary"});
  BOOST_TEST(directory->root_denials(dep.id).at(0).since == 5);
  dep.name = "LaterCanary";
  directory->update_dep(dep);
  BOOST_TEST(directory->dep("laterCANARY").id.value == dep.id.value);
  BOOST_CHECK_THROW(directory->dep("NameCanary"), Error);
  for (const auto* word :
       {"NameCanary", "TextCanary", "FirstCanary", "SecondCanary", "LaterCanary"})
    BOOST_TEST(!place.holds(word), word);
}

BOOST_AUTO_TEST_CASE(what_is_said_of_another_dep_is_corrupt) {
  Place place;
  place.make(steps_in_clear, deps_in_clear);
  place.open().reset();
  storage_test::tamper(place.file, "update dep set sealed = (select sealed from dep where id = 2)");
  storage_test::forget_anchors(place.temporary.path() / "keys");
  const auto directory = place.open();
  BOOST_CHECK_EXCEPTION(directory->dep(DepId(1)), Error, [](const Error& error) {
    return error.fault() == Fault::corrupt &&
           error.what() == std::string("directory.db: DEP 1 is damaged");
  });
}

BOOST_AUTO_TEST_SUITE_END()
