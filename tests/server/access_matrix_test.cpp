// Decisions D7, D8 and D11 against two live vaults: every pair of states of the roots, for users
// and for the system, with an availability key, without one, and with one that has served an outage
// long enough. And in every cell mail comes in, is sealed, and is read in order afterwards.

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "crypto/azure_vault.h"
#include "crypto/secret_file.h"
#include "policy/deps.h"
#include "server/delivery.h"
#include "tests/support/fake_audit.h"
#include "tests/support/running_vault.h"
#include "tests/support/storage_store.h"
#include "tests/support/vault_client.h"

namespace {

using crypto::ActorClass;
using crypto::RootKeyRef;
using vault_test::Asker;
using vault_test::RunningVault;
using namespace std::chrono_literals;

// How the state of a root must be understood (reference: key vault REST, section 7).
enum class Kind { ok, denied, silent };
// How it comes to be so: in its vault, on our way there, or by a fault that its vault rehearses.
enum class Means { none, disabled, deleted, not_permitted, not_known_to_us, down, fault };
struct State {
  std::string_view name;  // of the fault, too
  Kind kind;
  Means means = Means::fault;
};
constexpr std::string_view slow = "slow", bad_certificate = "bad-certificate";
constexpr State states[] = {{"ok", Kind::ok, Means::none},
                            {"disabled", Kind::denied, Means::disabled},
                            {"deleted", Kind::denied, Means::deleted},
                            {"not permitted", Kind::denied, Means::not_permitted},
                            {"expired", Kind::silent},  // D4: expiry is no revocation
                            {"token refused", Kind::silent, Means::not_known_to_us},
                            {"down", Kind::silent, Means::down},
                            {"unauthorized", Kind::silent},
                            {"throttle", Kind::silent},
                            {"error", Kind::silent},
                            {"html", Kind::silent},
                            {"drop", Kind::silent},
                            {"wrong-answer", Kind::silent},
                            {slow, Kind::silent},  // slower than we wait
                            {bad_certificate, Kind::silent}};
constexpr const State &ok = states[0], &disabled = states[1], &down = states[6];

enum class Availability { on, off, exhausted };
constexpr Availability availabilities[] = {Availability::on, Availability::off,
                                           Availability::exhausted};

// The table. Pairs in any order; nothing: served.
struct Rule {
  Kind one, other;
  std::optional<Fault> user[3], system[3];  // by Availability
};
constexpr auto served = std::optional<Fault>();
constexpr auto denied = std::optional(Fault::denied),
               unavailable = std::optional(Fault::unavailable);
constexpr Rule rules[] = {
    {Kind::ok, Kind::ok, {served, served, served}, {served, served, served}},
    {Kind::ok, Kind::denied, {served, served, served}, {served, served, served}},
    {Kind::ok, Kind::silent, {served, served, served}, {served, served, served}},
    {Kind::denied, Kind::denied, {denied, denied, denied}, {served, denied, served}},
    {Kind::denied, Kind::silent, {denied, denied, denied}, {served, denied, served}},
    {Kind::silent, Kind::silent, {served, unavailable, unavailable}, {served, unavailable, served}},
};

const Rule& rule_for(Kind a, Kind b) {
  for (const auto& rule : rules)
    if ((rule.one == a && rule.other == b) || (rule.one == b && rule.other == a)) return rule;
  throw std::logic_error("the table has no such row");
}

const SystemClock wall_clock;

// A vault with one root, and how we come to it.
struct Root {
  RunningVault vault{{.allow_faults = true}};
  RootKeyRef key{boost::json::value_to<std::string>(vault.create_key("root").at("key").at("kid"))};
  std::string full = vault.token("owner", vault_test::everything);
  std::filesystem::path good = token_file(vault.token("sealpost", "get,wrapKey,unwrapKey"), "good");
  std::filesystem::path poor = token_file(vault.token("poor", "get,wrapKey"), "poor");
  std::filesystem::path unknown = token_file("not-a-token", "unknown");
  const State* state = &ok;

