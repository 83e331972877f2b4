#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "server/lab/page.h"

namespace json = boost::json;

namespace {

json::object report(json::value account, json::value recovered) {
  const json::object mailbox{{"source", "copy"},
                             {"mailbox", 1},
                             {"account", std::move(account)},
                             {"dep", "2"},
                             {"level", "customer key"},
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
      {"equal", true}};
}

json::value opened(std::string_view subject) {
  return json::object{
      {"messages", 5},
      {"octets", 100},
      {"opaque", 2},
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
  BOOST_TEST(has(page, "5 messages read, 2 sealed inside"));
  BOOST_TEST(has(page, "<path class=\"way\""));
}

BOOST_AUTO_TEST_CASE(what_strangers_wrote_is_text) {
  const auto page =
      server::lab::page_of(report("<b>ada</b>", opened("<script>alert(\"1\")</script> & \x01")));
  BOOST_TEST(!has(page, "<script"));
  BOOST_TEST(!has(page, "<b>ada"));
  BOOST_TEST(has(page, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp;  "));
}

BOOST_AUTO_TEST_SUITE_END()
