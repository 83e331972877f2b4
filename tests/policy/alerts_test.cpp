#include "policy/alerts.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"

BOOST_AUTO_TEST_SUITE(alerts)

namespace {

using crypto::RootVerdict;
using policy::Alert;
using policy::AlertCode;
using policy::AlertFacts;
using policy::Notice;
using policy::RootFact;

constexpr UnixTime now = 1'800'000'000, day = 86400;

RootFact root(const std::string& kid, RootVerdict verdict = RootVerdict::ok) {
  return {.dep = "contoso",
          .mailboxes = 3,
          .wraps_new = true,
          .kid = kid,
          .verdict = verdict,
          .reason = verdict == RootVerdict::ok ? "" : "why",
          .expires = {}};
}

template <class Change>
RootFact changed(RootFact fact, Change change) {
  change(fact);
  return fact;
}

AlertFacts facts(std::vector<RootFact> roots) {
  return {.now = now, .roots = std::move(roots), .audit_broken = {}};
}

// "code object", one a line.
std::string listed(const std::vector<Alert>& alerts) {
  std::string text;
  for (const auto& alert : alerts)
    text += std::string(name_of(alert.code)) + " " + alert.object + "\n";
  return text;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string listed(const std::vector<Notice>& notices) {
  std::string text;
  for (const auto& notice : notices)
    text += std::string(name_of(notice.event)) + " " + std::string(name_of(notice.alert.code)) +
            " " + notice.alert.object + "\n";
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_fact_has_its_alert) {
  const auto denied = RootVerdict::denied, down = RootVerdict::transient,
             wrong = RootVerdict::misconfigured;
  const std::string one = "root-unhealthy a\n", both = "both-roots-unhealthy DEP contoso\n";
  const std::string two = "root-unhealthy a\nroot-unhealthy b\n" + both;
  struct Row {
    const char* what;
    AlertFacts facts;
    std::string alerts;
  };
  auto moving = facts({});
  moving.to_be_moved = 7;
  auto fresh = moving, late = moving, done = moving;
  fresh.moving_since = now - 3599;
  late.moving_since = now - 3600;
  done.moving_since = now - 3600;
  done.to_be_moved = 0;
  auto fallback = facts({});
  fallback.fallbacks = {{.dep = "contoso", .since = now - 5}};
  auto purge = facts({});
  purge.purges = {{"DEP contoso", "by eve", "requested", now}};
  auto blocked = facts({});
  blocked.purges = {{"DEP contoso", "by eve", "blocked", now, "https://a unwraps"}};
  auto broken = facts({});
  broken.audit_broken = "record 7 was edited";
  const auto expires = [&](UnixTime in) {
    return facts({changed(root("a"), [&](auto& fact) { fact.expires = now + in; })});
  };
  const auto unused = [](RootFact& fact) { fact.mailboxes = 0, fact.wraps_new = false; };
  const Row rows[] = {
      {"all is well", facts({root("a"), root("b")}), ""},
      {"one denies", facts({root("a", denied), root("b")}), one},
      {"one is down", facts({root("a", down), root("b")}), one},
      {"one is misconfigured", facts({root("a", wrong), root("b")}), one},
      {"both deny", facts({root("a", denied), root("b", denied)}), two},
      {"both are down", facts({root("a", down), root("b", down)}), two},
      {"a mixture", facts({root("a", denied), root("b", wrong)}), two},
      {"no mailbox, but new ones may come",
       facts({changed(root("a", denied), [](auto& fact) { fact.mailboxes = 0; }), root("b")}), one},
      {"an old version with mailboxes",
       facts({changed(root("a", denied), [](auto& fact) { fact.wraps_new = false; }), root("b")}),
       one},
      {"needed by nobody", facts({changed(root("a", denied), unused)}), ""},
      {"disabled", facts({changed(root("a"), [](auto& fact) { fact.disabled = true; })}),
       "root-disabled a\n"},
      {"expires in 30 days", expires(30 * day), "root-expiring a\n"},
      {"expires in 31 days", expires(31 * day), ""},
      {"has expired", expires(-1), "root-expiring a\n"},
      {"a fallback", fallback, "fallback-in-use DEP contoso\n"},
      {"a sweep in time", fresh, ""},
      {"a sweep overdue", late, "sweep-overdue sweep\n"},
      {"a sweep that is done", done, ""},
      {"a purge", purge, "purge-requested DEP contoso\n"},
      {"a purge that a root stops", blocked,
       "purge-requested DEP contoso\npurge-blocked DEP contoso\n"},
      {"a broken audit log", broken, "audit-broken audit log\n"},
  };
  for (const auto& row : rows) {
    const auto alerts = alerts_of(row.facts);
    BOOST_TEST(listed(alerts) == row.alerts, row.what << ": " << listed(alerts));
    for (const auto& alert : alerts) {
      BOOST_TEST(!alert.text.empty());
      BOOST_TEST(!alert.action.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_root_of_many_deps_is_one_alert_that_names_them) {
  const auto other = changed(root("a", RootVerdict::denied), [](auto& fact) {
    fact.dep = "fabrikam";
    fact.mailboxes = 1;
    fact.denied_since = now - 60;
  });
  auto beside = other;
  beside.kid = "b";
  beside.verdict = RootVerdict::ok;
  const auto alerts = alerts_of(facts({root("a"), root("b"), other, beside}));
  BOOST_REQUIRE(alerts.size() == 1u);
  BOOST_TEST(has(alerts[0].text, "DEP contoso (3 mailboxes), DEP fabrikam (1 mailbox)"));
  BOOST_TEST(has(alerts[0].text, "denied (why)"));
  BOOST_TEST(alerts[0].since == now - 60);
}

BOOST_AUTO_TEST_CASE(two_versions_without_roots_are_one_alert) {
  const auto old = [](RootFact& fact) { fact.version = 2; };
  const auto a = root("a", RootVerdict::transient), b = root("b", RootVerdict::denied);
  const auto alerts = alerts_of(facts({a, b, changed(a, old), changed(b, old)}));
  BOOST_TEST(listed(alerts) ==
             "root-unhealthy a\nroot-unhealthy b\nboth-roots-unhealthy DEP contoso\n");
  BOOST_TEST(has(alerts.back().text, "version 1"));
  BOOST_TEST(has(alerts.back().text, "version 2"));
}

BOOST_AUTO_TEST_CASE(what_a_vault_says_is_cut) {
  auto fact = root("a", RootVerdict::denied);
  fact.reason.assign(100'000, 'x');
  BOOST_TEST(alerts_of(facts({fact, root("b")}))[0].text.size() < 1000u);
}

BOOST_AUTO_TEST_CASE(each_is_told_once_when_it_begins_and_once_when_it_ends) {
  const auto denied = [] { return alerts_of(facts({root("a", RootVerdict::denied), root("b")})); };
  std::vector<Alert> in_force;
  auto news = updated(in_force, denied(), now);
  BOOST_TEST(listed(news) == "began root-unhealthy a\n");
  BOOST_TEST(in_force.at(0).since == now);
  // Another reason: the same alert.
  news =
      updated(in_force, alerts_of(facts({root("a", RootVerdict::transient), root("b")})), now + 60);
  BOOST_TEST(news.empty());
  BOOST_TEST(in_force.at(0).since == now);
  BOOST_TEST(has(in_force.at(0).text, "transient"));
  news = updated(in_force, alerts_of(facts({root("a"), root("b", RootVerdict::denied)})), now + 90);
  BOOST_TEST(listed(news) == "ended root-unhealthy a\nbegan root-unhealthy b\n");
  BOOST_TEST(news.at(0).alert.since == now);
  news = updated(in_force, {}, now + 120);
  BOOST_TEST(listed(news) == "ended root-unhealthy b\n");
  BOOST_TEST(in_force.empty());
  news = updated(in_force, denied(), now + 180);
  BOOST_TEST(listed(news) == "began root-unhealthy a\n");
}

BOOST_AUTO_TEST_CASE(a_certificate_that_mail_is_encrypted_to_is_watched) {
  auto certificates = facts({});
  certificates.certificates = {{"ada", "aa", now + 31 * day},
                               {"bob", "bb", now + 29 * day},
                               {"cleo", "cc", now - 1},
                               {"cleo", "dd", now + day}};
  const auto alerts = alerts_of(certificates);
  BOOST_TEST(listed(alerts) ==
             "certificate-expiring mailbox bob\ncertificate-expiring mailbox cleo\n");
  BOOST_TEST(has(alerts.at(0).text, "bb that its mail is encrypted to expires in 29 days"));
  BOOST_TEST(has(alerts.at(1).text, "cc that its mail is encrypted to has expired"));
  BOOST_TEST(has(alerts.at(1).text, "dd that its mail is encrypted to expires in 1 days"));
}

BOOST_AUTO_TEST_CASE(the_servers_certificate_is_watched) {
  const std::string near = "tls-certificate-expiring server certificate\n",
                    urgent = "tls-certificate-urgent server certificate\n";
  auto served = facts({});
  BOOST_TEST(listed(alerts_of(served)).empty());
  for (const auto& [left, told, says] : {std::tuple(31 * day, std::string(), ""),
                                         {30 * day, near, "expires in 30 days"},
                                         {8 * day, near, "expires in 8 days"},
                                         {7 * day, near + urgent, "expires in 7 days"},
                                         {UnixTime{0}, near + urgent, "has expired"},
                                         {-day, near + urgent, "has expired"}}) {
    served.tls_certificate_expires = now + left;
    const auto alerts = alerts_of(served);
    BOOST_TEST(listed(alerts) == told);
    for (const auto& alert : alerts) BOOST_TEST(has(alert.text, says));
  }
}

BOOST_AUTO_TEST_CASE(codes_have_names) {
  for (std::size_t n = 0; n < policy::alert_code_count; ++n) {
    const auto code = static_cast<AlertCode>(n);
    BOOST_TEST((policy::alert_code_named(name_of(code)) == code));
    BOOST_TEST((severity_of(code) == "warning" || severity_of(code) == "critical"));
  }
  BOOST_CHECK_THROW(policy::alert_code_named("nothing"), Error);
}

BOOST_AUTO_TEST_SUITE_END()
