// What opens accounts: stored passwords of both versions, app passwords, certificates.

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "crypto/aead.h"
#include "storage/sqlite.h"
#include "tests/support/installation.h"

BOOST_AUTO_TEST_SUITE(directory_credentials)

namespace {

using storage::AppPassword;
using storage::Certificate;
using storage::Credential;
using storage::Scope;

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

struct House : test_support::Installation {
  storage::Account ada = make_account("ada"), bob = make_account("bob");

  Credential phone(const storage::Account& account, const std::string& name = "phone") {
    AppPassword what{Scope::imap, "abcd", {"$argon2id$phone"}};
    what.secret.scram = crypto::scram_verifier("secret", directory.scram_salt(account.name), 4096);
    return {.account = account.id, .name = name, .created = 5, .what = what};
  }
  static Credential card(const storage::Account& account, std::uint8_t octet) {
    return {
        .account = account.id, .name = "card", .created = 6, .what = Certificate{Bytes(32, octet)}};
  }
  void tamper(const std::string& sql) { storage_test::tamper(data() / "directory.db", sql); }
  // The inside of an account's record, sealed where it belongs.
  void put_account(const storage::Account& account, const std::string& hex) {
    const crypto::Place place{
        .kind = crypto::Kind::account, .mailbox = account.mailbox, .row = account.id.value};
    const auto sealed =
        crypto::Aead::seal_record(service_keys.directory_key(), place, from_hex(hex));
    tamper("update account set sealed = x'" + to_hex(sealed) +
           "' where id = " + std::to_string(account.id.value));
  }
};

// crypto/FORMAT.md section 7.
constexpr auto version_1 = "010003616461000178010000000065920080";
constexpr auto version_2 =
    "02000361646100017801000000006592008001000010001000112233445566778899aabbccddeeff208cb2119465e3"
    "73"
    "4008e4f7ba1cd77747f0c272b247637ca2af2def8ae6f363c620a9c046bc0aded44e5ff777355d21073aa2f91851b8"
    "fa"
    "dcd400f82424163cfb5b";

}  // namespace

BOOST_AUTO_TEST_CASE(an_account_from_before_scram_is_read_and_written_anew) {
  House house;
  house.put_account(house.ada, version_1);
  auto account = house.directory.account("ada");
  BOOST_TEST(account.password.hash == "x");
  BOOST_TEST(account.created == 1'704'067'200);
  BOOST_CHECK(account.password.form == crypto::StoredPassword::Form::as_typed);
  BOOST_TEST(!account.password.scram.has_value());

  const auto verifier =
      crypto::scram_verifier("pencil", from_hex("00112233445566778899aabbccddeeff"), 4096);
  house.directory.add_scram(account.id, account.password, verifier);
  account = house.directory.account("ada");
  BOOST_CHECK(account.password.form == crypto::StoredPassword::Form::as_typed);
  BOOST_TEST(account.password.hash == "x");
  BOOST_REQUIRE(account.password.scram.has_value());
  BOOST_CHECK(account.password.scram->stored_key == verifier.stored_key);
}

BOOST_AUTO_TEST_CASE(the_example_on_the_page_is_read) {
  House house;
  house.put_account(house.ada, version_2);
  const auto account = house.directory.account("ada");
  const auto verifier =
      crypto::scram_verifier("pencil", from_hex("00112233445566778899aabbccddeeff"), 4096);
  BOOST_CHECK(account.password.form == crypto::StoredPassword::Form::prepared);
  BOOST_REQUIRE(account.password.scram.has_value());
  BOOST_TEST(account.password.scram->iterations == 4096u);
  BOOST_CHECK(account.password.scram->salt == verifier.salt);
  BOOST_CHECK(account.password.scram->stored_key == verifier.stored_key);
  BOOST_CHECK(account.password.scram->server_key == verifier.server_key);
}

BOOST_AUTO_TEST_CASE(what_is_no_such_record_is_corrupt) {
  House house;
  const std::string good = version_2;
  auto unknown_form = good;
  unknown_form.replace(36, 2, "02");
  for (const auto& bad : {"03" + good.substr(2), good.substr(0, good.size() - 2), good + "00",
                          unknown_form, std::string(version_1) + "00"}) {
    house.put_account(house.ada, bad);
    BOOST_CHECK_EXCEPTION(house.directory.account("ada"), Error, is(Fault::corrupt));
  }
}

BOOST_AUTO_TEST_CASE(a_verifier_is_not_added_to_another_password) {
  House house;
  const auto before = house.directory.account("ada").password;
  auto changed = house.directory.account("ada");
  changed.password = "$argon2id$other";
  house.directory.update_account(changed);
  house.directory.add_scram(changed.id, before, crypto::scram_verifier("x", Bytes(16), 4096));
  BOOST_TEST(!house.directory.account("ada").password.scram.has_value());
}

BOOST_AUTO_TEST_CASE(salts_differ_by_name_and_stay) {
  House house;
  const auto salt = house.directory.scram_salt("ada");
  BOOST_TEST(salt.size() == 16u);
  BOOST_CHECK(salt == house.directory.scram_salt("ADA"));
  BOOST_CHECK(salt != house.directory.scram_salt("bob"));
  BOOST_CHECK(salt != House().directory.scram_salt("ada"));
}

BOOST_AUTO_TEST_CASE(credentials_come_back_and_go) {
  House house;
  const auto phone = house.directory.add_credential(house.phone(house.ada));
  const auto card = house.directory.add_credential(House::card(house.ada, 7));
  house.directory.add_credential(house.phone(house.bob));
  const auto all = house.directory.credentials(house.ada.id);
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].id == phone);
  BOOST_TEST(all[0].name == "phone");
  BOOST_TEST(all[0].created == 5);
  BOOST_TEST(all[0].last_use == 0);
  const auto& secret = std::get<AppPassword>(all[0].what);
  BOOST_CHECK(secret.scope == Scope::imap);
  BOOST_TEST(secret.selector == "abcd");
  BOOST_TEST(secret.secret.hash == "$argon2id$phone");
  BOOST_TEST(secret.secret.scram->stored_key.size() == 32u);
  BOOST_TEST(house.directory.find_certificate(Bytes(32, 7)).value().id == card);
  BOOST_CHECK(house.directory.find_certificate(Bytes(32, 7))->account == house.ada.id);
  BOOST_TEST(!house.directory.find_certificate(Bytes(32, 8)).has_value());

  house.directory.remove_credential(phone);
  BOOST_CHECK_EXCEPTION(house.directory.remove_credential(phone), Error, is(Fault::not_found));
  BOOST_TEST(house.directory.credentials(house.ada.id).size() == 1u);
}

