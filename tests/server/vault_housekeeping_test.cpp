// What a vault does with the passing of time.

#include "server/vault/housekeeping.h"

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "tests/support/soft_token.h"

namespace {

using vault::LifetimeAction;

constexpr UnixTime day = 86'400;

struct Fixture {
  ~Fixture() { std::filesystem::remove_all(root); }

  static std::filesystem::path root_made() {
    auto pattern = (std::filesystem::temp_directory_path() / "house-test-XXXXXX").string();
    return ::mkdtemp(pattern.data());
  }
  std::size_t recorded(const std::string& operation) const {
    std::ifstream log(root / "log");
    std::size_t count = 0;
    for (std::string line; std::getline(log, line);)
      if (line.find("\"operation\":\"" + operation + '"') != line.npos) ++count;
    return count;
  }
  void pass(int days) {
    clock.advance(days * day);
    housekeeping.run();
  }

  std::filesystem::path root = root_made();
  ManualClock clock{1'700'000'000};
  const std::unique_ptr<vault::KeyBackend> backend = vault_test::new_backend();
  vault::Store store{root / "keys",
                     vault::MasterKey::create(root / "master.key", std::nullopt),
                     *backend,
                     clock,
                     {7, true}};
  vault::AuditLog audit{{root / "log", root / "checkpoint"}, vault::Secret(32), clock};
  vault::Housekeeping housekeeping{store, audit, clock};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(vault_housekeeping)

BOOST_FIXTURE_TEST_CASE(a_deleted_key_is_purged_at_its_date_and_not_before, Fixture) {
  store.create("root", 2048, {});
  store.remove("root");
  pass(6);
  BOOST_TEST(store.deleted().size() == 1);
  pass(1);
  BOOST_TEST(store.deleted().empty());
  BOOST_TEST(recorded("scheduled purge") == 1);
}

BOOST_FIXTURE_TEST_CASE(a_key_is_rotated_when_its_policy_says_and_once, Fixture) {
  store.create("root", 2048, {});
  vault::RotationPolicy policy;
  policy.actions = {{LifetimeAction::Type::rotate, {0, 0, 60}, false}};
  policy.expiry = vault::Period{0, 0, 90};
  store.set_rotation("root", policy);
  pass(59);
  BOOST_TEST(store.versions("root").size() == 1);
  pass(1);
  pass(0);
  BOOST_TEST(store.versions("root").size() == 2);
  BOOST_TEST(store.find("root", "")->properties.expires.value() == clock.now() + 90 * day);
  BOOST_TEST(recorded("scheduled rotate") == 1);
}

BOOST_FIXTURE_TEST_CASE(a_disabled_key_is_not_rotated, Fixture) {
  vault::Properties disabled;
  disabled.enabled = false;
  store.create("root", 2048, disabled);
  vault::RotationPolicy policy;
  policy.actions = {{LifetimeAction::Type::rotate, {0, 0, 60}, false}};
  store.set_rotation("root", policy);
  pass(100);
  BOOST_TEST(store.versions("root").size() == 1);
}

BOOST_FIXTURE_TEST_CASE(who_expires_soon_is_told_of_once, Fixture) {
  vault::Properties properties;
  properties.expires = clock.now() + 40 * day;
  store.create("root", 2048, properties);
  pass(9);
  BOOST_TEST(recorded("near expiry") == 0);
  pass(1);
  pass(1);
  BOOST_TEST(recorded("near expiry") == 1);
}

BOOST_AUTO_TEST_CASE(periods_follow_the_calendar) {
  constexpr UnixTime january_31 = 1'706'659'200;  // 2024
  struct Row {
    const char* text;
    UnixTime after;
  };
  for (const auto& row :
       {Row{"P1D", january_31 + day}, Row{"P1M", january_31 + 29 * day},
        Row{"P1Y", january_31 + 366 * day}, Row{"P0Y1M1D", january_31 + 30 * day}})
    BOOST_TEST(vault::parse_period(row.text).value().after(january_31) == row.after, row.text);
  for (const auto* bad : {"", "P", "P1", "1D", "PT1H", "P1W", "P-1D", "P1D1M", "P1D1D", "P0D",
                          "P101Y", "P99999999999D", "P1.5D"})
    BOOST_TEST(!vault::parse_period(bad).has_value(), bad);
  BOOST_TEST(vault::parse_period("P1Y2M3D").value().text() == "P1Y2M3D");
}

BOOST_AUTO_TEST_SUITE_END()
