#include "policy/login.h"

#include <boost/test/unit_test.hpp>

#include <thread>

#include "crypto/password.h"
#include "policy/app_password.h"
#include "tests/support/installation.h"
#include "tests/support/scram_client.h"

BOOST_AUTO_TEST_SUITE(login)

namespace {

struct Door : test_support::Installation {
  Door() {
    account.aliases = {"lovelace@example.org"};
    directory.update_account(account);
  }
  storage::Account account =
      mailboxes.create("ada@example.org", crypto::hash_password("engine"), deps.default_dep());
  std::vector<int> slept;
  policy::Login login{directory, clock, [this](std::chrono::milliseconds time) {
                        slept.push_back(static_cast<int>(time.count()));
                      }};

  bool opens(std::string_view name, std::string_view password,
             const std::string& peer = "192.0.2.1:4000") {
    return login.check(name, password, {peer}).has_value();
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_right_password_opens_in_any_case_of_the_name) {
  Door door;
  const auto account = door.login.check("Ada@Example.Org", "engine", {"192.0.2.1:4000"});
  BOOST_REQUIRE(account.has_value());
  BOOST_TEST(account->account.name == "ada@example.org");
  BOOST_TEST(door.opens("ada@example.org", "engine"));  // remembered
}

BOOST_AUTO_TEST_CASE(everything_else_does_not) {
  Door door;
  BOOST_TEST(!door.opens("ada@example.org", "Engine"));
  BOOST_TEST(!door.opens("ada@example.org", ""));
  BOOST_TEST(!door.opens("nobody@example.org", "engine"));
  BOOST_TEST(!door.opens("lovelace@example.org", "engine"));
  BOOST_TEST(!door.opens("", ""));
  BOOST_TEST(!door.opens(std::string(300, 'a'), "engine"));
  BOOST_TEST(!door.opens("ada@example.org", std::string(2000, 'a')));
}

BOOST_AUTO_TEST_CASE(a_remembered_password_costs_no_hashing) {
  Door door;
  door.opens("ada@example.org", "engine");
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) BOOST_TEST(door.opens("ada@example.org", "engine"));
  const auto ten = std::chrono::steady_clock::now() - begin;
  const auto start = std::chrono::steady_clock::now();
  door.opens("ada@example.org", "wrong");
  BOOST_TEST((ten < 10 * (std::chrono::steady_clock::now() - start)));
}

BOOST_AUTO_TEST_CASE(a_new_password_and_a_disabled_account_end_what_is_remembered) {
  Door door;
  BOOST_TEST(door.opens("ada@example.org", "engine"));
  auto account = door.directory.account("ada@example.org");
  account.password = crypto::hash_password("difference");
  door.directory.update_account(account);
  BOOST_TEST(!door.opens("ada@example.org", "engine"));
  BOOST_TEST(door.opens("ada@example.org", "difference"));
  account.enabled = false;
  door.directory.update_account(account);
  BOOST_TEST(!door.opens("ada@example.org", "difference"));
}

BOOST_AUTO_TEST_CASE(a_guesser_waits_and_nobody_else) {
  Door door;
  for (int i = 0; i < 5; ++i) BOOST_TEST(!door.opens("ada@example.org", "wrong"));
  BOOST_TEST(door.slept == (std::vector{250, 500}), boost::test_tools::per_element());
  door.slept.clear();
  BOOST_TEST(door.opens("ada@example.org", "engine", "192.0.2.2:4000"));
  BOOST_TEST(!door.opens("bob@example.org", "engine"));
  BOOST_TEST(door.slept.empty());
  // Who is remembered does not wait even beside the guesser.
  BOOST_TEST(door.opens("ada@example.org", "engine"));
  BOOST_TEST(door.slept.empty());
}

BOOST_AUTO_TEST_CASE(unknown_users_make_a_guesser_wait_alike) {
  Door door;
  for (int i = 0; i < 5; ++i) BOOST_TEST(!door.opens("nobody@example.org", "wrong"));
  BOOST_TEST(door.slept == (std::vector{250, 500}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(another_port_is_the_same_guesser) {
  Door door;
  for (int i = 0; i < 4; ++i)
    door.opens("ada@example.org", "wrong", "192.0.2.1:" + std::to_string(4000 + i));
  BOOST_TEST(door.slept.size() == 1u);
}

// How often argon2 is computed for one try: what takes the time.
std::uint64_t cost(Door& door, std::string_view name, std::string_view password) {
  const auto before = crypto::password_hashings();
  door.opens(name, password);
  return crypto::password_hashings() - before;
}

// The account's own and two app passwords.
struct Furnished : Door {
  crypto::SecretText phone = add("phone", storage::Scope::imap);
  crypto::SecretText script = add("script", storage::Scope::smtp);

  crypto::SecretText add(const std::string& name, storage::Scope scope) {
    auto secret = policy::new_app_password();
    directory.add_credential(
        {.account = account.id,
         .name = name,
         .created = clock.now(),
         .what = storage::AppPassword{
             scope, policy::selector_of(secret),
             crypto::stored_password(secret, directory.scram_salt(account.name))}});
    return secret;
  }
  std::optional<policy::Admission> enter(std::string_view password,
                                         policy::Service service = policy::Service::imap) {
    return login.check("ada@example.org", password, {"192.0.2.1", service});
  }
  bool proves(const std::string& name, std::string_view password,
              policy::Service service = policy::Service::imap) {
    test_support::ScramClient client{
        .name = name, .password = std::string(password), .binding = {}, .expected = {}};
    const auto offer = login.scram(name);
    const auto server_first =
        "r=x,s=" + to_base64(offer.salt) + ",i=" + std::to_string(offer.iterations);
    const auto last = client.final(server_first);
    const auto end = last.rfind(",p=");
    const auto dialogue = client.first().substr(3) + ',' + server_first + ',' + last.substr(0, end);
    const auto proof = from_base64(last.substr(end + 3));
    const auto admitted =
        login.check_proof(name, offer, dialogue, bytes_of(proof), {"192.0.2.1", service});
    if (admitted) BOOST_TEST("v=" + to_base64(admitted->server_signature) == client.expected);
    return admitted.has_value();
  }
  void set_password(std::string_view password) {
    auto changed = directory.account("ada@example.org");
    changed.password = crypto::stored_password(password, directory.scram_salt(changed.name));
    directory.update_account(changed);
  }
};

BOOST_AUTO_TEST_CASE(each_try_costs_one_argon2_whoever_it_is_about) {
  Furnished door;
  auto disabled = door.make_account("bob@example.org");
  disabled.password = crypto::hash_password("engine");
  disabled.enabled = false;
  door.directory.update_account(disabled);
  const std::string like_the_phone = std::string(door.phone.substr(0, 4)) + std::string(20, 'a');
  for (const auto* name : {"ada@example.org", "bob@example.org", "nobody@example.org",
                           "lovelace@example.org", "", "\xff"})
    for (const auto& password : {std::string("wrong"), std::string(), std::string(2000, 'x'),
                                 std::string(24, 'a'), like_the_phone})
      BOOST_TEST(cost(door, name, password) == 1u, name);
  BOOST_TEST(cost(door, std::string(400, 'a'), "wrong") == 1u);
  BOOST_TEST(cost(door, "bob@example.org", "engine") == 1u);
  BOOST_TEST(cost(door, "ada@example.org", door.phone) == 1u);
  BOOST_TEST(cost(door, "ada@example.org", "engine") == 1u);
  BOOST_TEST(cost(door, "ada@example.org", "engine") == 0u);    // remembered
  BOOST_TEST(cost(door, "ada@example.org", door.phone) == 0u);  // beside it
}

BOOST_AUTO_TEST_CASE(an_app_password_opens_within_its_scope) {
  Furnished door;
  const auto admitted = door.enter(door.phone);
  BOOST_REQUIRE(admitted.has_value());
  BOOST_CHECK(admitted->by == policy::Admission::By::app_password);
  BOOST_TEST(admitted->credential != 0);
  BOOST_TEST(!door.enter(door.phone, policy::Service::smtp).has_value());  // remembered, too
  BOOST_TEST(door.enter(door.script, policy::Service::smtp).has_value());
  BOOST_TEST(!door.enter(door.script).has_value());
  const auto both = door.add("both", storage::Scope::all);
  BOOST_TEST(door.enter(both).has_value());
  BOOST_TEST(door.enter(both, policy::Service::smtp).has_value());
  BOOST_TEST(door.enter("engine", policy::Service::smtp).has_value());
}

BOOST_AUTO_TEST_CASE(an_app_password_is_typed_in_many_ways) {
  Furnished door;
  std::string typed;
  for (const char c : door.phone)
    if (c != '-') typed += static_cast<char>(std::toupper(c));
  BOOST_TEST(door.enter(typed).has_value());
  BOOST_TEST(door.enter(typed.substr(0, 4) + ' ' + typed.substr(4)).has_value());
  BOOST_TEST(!door.enter(typed + 'a').has_value());
  BOOST_TEST(!door.enter(typed.substr(1)).has_value());
}

BOOST_AUTO_TEST_CASE(a_removed_app_password_opens_nothing_though_it_was_remembered) {
  Furnished door;
  const auto admitted = door.enter(door.phone);
  BOOST_REQUIRE(admitted.has_value());
  door.directory.remove_credential(admitted->credential);
  BOOST_TEST(!door.enter(door.phone).has_value());
  BOOST_TEST(!door.proves("ada@example.org", door.phone));
  BOOST_TEST(door.enter("engine").has_value());
}

BOOST_AUTO_TEST_CASE(app_passwords_outlive_a_new_password) {
  Furnished door;
  BOOST_TEST(door.enter("engine").has_value());
  door.set_password("difference");
  BOOST_TEST(!door.enter("engine").has_value());
  BOOST_TEST(!door.proves("ada@example.org", "engine"));
  BOOST_TEST(door.enter(door.phone).has_value());
  BOOST_TEST(door.proves("ada@example.org", door.phone));
  BOOST_TEST(door.proves("ada@example.org", "difference"));
}

BOOST_AUTO_TEST_CASE(a_last_use_is_written_once_an_hour) {
  Furnished door;
  const auto last_use = [&] { return door.directory.credentials(door.account.id)[0].last_use; };
  const auto changes = door.directory.changes();
  BOOST_TEST(last_use() == 0);
  const auto hour = door.clock.now() / 3600 * 3600;
  for (int n = 0; n < 3; ++n) BOOST_TEST(door.enter(door.phone).has_value());
  BOOST_TEST(last_use() == hour);
  door.clock.advance(3600);
  BOOST_TEST(door.proves("ada@example.org", door.phone));
  BOOST_TEST(last_use() == hour + 3600);
  BOOST_TEST(door.directory.changes() == changes);
}

BOOST_AUTO_TEST_CASE(scram_works_from_the_next_plain_login_on) {
  Furnished door;  // whose account has a hash alone
  BOOST_TEST(!door.proves("ada@example.org", "engine"));
  BOOST_TEST(!door.enter("wrong").has_value());
  BOOST_TEST(!door.proves("ada@example.org", "wrong"));
  BOOST_TEST(door.enter("engine").has_value());
  BOOST_TEST(door.proves("ada@example.org", "engine"));
  BOOST_TEST(door.proves("ADA@example.org", "engine"));
  BOOST_TEST(!door.proves("ada@example.org", "Engine"));
  BOOST_TEST(!door.proves("nobody@example.org", "engine"));
  BOOST_TEST(!door.proves("lovelace@example.org", "engine"));
}

BOOST_AUTO_TEST_CASE(a_salt_tells_nobody_who_is_there) {
  Furnished door;
  door.make_account("bob@example.org");
  door.enter("engine");
  for (const auto* name : {"ada@example.org", "bob@example.org", "nobody@example.org"}) {
    const auto offer = door.login.scram(name);
    BOOST_TEST(offer.salt.size() == crypto::scram_salt_size);
    BOOST_TEST(offer.iterations == crypto::scram_iterations);
    BOOST_CHECK(door.login.scram(name).salt == offer.salt);
    policy::Login after_a_restart(door.directory, door.clock);
    BOOST_CHECK(after_a_restart.scram(name).salt == offer.salt);
  }
  BOOST_CHECK(door.login.scram("ada@example.org").salt !=
              door.login.scram("nobody@example.org").salt);
}

BOOST_AUTO_TEST_CASE(whoever_guesses_by_scram_waits_as_well) {
  Furnished door;
  for (int n = 0; n < 4; ++n) BOOST_TEST(!door.proves("ada@example.org", "wrong"));
  BOOST_TEST(!door.enter("wrong").has_value());
  BOOST_TEST(door.slept == (std::vector{250, 500}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_disabled_account_has_no_proof_and_no_certificate) {
  Furnished door;
  door.enter("engine");
  auto disabled = door.directory.account("ada@example.org");
  disabled.enabled = false;
  door.directory.update_account(disabled);
  BOOST_TEST(!door.proves("ada@example.org", "engine"));
  BOOST_TEST(!door.enter(door.phone).has_value());
  BOOST_TEST(!door.login.check_certificate({{7}, {"ada@example.org"}}, "", {"192.0.2.1"}));
}

BOOST_AUTO_TEST_CASE(certificates_name_accounts) {
  Furnished door;
  door.make_account("bob@example.org");
  const Bytes card(32, 7), other(32, 8);
  const auto who = [&](const Bytes& fingerprint, std::vector<std::string> addresses,
                       std::string_view as) -> std::string {
    const auto admitted =
        door.login.check_certificate({fingerprint, std::move(addresses)}, as, {"192.0.2.1"});
    return admitted ? admitted->account.name : "nobody";
  };
  BOOST_TEST(who(other, {"Ada@Example.org"}, "") == "ada@example.org");
  BOOST_TEST(who(other, {"ada@example.org"}, "ADA@example.org") == "ada@example.org");
  BOOST_TEST(who(other, {"ada@example.org"}, "bob@example.org") == "nobody");
  BOOST_TEST(who(other, {"ada@example.org", "bob@example.org"}, "") == "nobody");
  BOOST_TEST(who(other, {"ada@example.org", "bob@example.org"}, "bob@example.org") ==
             "bob@example.org");
  BOOST_TEST(who(other, {"lovelace@example.org"}, "") == "nobody");  // an alias is no login
  BOOST_TEST(who(other, {}, "ada@example.org") == "nobody");
  BOOST_TEST(who(other, {"nobody@example.org"}, "") == "nobody");
  // What it is registered for, whatever is written in it.
  door.directory.add_credential(
      {.account = door.account.id, .name = "card", .what = storage::Certificate{card}});
  BOOST_TEST(who(card, {}, "") == "ada@example.org");
  BOOST_TEST(who(card, {"bob@example.org"}, "") == "ada@example.org");
  BOOST_TEST(who(card, {"bob@example.org"}, "bob@example.org") == "nobody");
}

BOOST_AUTO_TEST_SUITE_END()
