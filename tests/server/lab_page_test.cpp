#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "server/lab/page.h"

namespace json = boost::json;

namespace {

json::object report(json::value account, json::value recovered,
                    std::string_view level = "customer key") {
  const json::object mailbox{{"source", "copy"},
                             {"mailbox", 1},
                             {"account", std::move(account)},
                             {"dep", "2"},
                             {"level", level},
                             {"stored", true},
                             {"predicted", nullptr},
                             {"recovered", std::move(recovered)},
                             {"equal", true},
                             {"stopped_by", json::array()},
                             {"would_open", {"a vault: https://a.example/keys/root/1"}}};
  return {
      {"copy", "/stolen"},
      {"assets", json::array()},
      {"warnings", json::array()},
      {"clear",
       {{"deps", json::array()},
        {"mailboxes", {{{"mailbox", 1}, {"messages", 5}, {"folders", 2}, {"padded_octets", 900}}}},
        {"sealed_rows", json::object()}}},
      {"directory", {{"predicted", json::object()}, {"recovered", json::object()}}},
      {"mailboxes", {mailbox}},
      {"elsewhere", json::array()},
      {"lattice", json::array()},
      {"passed_over", json::array()},
      {"equal", true}};
}

json::value opened(std::string_view subject, int opaque = 2) {
  return json::object{
      {"messages", 5},
      {"octets", 100},
      {"opaque", opaque},
      {"fields", {{"subjects", 5}}},
      {"samples", {subject}},
      {"ways", {{{"assets", {"vault-a"}}, {"steps", {"vault-a: root root/1", "DEP 2"}}}}}};
}

bool has(const std::string& page, std::string_view part) { return page.find(part) != page.npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(lab_page)

BOOST_AUTO_TEST_CASE(a_mailbox_that_is_closed_is_shown_shut_and_what_would_open_it) {
  const auto page = server::lab::page_of(report(nullptr, nullptr));
  BOOST_TEST(has(page, "0 of 5 messages"));
  BOOST_TEST(has(page, "<g class=\"shut\"><rect class=\"card\""));
  BOOST_TEST(has(page, "mailbox 1: sealed"));
  BOOST_TEST(has(page, "a vault: https://a.example/keys/root/1"));
}

BOOST_AUTO_TEST_CASE(what_opens_but_is_sealed_inside_is_not_counted_as_read) {
  const auto page = server::lab::page_of(report("ada@example.org", opened("hello")));
  BOOST_TEST(has(page, "3 of 5 messages"));
  BOOST_TEST(has(page, "ada@example.org: 3 of 5 read"));
  BOOST_TEST(has(page, "<path class=\"way\""));
}

BOOST_AUTO_TEST_CASE(
    an_end_to_end_mailbox_that_opens_to_sealed_mail_is_drawn_shut_in_another_colour) {
  const auto page = server::lab::page_of(report("ida@example.org", opened("", 5), "end-to-end"));
  BOOST_TEST(has(page, "0 of 5 messages</b>, in 0 of 1 mailboxes; 5 more are sealed inside"));
  BOOST_TEST(has(page, "<g class=\"inside\"><rect class=\"card\""));
  BOOST_TEST(has(page, "ida@example.org: 5 sealed inside"));
  BOOST_TEST(has(page, "<path class=\"way inside\""));
  BOOST_TEST(!has(page, "<path class=\"way\""));
}

BOOST_AUTO_TEST_CASE(an_end_to_end_mailbox_with_mail_in_clear_is_open) {
  const auto page = server::lab::page_of(report("ida@example.org", opened("", 4), "end-to-end"));
  BOOST_TEST(has(page, "<g class=\"open\"><rect class=\"card\""));
  BOOST_TEST(has(page, "ida@example.org: 1 of 5 read"));
}

BOOST_AUTO_TEST_CASE(a_long_name_is_cut_to_fit_its_card) {
  const auto page =
      server::lab::page_of(report(json::string(std::string(40, 'a') + "@example.org"), nullptr));
  BOOST_TEST(has(page, std::string(26, 'a') + "\u2026: sealed</text>"));
}

BOOST_AUTO_TEST_CASE(what_strangers_wrote_is_text) {
  const auto page =
      server::lab::page_of(report("<b>ada</b>", opened("<script>alert(\"1\")</script> & \x01")));
  BOOST_TEST(!has(page, "<script"));
  BOOST_TEST(!has(page, "<b>ada"));
  BOOST_TEST(has(page, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp;  "));
}

BOOST_AUTO_TEST_SUITE_END()
