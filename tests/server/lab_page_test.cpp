#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "server/lab/levels.h"
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
                             {"holds", 5},
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
      {"levels", server::lab::levels_of({mailbox})},
      {"mailboxes", {mailbox}},
      {"elsewhere", json::array()},
      {"lattice", json::array()},
      {"passed_over", json::array()},
      {"equal", true}};
}

json::value opened(std::string_view subject, int opaque = 2, int messages = 5) {
  return json::object{
      {"messages", messages},
      {"arrivals", 0},
      {"spooled", 0},
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
  BOOST_TEST(has(page, "<g class=\"shut\"><rect class=\"box\""));
  BOOST_TEST(has(page, ">sealed: 5 messages</text>"));
  BOOST_TEST(has(page, "a vault: https://a.example/keys/root/1"));
}

BOOST_AUTO_TEST_CASE(what_opens_but_is_sealed_inside_is_not_counted_as_read) {
  const auto page = server::lab::page_of(report("ada@example.org", opened("hello")));
  BOOST_TEST(has(page, "3 of 5 messages"));
  BOOST_TEST(has(page, ">3 of 5 read, 2 ciphertext</text>"));
  BOOST_TEST(has(page, "<path class=\"way\""));
}

BOOST_AUTO_TEST_CASE(
    an_end_to_end_mailbox_that_opens_to_sealed_mail_is_drawn_shut_in_another_colour) {
  const auto page = server::lab::page_of(report("ida@example.org", opened("", 5), "end-to-end"));
  BOOST_TEST(has(page, "0 of 5 messages</b>, in 0 of 1 mailboxes; 5 more open to ciphertext"));
  BOOST_TEST(has(page, "<g class=\"inside\"><rect class=\"box\""));
  BOOST_TEST(has(page, ">opens to ciphertext: 0 of 5 read</text>"));
  BOOST_TEST(has(page, "<path class=\"way inside\""));
  BOOST_TEST(!has(page, "<path class=\"way\""));
}

BOOST_AUTO_TEST_CASE(a_mailbox_of_which_all_mail_is_encrypted_by_its_senders_is_not_drawn_as_read) {
  const auto page = server::lab::page_of(report("kay@example.org", opened("", 5)));
  BOOST_TEST(has(page, "<g class=\"inside\"><rect class=\"box\""));
  BOOST_TEST(has(page, "<path class=\"way inside\""));
  BOOST_TEST(!has(page, "<path class=\"way\""));
}

BOOST_AUTO_TEST_CASE(a_mailbox_that_opens_and_has_no_mail_says_so) {
  const auto page = server::lab::page_of(report("ned@example.org", opened("", 0, 0)));
  BOOST_TEST(has(page, ">open, no mail in it</text>"));
}

BOOST_AUTO_TEST_CASE(what_is_beyond_the_picture_is_counted) {
  auto all = report("ada@example.org", nullptr);
  auto& mailboxes = all["mailboxes"].as_array();
  for (int more = 0; more < 44; ++more) mailboxes.push_back(mailboxes.front());
  BOOST_TEST(has(server::lab::page_of(all), ">and 5 more, in the table below</text>"));
}

BOOST_AUTO_TEST_CASE(an_end_to_end_mailbox_with_mail_in_clear_is_open) {
  const auto page = server::lab::page_of(report("ida@example.org", opened("", 4), "end-to-end"));
  BOOST_TEST(has(page, "<g class=\"open\"><rect class=\"box\""));
  BOOST_TEST(has(page, ">1 of 5 read, 4 ciphertext</text>"));
}

BOOST_AUTO_TEST_CASE(a_long_name_is_cut_to_fit_its_card) {
  const auto page =
      server::lab::page_of(report(json::string(std::string(40, 'a') + "@example.org"), nullptr));
  BOOST_TEST(has(page, ">" + std::string(33, 'a') + "\u2026</text>"));
}

BOOST_AUTO_TEST_CASE(what_strangers_wrote_is_text) {
  const auto page =
      server::lab::page_of(report("<b>ada</b>", opened("<script>alert(\"1\")</script> & \x01")));
  BOOST_TEST(!has(page, "<script"));
  BOOST_TEST(!has(page, "<b>ada"));
  BOOST_TEST(has(page, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp;  "));
}

BOOST_AUTO_TEST_SUITE_END()
