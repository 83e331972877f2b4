// Rows of directory.db of an older state: noticed when it is opened, named, not believed, accepted.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <functional>

#include "base/error.h"
#include "storage/directory.h"
#include "storage/migrations.h"
#include "storage/sqlite.h"
#include "tests/support/open_directory.h"
#include "tests/support/storage_store.h"

using namespace storage;

namespace {

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

const Quota ten_messages{.messages = {Allowance::Kind::limited, 10}};

// DEPs "managed" (1) and "finance" (2); ada (1) with an alias, bob (2).
struct Place {
  storage_test::TempDirectory temporary;
  std::filesystem::path data = temporary.path() / "data", keys = temporary.path() / "keys",
                        file = data / "directory.db";
  std::shared_ptr<Directory> directory = storage_test::open_directory(temporary.path());
  Dep managed = add_dep("managed", true), finance = add_dep("finance", false);
  Account ada = add("ada@example.org", {"boss@example.org"}), bob = add("bob@example.org", {});

  Directory* operator->() { return directory.get(); }
  void open() { directory = storage_test::open_directory(temporary.path()); }
  void close() { directory.reset(); }
  void tamper(const std::string& sql) {
    close();
    storage_test::tamper(file, sql);
    open();
  }
  // What `change` has changed is put back to what it was: everything, or what `sql` puts back from
  // the attached copy `old`.
  void put_back_after(const std::function<void()>& change, const std::string& sql = "") {
    close();
    const auto copy = temporary.path() / "old.db";
    std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing);
    open();
    change();
    close();
    if (sql.empty())
      std::filesystem::copy_file(copy, file, std::filesystem::copy_options::overwrite_existing);
    else
      storage_test::tamper(file, "attach '" + copy.string() + "' as old; " + sql);
    open();
  }
  std::string found() {
    std::string text;
    for (const auto& row : directory->rolled_back())
      text +=
          row.table + ' ' + std::to_string(row.row) + ' ' + std::string(name_of(row.how)) + '\n';
    return text;
  }