  std::filesystem::path token_file(const std::string& token, const std::string& name) const {
    auto file = vault.directory().root / (name + ".token");
    BOOST_TEST_REQUIRE(crypto::create_secret_file(file, bytes_of(token + '\n')));
    return file;
  }
  void must(const std::string& method, const std::string& target) {
    BOOST_TEST_REQUIRE(Asker(vault, full).ask(method, target + vault_test::version).status == 200u);
  }
  void become(const State& wanted) {
    end_state();
    state = &wanted;
    switch (wanted.means) {
      case Means::disabled:
        return vault.set_enabled("root", false);
      case Means::deleted:
        return must("DELETE", "/keys/root");
      case Means::down:
        return vault.stop();
      case Means::fault:
        vault.owner("PUT", fault_path(), boost::json::object{{"kind", wanted.name}});
        return;
      case Means::none:
      case Means::not_permitted:
      case Means::not_known_to_us:
        return;
    }
  }
  void end_state() {
    if (state->means == Means::down) vault.start();
    if (state->means == Means::disabled) vault.set_enabled("root", true);
    if (state->means == Means::deleted) must("POST", "/deletedkeys/root/recover");
    if (state->means == Means::fault) vault.owner("DELETE", fault_path());
  }
  // No key of its own has a certificate.
  std::string fault_path() const {
    return state->name == bad_certificate ? "/faults/%2A" : "/faults/root";
  }
  void add_to(crypto::RootKeyRouter& router) const {
    crypto::AzureVaultSettings settings;
    settings.url = vault.url();
    settings.ca = vault.ca();
    if (state->name == slow) settings.user = settings.system = 20ms;
    settings.login = crypto::TokenFileLogin{state->means == Means::not_permitted     ? poor
                                            : state->means == Means::not_known_to_us ? unknown
                                                                                     : good};
    router.add(vault.url(), std::make_unique<crypto::AzureVault>(std::move(settings), wall_clock));
  }
};

struct House {
  storage_test::TempDirectory temporary;
  ManualClock clock{1'800'000'000};
  crypto::ServiceKeys service_keys{temporary.path() / "keys", temporary.path() / "data"};
  storage::Anchors anchors{service_keys.path()};
  storage::Directory directory{temporary.path() / "data", service_keys.directory_key(), anchors};
  policy::Mailboxes::Databases databases;
  test_support::FakeAudit audit;
  Root a, b;
  std::map<Availability, storage::Account> accounts;
  std::map<Availability, int> sent;

  House() {
    databases[DatabaseId(1)] =
        std::make_unique<storage::MailDatabase>(DatabaseId(1), temporary.path() / "data/mail/1");
    for (const auto each : availabilities) make(each, std::to_string(static_cast<int>(each)));
  }
  void make(Availability availability, const std::string& name);
};

// The server as it is just after a start: it knows only what is on the disk.
struct Started {
  House& house;
  crypto::RootKeyRouter roots;
  policy::KeyRing ring{house.directory,    roots,
                       house.service_keys, house.audit,
                       house.clock,        {.dep_key_ttl = 900s, .availability_max = 3600s}};
  policy::Mailboxes mailboxes{house.directory, ring, house.databases, house.clock, 0s};
  policy::Recipients recipients{house.directory, {"example.org"}};
  server::Delivery delivery{recipients, mailboxes, house.clock, "mail.example.org"};

