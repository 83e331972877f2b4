#include "policy/alert_watch.h"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

#include "base/error.h"

BOOST_AUTO_TEST_SUITE(alert_watch)

namespace {

using policy::AlertFacts;
using policy::AlertState;
using policy::Notice;

constexpr UnixTime start = 1'800'000'000;

// What outlives a restart, and what a channel took.
struct World {
  ManualClock clock{start};
  AlertFacts facts;
  AlertState saved;
  std::string told;
  bool refuses = false, forgets = false, blind = false;
};

class Memory final : public policy::AlertMemory {
 public:
  explicit Memory(World& world) : world_(world) {}
  AlertState load() override {
    if (world_.forgets) throw Error(Fault::corrupt, "damaged");
    return world_.saved;
  }
  void save(const AlertState& state) override {
    if (world_.forgets) throw Error(Fault::unavailable, "the disk is full");
    world_.saved = state;
  }

 private:
  World& world_;
};

class Channel final : public policy::AlertChannel {
 public:
  explicit Channel(World& world) : world_(world) {}
  std::string name() const override { return "command"; }
  void tell(const Notice& notice, const std::stop_token&) override {
    if (world_.refuses) throw Error(Fault::unavailable, "not now");
    world_.told +=
        std::string(name_of(notice.event)) + " " + std::string(name_of(notice.alert.code)) + ";";
  }

 private:
  World& world_;
};

std::unique_ptr<policy::AlertWatch> watch_over(World& world) {
  policy::AlertWatch::Channels channels;
  channels.push_back(std::make_unique<Channel>(world));
  const auto look = [&world](const std::stop_token&) {
    if (world.blind) throw Error(Fault::unavailable, "the directory cannot be read");
    auto facts = world.facts;
    facts.now = world.clock.now();
    return facts;
  };
  return std::make_unique<policy::AlertWatch>(look, std::make_unique<Memory>(world),
                                              std::move(channels), world.clock);
}

std::string taken(World& world) { return std::exchange(world.told, {}); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_restart_tells_nothing_again) {
  World world;
  world.facts.audit_broken = "cut";
  watch_over(world)->evaluate({});
  BOOST_TEST(taken(world) == "began audit-broken;");
  for (int n = 0; n < 3; ++n) {
    world.clock.advance(60);
    auto watch = watch_over(world);
    watch->evaluate({});
    watch->evaluate({});
    BOOST_TEST(taken(world).empty());
    BOOST_TEST(watch->seen().alerts.at(0).since == start);
    BOOST_TEST(watch->seen().time == world.clock.now());
  }
  world.facts.audit_broken.reset();  // while no server ran
  watch_over(world)->evaluate({});
  BOOST_TEST(taken(world) == "ended audit-broken;");
  watch_over(world)->evaluate({});
  BOOST_TEST(taken(world).empty());
}

BOOST_AUTO_TEST_CASE(what_is_not_taken_waits_in_order_over_a_restart_and_not_for_ever) {
  World world;
  world.refuses = true;
  world.facts.audit_broken = "cut";
  auto watch = watch_over(world);
  watch->evaluate({});
  world.facts.audit_broken.reset();
  watch->evaluate({});
  BOOST_TEST(watch->seen().waiting.at("command") == 2u);
  watch = watch_over(world);
  world.refuses = false;
  watch->evaluate({});
  BOOST_TEST(taken(world) == "began audit-broken;ended audit-broken;");
  BOOST_TEST(watch->seen().waiting.at("command") == 0u);

  world.refuses = true;
  world.facts.audit_broken = "cut";
  watch->evaluate({});
  world.clock.advance(policy::AlertWatch::longest_wait + 1);
  watch->evaluate({});
  BOOST_TEST(watch->seen().waiting.at("command") == 0u);
  for (int n = 0; n < 300; ++n) {
    world.facts.audit_broken = n % 2 ? std::optional<std::string>("cut") : std::nullopt;
    watch->evaluate({});
  }
  BOOST_TEST(watch->seen().waiting.at("command") == policy::AlertWatch::most_waiting);
}

BOOST_AUTO_TEST_CASE(a_sweep_is_overdue_from_the_first_look_that_found_something_to_move) {
  World world;
  world.facts.to_be_moved = 5;
  watch_over(world)->evaluate({});
  world.clock.advance(3599);
  watch_over(world)->evaluate({});
  BOOST_TEST(taken(world).empty());
  world.clock.advance(1);
  watch_over(world)->evaluate({});
  BOOST_TEST(taken(world) == "began sweep-overdue;");
  world.facts.to_be_moved = 0;
  watch_over(world)->evaluate({});
  BOOST_TEST(taken(world) == "ended sweep-overdue;");
  world.facts.to_be_moved = 1;
  watch_over(world)->evaluate({});
  BOOST_TEST(taken(world).empty());
}

BOOST_AUTO_TEST_CASE(a_look_that_fails_changes_nothing) {
  World world;
  world.facts.audit_broken = "cut";
  auto watch = watch_over(world);
  watch->evaluate({});
  taken(world);
  world.blind = true;
  BOOST_CHECK_THROW(watch->evaluate({}), Error);
  BOOST_TEST(watch->seen().alerts.size() == 1u);
  world.blind = false;
  watch->evaluate({});
  BOOST_TEST(taken(world).empty());
}

BOOST_AUTO_TEST_CASE(without_a_memory_alerts_are_told_all_the_same) {
  World world;
  world.forgets = true;
  world.facts.audit_broken = "cut";
  auto watch = watch_over(world);
  watch->evaluate({});
  watch->evaluate({});
  BOOST_TEST(taken(world) == "began audit-broken;");
}

BOOST_AUTO_TEST_CASE(what_waited_for_a_channel_that_is_gone_is_forgotten) {
  World world;
  world.saved.not_told["webhook"].push_back({});
  auto watch = watch_over(world);
  watch->evaluate({});
  BOOST_TEST(world.saved.not_told.count("webhook") == 0u);
}

BOOST_AUTO_TEST_CASE(a_test_says_who_takes_it) {
  World world;
  auto watch = watch_over(world);
  auto all = watch->test();
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].channel == "log");
  BOOST_TEST(all[1].failure.empty());
  BOOST_TEST(taken(world).starts_with("test "));
  world.refuses = true;
  BOOST_TEST(watch->test()[1].failure == "not now");
  BOOST_TEST(watch->seen().alerts.empty());
}

BOOST_AUTO_TEST_CASE(a_started_watch_looks_by_itself) {
  World world;
  world.facts.audit_broken = "cut";
  auto watch = watch_over(world);
  watch->start(std::chrono::hours(1));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (watch->seen().alerts.empty() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  BOOST_TEST(watch->seen().alerts.size() == 1u);
  watch->stop();
  BOOST_TEST(taken(world) == "began audit-broken;");
}

BOOST_AUTO_TEST_SUITE_END()