  Dep add_dep(const std::string& name, bool is_managed) {
    const Dep dep{.id = directory->reserve_dep(), .name = name, .managed = is_managed};
    directory->add_dep(dep, {.dep = dep.id,
                             .roots = {{crypto::RootKeyRef("https://a.example/keys/x/1"), {1}},
                                       {crypto::RootKeyRef("https://b.example/keys/y/1"), {2}}}});
    return dep;
  }
  Account add(const std::string& name, std::vector<std::string> aliases) {
    Account account{.id = directory->reserve_account(),
                    .mailbox = directory->reserve_mailbox(),
                    .name = name,
                    .password = "$argon2id$first",
                    .aliases = std::move(aliases)};
    directory->add_account(account, {.id = account.mailbox,
                                     .account = account.id,
                                     .database = DatabaseId(1),
                                     .dep = managed.id,
                                     .key = {Bytes(73, 1)}});
    return account;
  }
  void change_password(Account account) {
    account.password = "$argon2id$second";
    directory->update_account(account);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(directory_roll_back)

BOOST_AUTO_TEST_CASE(what_the_server_left_is_believed) {
  Place place;
  place.change_password(place.ada);
  place->set_quota(place.bob.mailbox, ten_messages);
  place->set_quota(place.bob.mailbox, {});
  place->remove_account(place.bob.id);
  place->write_anew();
  for (int time = 0; time < 3; ++time) {
    place.close();
    place.open();
    BOOST_TEST(place.found() == "");
    BOOST_TEST(place->believes_the_rest());
  }
}

BOOST_AUTO_TEST_CASE(an_old_password_lets_nobody_in) {
  Place place;
  place.put_back_after([&] { place.change_password(place.ada); },
                       "update account set sealed = (select sealed from old.account where id = 1)"
                       " where id = 1");
  BOOST_TEST(place.found() == "account 1 changed\n");
  BOOST_CHECK_EXCEPTION(place->account("ada@example.org"), Error, is(Fault::corrupt));
  BOOST_CHECK_EXCEPTION(place->find_by_address("boss@example.org"), Error, is(Fault::corrupt));
  BOOST_CHECK_EXCEPTION(place->mailbox(place.ada.mailbox), Error, is(Fault::corrupt));
  BOOST_CHECK_EXCEPTION(place.change_password(place.ada), Error, is(Fault::corrupt));
  BOOST_TEST(!place->believes(place.ada.mailbox));
  BOOST_TEST(place->account("bob@example.org").name == "bob@example.org");
  BOOST_TEST(place->believes(place.bob.mailbox));
  BOOST_TEST(place->believes_the_rest());
}

BOOST_AUTO_TEST_CASE(a_row_that_is_put_back_is_named_and_the_rest_goes_on) {
  struct Case {
    std::function<void(Place&)> change;
    std::string sql, found;
  };
  const auto all = [](const std::string& table) {
    return "delete from " + table + "; insert into " + table + " select * from old." + table;
  };
  const Case cases[] = {
      {[](Place& place) { place->set_quota(place.ada.mailbox, ten_messages); }, all("quota"),
       "quota 1 missing\n"},
      {[](Place& place) { place->assign(std::span(&place.ada.mailbox, 1), place.finance.id); },
       all("mailbox"), "mailbox 1 changed\n"},
      {[](Place& place) {
         auto dep = place.finance;
         dep.state = DepState::disabled;
         place->update_dep(dep);
       },
       all("dep"), "dep 2 changed\n"},
      {[](Place& place) {
         place->note_root_denial(place.finance.id, {"https://a.example/keys/x/1", 5, "disabled"});
       },
       all("root_denial"), "root_denial 1 missing\n"},
      {[](Place& place) { place->share(MailboxId(2), AccountId(1)); },
       "update share set sealed = x'00'", ""},
  };
  for (const auto& [change, sql, found] : cases) {
    Place place;
    place.put_back_after([&] { change(place); }, sql);
    BOOST_TEST_CONTEXT(sql) {
      if (!found.empty()) BOOST_TEST(place.found() == found);
      BOOST_TEST(place->rolled_back().size() == 1u);
      BOOST_TEST(place->find_by_address("bob@example.org")->name == "bob@example.org");
    }
  }
}

BOOST_AUTO_TEST_CASE(roles_and_credentials_that_were_taken_back_stay_so) {
  Place place;
  place->add_role_grant({.user = 0, .role = 1, .since = 5, .by = "start"});
  const auto taken = place->add_role_grant({.user = 7, .role = 2, .since = 5, .by = "root"});
  const auto phone = place->add_credential(
      {.account = place.ada.id, .name = "phone", .what = Certificate{Bytes(32, 7)}});
  place.put_back_after(
      [&] {
        place->remove_role_grant(taken);
        place->remove_credential(phone);
      },
      "insert into role_grant select * from old.role_grant where id = 2;"
      "insert into credential select * from old.credential");
  BOOST_TEST(place.found() == "credential 1 added\nrole_grant 2 added\n");
  const auto doubted = place->doubted_role_grants();
  BOOST_TEST_REQUIRE(doubted.size() == 1u);
  BOOST_TEST(doubted[0].user == 7u);
  BOOST_TEST(place->role_grants().size() == 1u);
  BOOST_TEST(place->credentials(place.ada.id).empty());
  BOOST_CHECK_EXCEPTION(place->find_certificate(Bytes(32, 7)), Error, is(Fault::corrupt));
  BOOST_TEST(place->account("ada@example.org").name == "ada@example.org");
  place->remove_credential(phone);
  BOOST_TEST(place.found() == "role_grant 2 added\n");
}

BOOST_AUTO_TEST_CASE(a_dep_that_was_put_back_opens_nothing_and_is_not_worked_on) {
  Place place;
  place.put_back_after(
      [&] {
        place->add_dep_version(
            {.dep = place.managed.id,
             .version = 2,
             .roots = {{crypto::RootKeyRef("https://a.example/keys/x/2"), {1}},
                       {crypto::RootKeyRef("https://b.example/keys/y/2"), {2}}}});
      },
      "update dep set version = 1 where id = 1");
  BOOST_TEST(place.found() == "dep 1 changed\n");
  BOOST_CHECK_EXCEPTION(place->dep(place.managed.id), Error, is(Fault::corrupt));
  BOOST_CHECK_EXCEPTION(place->dep_key(place.managed.id, 1), Error, is(Fault::corrupt));
  BOOST_TEST(place->deps().size() == 2u);
  BOOST_TEST(place->mailboxes_to_be_moved(MailboxId(0), 10).empty());
  BOOST_TEST(place->remove_unused_versions().empty());
  BOOST_TEST(!place->believes_the_rest());
  BOOST_TEST(place->dep(place.finance.id).name == "finance");
}

BOOST_AUTO_TEST_CASE(an_address_that_was_lost_is_not_unknown) {
  Place place;
  place.tamper("delete from alias");
  BOOST_TEST(place.found() == "alias 1 missing\n");
  BOOST_CHECK_EXCEPTION(place->find_by_address("boss@example.org"), Error, is(Fault::corrupt));
  BOOST_CHECK_EXCEPTION(place->find_by_address("nobody@example.org"), Error, is(Fault::corrupt));
  BOOST_TEST(place->find_by_address("bob@example.org").has_value());
}

BOOST_AUTO_TEST_CASE(everything_of_yesterday_is_noticed_and_accepted_for_what_it_is) {
  Place place;
  const auto yesterday = [&] {
    place.put_back_after([&] {
      place.change_password(place.ada);
      place->remove_account(place.bob.id);
      place.add("new@example.org", {});
    });
  };
  yesterday();
  BOOST_TEST(!place->believes(place.ada.mailbox));
  BOOST_TEST(!place->believes(place.bob.mailbox));
  BOOST_TEST(!place->believes(MailboxId(3)));
  BOOST_TEST(!place->believes_the_rest());
  BOOST_CHECK_EXCEPTION(place->reserve_account(), Error, is(Fault::corrupt));

  const MailboxId one[] = {place.ada.mailbox};
  place->accept_rolled_back(one);
  BOOST_TEST(place->account("ada@example.org").password.hash == "$argon2id$first");
  BOOST_CHECK_EXCEPTION(place->account("bob@example.org"), Error, is(Fault::corrupt));

  place->accept_rolled_back();
  BOOST_TEST(place.found() == "");
  place.close();
  place.open();
  BOOST_TEST(place.found() == "");
  BOOST_TEST(place->account("bob@example.org").name == "bob@example.org");
  BOOST_CHECK_EXCEPTION(place->account("new@example.org"), Error, is(Fault::not_found));
  BOOST_TEST(place->reserve_account().value == 4);  // 3 was given to what is gone
}

BOOST_AUTO_TEST_CASE(a_file_that_is_gone_is_not_made_anew) {
  Place place;
  place.close();
  for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove(place.file.string() + end);
  BOOST_CHECK_EXCEPTION(place.open(), Error, is(Fault::corrupt));
}

// The process ended between the anchors and the commit, before it and after it.
BOOST_AUTO_TEST_CASE(a_change_that_was_cut_is_no_roll_back) {
  for (const bool committed : {false, true}) {
    Place place;
    place.close();
    const auto before = place.temporary.path() / "before.db",
               anchors = place.temporary.path() / "anchors.db";
    std::filesystem::copy_file(place.file, before);
    std::filesystem::copy_file(place.keys / "anchors.db", anchors);
    place.open();
    place.change_password(place.bob);
    place->set_quota(place.bob.mailbox, ten_messages);
    place.close();
    const auto expect = [&](const std::string& of) {
      return "update directory_row set next = digest, digest = coalesce((select digest from old." +
             of +
             " where o.name = directory_row.name and o.row = directory_row.row), x'')"
             " where name in ('account', 'quota');";
    };
    storage_test::tamper(place.keys / "anchors.db",
                         "attach '" + anchors.string() + "' as old; " + expect("directory_row o"));
    if (!committed)
      std::filesystem::copy_file(before, place.file,
                                 std::filesystem::copy_options::overwrite_existing);
    for (int time = 0; time < 2; ++time) {
      place.open();
      BOOST_TEST(place.found() == "");
      BOOST_CHECK((place->quota(place.bob.mailbox) == ten_messages) == committed);
      place.close();
    }
  }
}

BOOST_AUTO_TEST_CASE(service_keys_of_an_older_backup_are_no_roll_back) {
  Place place;
  place.close();
  const auto copy = place.temporary.path() / "anchors.db";
  std::filesystem::copy_file(place.keys / "anchors.db", copy);
  place.open();
  place.change_password(place.ada);
  place.close();
  std::filesystem::copy_file(copy, place.keys / "anchors.db",
                             std::filesystem::copy_options::overwrite_existing);
  place.open();
  BOOST_TEST(place.found() == "");
  place.close();
  storage_test::forget_anchors(place.keys);
  place.open();
  BOOST_TEST(place.found() == "");
}

BOOST_AUTO_TEST_CASE(every_row_of_every_table_has_a_number_that_stays) {
  Place place;
  Connection connection(place.file, Connection::Mode::read);
  for (auto tables = connection.query("select name from sqlite_schema where type = 'table' and"
                                      " name not like 'sqlite_%'");
       tables.next();) {
    const auto name = tables.text(0);
    BOOST_TEST(connection
                       .number("select count(*) from pragma_table_info(?) where pk > 0 and"
                               " lower(type) = 'integer'",
                               std::string_view(name))
                       .value() == 1,
               name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