  explicit Started(House& owner) : house(owner) {
    house.a.add_to(roots);
    house.b.add_to(roots);
  }
  std::optional<Fault> fault_for(Availability availability, ActorClass use) {
    try {
      mailboxes.open(house.accounts.at(availability).mailbox, use);
      return {};
    } catch (const Error& error) {
      return error.fault();
    }
  }
  std::vector<std::string> inbox(Availability availability) {
    const storage::Reason reading{crypto::Cause::fetch, {ActorClass::user, {}}};
    const auto mailbox = mailboxes.open(house.accounts.at(availability).mailbox, ActorClass::user);
    std::vector<std::string> all;
    for (const auto& entry :
         mailbox->select(mailbox->tree()->folder("INBOX"), storage::Mailbox::Recent::look, reading)
             .entries)
      all.push_back(mailbox->octets(entry, 0, entry.size, reading));
    return all;
  }
};

void House::make(Availability availability, const std::string& name) {
  Started started(*this);
  policy::Sweep sweep(directory, started.ring, audit, clock);
  policy::Deps deps(directory, started.roots, service_keys, sweep, clock, 10);
  const auto dep = deps.create({.name = name,
                                .description = "",
                                .root_a = a.key,
                                .root_b = b.key,
                                .availability = availability == Availability::off
                                                    ? policy::AvailabilityKey::none
                                                    : policy::AvailabilityKey::made});
  accounts[availability] = started.mailboxes.create("user" + name, "no password", dep);
}

// No denial and no outage is remembered, but for one that has lasted where that is wanted.
void forget_roots(House& house) {
  for (const auto each : availabilities) {
    const auto dep = house.directory.mailbox(house.accounts.at(each).mailbox).dep;
    for (const auto& denial : house.directory.root_denials(dep))
      house.directory.lift_root_denial(dep, denial.kid);
    house.directory.end_outage(dep, 1);
    if (each == Availability::exhausted)
      house.directory.note_outage(dep, 1, house.clock.now() - 3600);
  }
}

constexpr std::string_view canary = "QuartzLighthouse";

std::string message(int number) {
  return "Subject: " + std::to_string(number) + "\r\n\r\n" + std::string(canary) +
         std::to_string(number) + "\r\n";
}

// As it is, in UTF-16, and in base64 from any octet on.
std::vector<std::string> forms_of_canary() {
  std::vector<std::string> forms{std::string(canary), ""};
  for (const char c : canary) forms.back() += {c, '\0'};
  for (const std::size_t before : {0u, 1u, 2u}) {
    const auto coded = to_base64(bytes_of(std::string(before, ' ') + std::string(canary)));
    forms.push_back(coded.substr(before == 0 ? 0 : before + 1, 16));
  }
  return forms;
}

void check_sealed(const std::filesystem::path& below) {
  for (const auto& file : std::filesystem::recursive_directory_iterator(below)) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string octets{std::istreambuf_iterator<char>(in), {}};
    for (const auto& form : forms_of_canary())
      BOOST_TEST(octets.find(form) == octets.npos, file.path().string());
  }
}

void deliver_in(Started& server, Availability availability) {
  auto& house = server.house;
  const auto result =
      server.delivery.deliver(house.accounts.at(availability), message(house.sent[availability]++));
  BOOST_CHECK(result.outcome == server::Delivered::ok);
}

void check_cell(House& house) {
  const auto& rule = rule_for(house.a.state->kind, house.b.state->kind);
  for (const auto availability : availabilities) {
    const auto column = static_cast<std::size_t>(availability);
    BOOST_TEST_CONTEXT("availability key " << column << " of on, off, exhausted") {
      const auto check = [&](ActorClass first, ActorClass second) {
        forget_roots(house);
        Started server(house);
        for (const auto use : {first, second})
          BOOST_CHECK(server.fault_for(availability, use) ==
                      (use == ActorClass::user ? rule.user : rule.system)[column]);
        deliver_in(server, availability);
      };
      check(ActorClass::user, ActorClass::system);
      check(ActorClass::system, ActorClass::user);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(access_matrix)

BOOST_AUTO_TEST_CASE(every_pair_of_states_serves_whom_it_must_and_takes_all_mail) {
  House house;
  for (const auto& a : states)
    for (const auto& b : states) {
      house.a.become(a);
      house.b.become(b);
      BOOST_TEST_CONTEXT("root A " << a.name << ", root B " << b.name) { check_cell(house); }
    }

  check_sealed(house.temporary.path());
  house.a.become(ok);
  house.b.become(ok);
  Started recovered(house);
  recovered.delivery.file_arrivals();
  for (const auto each : availabilities) {
    const auto inbox = recovered.inbox(each);
    BOOST_TEST(inbox.size() == static_cast<std::size_t>(house.sent[each]));
    for (std::size_t n = 0; n < inbox.size(); ++n)
      BOOST_TEST(inbox[n] == message(static_cast<int>(n)));
  }
}

// D8: denied by both, then cut off, then started anew: nothing opens for a user until a root has
// unwrapped.
BOOST_AUTO_TEST_CASE(whoever_cuts_the_network_after_a_denial_brings_nothing_back) {
  House house;
  for (auto* root : {&house.a, &house.b}) root->become(disabled);
  Started before(house);
  BOOST_CHECK(before.fault_for(Availability::on, ActorClass::user) == denied);
  for (auto* root : {&house.a, &house.b}) root->become(down);
  Started after(house);
  BOOST_CHECK(after.fault_for(Availability::on, ActorClass::user) == denied);
  BOOST_CHECK(after.fault_for(Availability::on, ActorClass::system) == served);
  house.a.become(ok);
  Started again(house);
  BOOST_CHECK(again.fault_for(Availability::on, ActorClass::user) == served);
  // B has not unwrapped: alone it still denies.
  house.a.become(down);
  Started last(house);
  BOOST_CHECK(last.fault_for(Availability::on, ActorClass::user) == denied);
}

// Vaults down and the server restarted: for the rest of availability_max, and no longer.
BOOST_AUTO_TEST_CASE(an_outage_is_counted_over_restarts) {
  House house;
  for (auto* root : {&house.a, &house.b}) root->become(down);
  BOOST_CHECK(Started(house).fault_for(Availability::on, ActorClass::user) == served);
  house.clock.advance(3599);
  BOOST_CHECK(Started(house).fault_for(Availability::on, ActorClass::user) == served);
  house.clock.advance(1);
  BOOST_CHECK(Started(house).fault_for(Availability::on, ActorClass::user) == unavailable);
  BOOST_CHECK(Started(house).fault_for(Availability::on, ActorClass::system) == served);
}

// However many mailboxes are opened, each DEP is asked for once in a ttl.
BOOST_AUTO_TEST_CASE(a_vault_is_asked_once_for_all_mailboxes_of_a_dep) {
  House house;
  Started started(house);
  policy::Sweep sweep(house.directory, started.ring, house.audit, house.clock);
  policy::Deps deps(house.directory, started.roots, house.service_keys, sweep, house.clock, 10);
  std::vector<MailboxId> all;
  for (int n = 0; n < 50; ++n)
    all.push_back(
        started.mailboxes.create("member" + std::to_string(n), "no password", deps.dep("0"))
            .mailbox);
  Started fresh(house);
  for (const auto id : all) fresh.mailboxes.open(id, ActorClass::user);
  BOOST_TEST(fresh.ring.statistics().root_calls == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