BOOST_AUTO_TEST_CASE(names_and_certificates_come_once) {
  House house;
  house.directory.add_credential(house.phone(house.ada));
  house.directory.add_credential(House::card(house.ada, 7));
  const auto adding = [&](const Credential& credential) {
    return [&house, credential] { house.directory.add_credential(credential); };
  };
  BOOST_CHECK_EXCEPTION(adding(house.phone(house.ada))(), Error, is(Fault::exists));
  BOOST_CHECK_EXCEPTION(adding(House::card(house.bob, 7))(), Error, is(Fault::exists));
  BOOST_CHECK_EXCEPTION(adding(house.phone(house.ada, ""))(), Error, is(Fault::invalid));
  BOOST_CHECK_EXCEPTION(adding(house.phone(house.ada, std::string(101, 'x')))(), Error,
                        is(Fault::invalid));
  auto stranger = house.ada;
  stranger.id = AccountId(99);
  BOOST_CHECK_EXCEPTION(adding(House::card(stranger, 9))(), Error, is(Fault::not_found));
  for (int n = 2; n < 100; ++n)
    house.directory.add_credential(house.phone(house.ada, std::to_string(n)));
  BOOST_CHECK_EXCEPTION(adding(house.phone(house.ada, "one more"))(), Error, is(Fault::limit));
}

BOOST_AUTO_TEST_CASE(a_use_is_noted_without_being_a_change) {
  House house;
  const auto phone = house.directory.add_credential(house.phone(house.ada));
  const auto changes = house.directory.changes();
  house.directory.note_use(phone, 7200);
  house.directory.note_use(phone, 3600);  // older
  house.directory.note_use(99, 3600);     // gone meanwhile
  BOOST_TEST(house.directory.changes() == changes);
  BOOST_TEST(house.directory.credentials(house.ada.id).at(0).last_use == 7200);
}

BOOST_AUTO_TEST_CASE(they_go_with_their_account) {
  House house;
  house.directory.add_credential(House::card(house.ada, 7));
  house.mailboxes.remove(house.ada);
  BOOST_TEST(!house.directory.find_certificate(Bytes(32, 7)).has_value());
  storage::Connection connection(house.data() / "directory.db", storage::Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from credential").value() == 0);
}

BOOST_AUTO_TEST_CASE(one_that_was_moved_to_another_account_is_corrupt) {
  House house;
  house.directory.add_credential(house.phone(house.ada));
  house.directory.add_credential(House::card(house.ada, 7));
  house.tamper("update credential set account = " + std::to_string(house.bob.id.value));
  BOOST_CHECK_EXCEPTION(house.directory.credentials(house.bob.id), Error, is(Fault::corrupt));
  BOOST_CHECK_EXCEPTION(house.directory.find_certificate(Bytes(32, 7)), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_SUITE_END()
