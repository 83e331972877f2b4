#include "storage/audit.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <thread>

#include "storage/audit_record.h"
#include "tests/support/audit_house.h"

using namespace storage_test;
using storage::AuditEvent;
using storage::AuditQuery;
using storage::AuditType;

namespace {

AuditEvent fallback() {
  return {.type = AuditType::customer_key,
          .operation = "Fallback to Availability Key",
          .actor = "system",
          .result = "success",
          .request_id = "0123456789abcdef",
          .dep = DepId(3),
          .dep_name = "customer",
          .dep_version = 7,
          .mailbox = MailboxId(42),
          .account = "ada@example.org",
          .details = {{"Root A", "denied (403 Forbidden)"}, {"Root B", "transient (timeout)"}}};
}

AuditEvent act(std::string operation, std::string account = {}) {
  return {.operation = std::move(operation),
          .actor = "root (uid 0)",
          .request_id = {},
          .dep_name = {},
          .account = std::move(account),
          .details = {}};
}

std::string operations(const storage::AuditPage& page) {
  std::string all;
  for (const auto& entry : page.entries) all += entry.record.event.operation + ";";
  return all;
}

std::string contents(const std::filesystem::path& directory) {
  std::string all;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
    std::ifstream stream(file.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(stream), {});
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(audit)

BOOST_AUTO_TEST_CASE(what_is_recorded_is_read_again) {
  AuditHouse house;
  const auto event = fallback();
  house.log().append(std::span(&event, 1));
  const auto page = house.reader().after(0, {}, 10);
  BOOST_REQUIRE(page.entries.size() == 1u);
  BOOST_TEST(!page.more);
  const auto& record = page.entries[0].record;
  BOOST_TEST(record.number == 1);
  BOOST_TEST(record.time == house.clock.now());
  BOOST_TEST(record.organisation == "mail.example.org");
  BOOST_CHECK(record.event.type == AuditType::customer_key);
  BOOST_TEST(record.event.operation == event.operation);
  BOOST_TEST(record.event.actor == event.actor);
  BOOST_TEST(record.event.result == event.result);
  BOOST_TEST(record.event.request_id == event.request_id);
  BOOST_CHECK(record.event.dep == event.dep);
  BOOST_TEST(record.event.dep_name == event.dep_name);
  BOOST_TEST(record.event.dep_version == event.dep_version);
  BOOST_CHECK(record.event.mailbox == event.mailbox);
  BOOST_TEST(record.event.account == event.account);
  BOOST_CHECK(record.event.details == event.details);
}

BOOST_AUTO_TEST_CASE(the_log_goes_on_after_a_restart) {
  AuditHouse house;
  house.add(3);
  house.close();
  house.open();
  house.add(2);
  BOOST_TEST(house.log().count() == 5);
  BOOST_TEST(!house.log().broken());
  const auto verdict = house.reader().verify();
  BOOST_TEST(verdict.whole(), house.findings());
  BOOST_TEST(verdict.records == 5);
  BOOST_TEST(verdict.checkpoint->count == 5);
}

BOOST_AUTO_TEST_CASE(records_that_were_not_signed_for_yet_are_taken_in) {
  AuditHouse house;
  house.add(3);
  const auto checkpoint = house.service_keys() / "audit.checkpoint";
  std::filesystem::copy_file(checkpoint, house.service_keys() / "old");
  house.add(4);
  house.close();  // as if killed between the commit and the checkpoint
  std::filesystem::rename(house.service_keys() / "old", checkpoint);
  house.open();
  BOOST_TEST(!house.log().broken());
  BOOST_TEST(house.reader().verify().checkpoint->count == 7);
  BOOST_TEST(house.findings() == "");
}

BOOST_AUTO_TEST_CASE(many_at_once_are_all_there) {
  AuditHouse house;
  std::vector<std::thread> threads;
  for (int n = 0; n < 8; ++n)
    threads.emplace_back([&] {
      for (int m = 0; m < 25; ++m) {
        const auto event = act("x");
        house.log().append(std::span(&event, 1));
      }
    });
  for (auto& thread : threads) thread.join();
  BOOST_TEST(house.reader().verify().records == 200);
  BOOST_TEST(house.findings() == "");
}

BOOST_AUTO_TEST_CASE(filters_find_what_they_say) {
  AuditHouse house;
  const std::vector<AuditEvent> first = {fallback(), act("dep create"), act("dep assign"),
                                         act("account create", "bob@example.org")};
  house.log().append(first);
  house.clock.advance(60);
  auto late = act("role grant");
  late.result = "denied";
  late.details = {{"user", "eve"}, {"Mailboxes", "7, 42 43"}};
  house.log().append(std::span(&late, 1));
  const auto reader = house.reader();
  const auto found = [&](const AuditQuery& query) {
    return operations(reader.after(0, query, 100));
  };
  BOOST_TEST(found({.operation = "DEP"}) == "dep create;dep assign;");
  BOOST_TEST(found({.operation = "dep assign"}) == "dep assign;");
  BOOST_TEST(found({.actor = "uid 0"}) == "dep create;dep assign;account create;role grant;");
  BOOST_TEST(found({.object = "Ada@example.org"}) == "Fallback to Availability Key;");
  BOOST_TEST(found({.object = "customer"}) == "Fallback to Availability Key;");
  BOOST_TEST(found({.object = "42"}) == "Fallback to Availability Key;role grant;");
  BOOST_TEST(found({.object = "eve"}) == "role grant;");
  BOOST_TEST(found({.object = "ev"}) == "");
  BOOST_TEST(found({.result = "denied"}) == "role grant;");
  BOOST_TEST(found({.request = "0123456789ABCDEF"}) == "Fallback to Availability Key;");
  BOOST_TEST(found({.type = AuditType::customer_key}) == "Fallback to Availability Key;");
  BOOST_TEST(found({.since = house.clock.now()}) == "role grant;");
  BOOST_TEST(found({.until = house.clock.now(), .operation = "dep c"}) == "dep create;");
}

BOOST_AUTO_TEST_CASE(pages_go_forward_and_back) {
  AuditHouse house;
  house.add(5);
  const auto reader = house.reader();
  auto page = reader.after(0, {}, 2);
  BOOST_TEST(operations(page) == "event 1;event 2;");
  BOOST_TEST(page.more);
  page = reader.after(page.next, {}, 10);
  BOOST_TEST(operations(page) == "event 3;event 4;event 5;");
  BOOST_TEST(!page.more);
  page = reader.before(6, {}, 2);
  BOOST_TEST(operations(page) == "event 4;event 5;");
  page = reader.before(page.next, {}, 10);
  BOOST_TEST(operations(page) == "event 1;event 2;event 3;");
  BOOST_TEST(!page.more);
}

BOOST_AUTO_TEST_CASE(what_is_too_long_or_no_text_is_made_fit) {
  AuditEvent event = act(std::string(1000, 'x'), "a\nb\x7f\xff\xc3\xa4\xe2\x82");
  event.details.assign(100, {"n", std::string(20'000, 'y')});
  event = storage::bounded(std::move(event));
  BOOST_TEST(event.operation == std::string(317, 'x') + "...");
  BOOST_TEST(event.account == "a?b??\xc3\xa4??");
  BOOST_TEST(event.details.size() == AuditEvent::details_limit);
  BOOST_TEST(event.details[0].second.size() == AuditEvent::detail_limit);
  const std::string fits(320, 'x');
  BOOST_TEST(storage::bounded(act(fits)).operation == fits);
  BOOST_TEST(storage::bounded(act(std::string(319, 'x') + "\xc3\xa4")).operation ==
             std::string(317, 'x') + "...");
}

BOOST_AUTO_TEST_CASE(a_thief_of_the_data_directory_reads_no_name) {
  AuditHouse house;
  const auto event = fallback();
  house.log().append(std::span(&event, 1));
  for (const auto* word : {"ada", "customer", "Fallback", "Forbidden", "0123456789abcdef"})
    BOOST_TEST((contents(house.data()).find(word) == std::string::npos), word);
}

BOOST_AUTO_TEST_CASE(one_process_has_it) {
  AuditHouse house;
  BOOST_CHECK_EXCEPTION(house.open(), Error,
                        [](const Error& e) { return e.fault() == Fault::unavailable; });
}

BOOST_AUTO_TEST_CASE(reading_makes_nothing) {
  TempDirectory empty;
  crypto::ServiceKeys keys(empty.path() / "keys", empty.path() / "data");
  BOOST_CHECK_EXCEPTION(storage::AuditReader(empty.path() / "data", keys), Error,
                        [](const Error& e) { return e.fault() == Fault::not_found; });
  BOOST_TEST(std::filesystem::is_empty(empty.path() / "keys"));
}

BOOST_AUTO_TEST_SUITE_END()
