#include "server/transfer/mbox.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "server/transfer/from_line.h"
#include "server/transfer/mail.h"
#include "server/transfer/mbox_status.h"

using namespace server::transfer;

namespace {

constexpr UnixTime monday = 1'795'470'000;  // Mon Nov 23 21:40:00 2026 UTC
const std::string from = "From ada@example.org Mon Nov 23 21:40:00 2026\n";

ReadOctets pieces_of(const std::string& text, std::size_t step) {
  return [&text, step, at = std::size_t{0}](char* into, std::size_t most) mutable {
    const auto count = text.copy(into, std::min(most, step), at);
    at += count;
    return count;
  };
}

std::vector<MboxMessage> all_of(const std::string& file, std::uint64_t limit = 1'000'000,
                                std::size_t step = 1'000'000) {
  MboxReader reader(pieces_of(file, step), limit);
  std::vector<MboxMessage> all;
  while (auto message = reader.next()) all.push_back(std::move(*message));
  return all;
}

std::vector<std::string> octets_of(const std::string& file, std::size_t step = 1'000'000) {
  std::vector<std::string> octets;
  for (auto& message : all_of(file, 1'000'000, step)) octets.push_back(std::move(message.octets));
  return octets;
}

struct FromRow {
  std::string_view line;
  std::optional<UnixTime> time;
};

const FromRow from_rows[] = {
    {"From ada@example.org Mon Nov 23 21:40:00 2026\n", monday},
    {"From ada@example.org Mon Nov 23 21:40:00 2026\r\n", monday},
    {"From ada@example.org Mon Nov 23 21:40:00 2026", monday},
    {"From - Mon Nov 23 21:40:00 2026", monday},
    {"From ada@example.org  Mon Nov 23 21:40 2026", monday},
    {"From MAILER-DAEMON Mon Nov  2 01:02:03 2026", 1'793'581'323},
    {"From ada Mon Nov 23 13:40:00 PST 2026", monday},
    {"From ada Mon Nov 23 22:40:00 2026 +0100", monday},
    {"From ada Mon Nov 23 22:40:00 +0100 2026", monday},
    {"From ada Mon, 23 Nov 2026 22:40:00 +0100", monday},
    {"From \"Ada Lovelace\" Mon Nov 23 21:40:00 2026 remote from somewhere", monday},
    {"From the beginning, it was clear", {}},
    {"From here on Mon we meet at 21:40", {}},
    {"From ada@example.org", {}},
    {"From ada Mon Nov 32 21:40:00 2026", {}},
    {"From ada Mon Nov 23 25:40:00 2026", {}},
    {"From ada Mon Nov 23 21:40:00 26", {}},
    {"from ada Mon Nov 23 21:40:00 2026", {}},
    {">From ada Mon Nov 23 21:40:00 2026", {}},
    {"From: ada Mon Nov 23 21:40:00 2026", {}},
    {"From ", {}},
    {"", {}},
};

struct FileRow {
  std::string_view name;
  std::string file;
  std::vector<std::string> messages;
};

const FileRow file_rows[] = {
    {"one", from + "A: b\n\nbody\n\n", {"A: b\n\nbody\n"}},
    {"two", from + "A: 1\n\n1\n\n" + from + "A: 2\n\n2\n\n", {"A: 1\n\n1\n", "A: 2\n\n2\n"}},
    {"no empty line at the end", from + "A: b\n\nbody\n", {"A: b\n\nbody\n"}},
    {"no line end at the end", from + "A: b\n\nbody", {"A: b\n\nbody"}},
    {"empty lines of the message stay", from + "A: b\n\nbody\n\n\n\n", {"A: b\n\nbody\n\n\n"}},
    {"an empty message", from + "\n" + from + "A: b\n\n", {"", "A: b\n"}},
    {"only a From_ line", from, {""}},
    {"quoted",
     from + "A: b\n\n>From x\n>>From y\n> From z\n\n",
     {"A: b\n\nFrom x\n>From y\n> From z\n"}},
    {"From in the text",
     from + "A: b\n\nFrom the start\n\nFrom me to you\n\n",
     {"A: b\n\nFrom the start\n\nFrom me to you\n"}},
    {"a From_ line without an empty line before it",
     from + "A: b\n\ntext\n" + from + "text\n\n",
     {"A: b\n\ntext\n", "text\n"}},
    {"a From_ line right after another is text", from + from + "A: b\n\n", {from + "A: b\n"}},
    {"CRLF",
     "From a Mon Nov 23 21:40:00 2026\r\nA: b\r\n\r\nx\r\n\r\nFrom a Mon Nov 23 21:40:00 "
     "2026\r\nA: c\r\n\r\n",
     {"A: b\r\n\r\nx\r\n", "A: c\r\n"}},
    {"a first line with an odd date", "From ada at noon\nA: b\n\nx\n", {"A: b\n\nx\n"}},
    {"Content-Length is not believed",
     from + "Content-Length: 1\n\nbody\n\n",
     {"Content-Length: 1\n\nbody\n"}},
};

std::string stored(std::string_view text) { return store_form(std::string(text)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer_mbox)

BOOST_AUTO_TEST_CASE(knows_a_from_line_when_it_sees_one) {
  for (const auto& row : from_rows) {
    const auto sent = parse_from_line(row.line);
    BOOST_TEST_CONTEXT(row.line) {
      BOOST_TEST(sent.has_value() == row.time.has_value());
      if (sent && row.time) BOOST_TEST(sent->time == *row.time);
    }
  }
}

BOOST_AUTO_TEST_CASE(writes_from_lines_that_it_reads) {
  BOOST_TEST(from_line(monday) == "From MAILER-DAEMON Mon Nov 23 21:40:00 2026\n");
  for (const UnixTime time : {UnixTime{0}, monday, UnixTime{4'000'000'000}})
    BOOST_TEST(parse_from_line(from_line(time))->time == time);
}

BOOST_AUTO_TEST_CASE(reads_files_however_they_come_in_pieces) {
  for (const auto& row : file_rows)
    for (const std::size_t step : {1, 2, 7, 1'000'000})
      BOOST_TEST_CONTEXT(row.name << " in steps of " << step)
  BOOST_TEST(octets_of(row.file, step) == row.messages, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_empty_file_has_no_messages) { BOOST_TEST(all_of("").empty()); }

BOOST_AUTO_TEST_CASE(refuses_what_is_no_mbox) {
  for (const std::string file : {"A: b\n\nbody\n", "\n", ">From a\n", "\xff\xfe"})
    BOOST_CHECK_EXCEPTION(all_of(file), Error,
                          [](const Error& error) { return error.fault() == Fault::invalid; });
}

BOOST_AUTO_TEST_CASE(takes_dates_from_the_from_line) {
  const auto all = all_of("From ada at noon\n\nx\n\n" + from + "\ny\n\n");
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_TEST(!all[0].date);
  BOOST_TEST(all[1].date->time == monday);
  BOOST_TEST(all[1].number == 2u);
}

BOOST_AUTO_TEST_CASE(a_message_that_is_too_big_is_not_kept_and_hides_no_other) {
  const std::string big(200'000, 'x');
  const auto all = all_of(from + "A: 1\n\n\n" + from + big + "\n\n" + from + "A: 3\n\n", 100'000);
  BOOST_REQUIRE(all.size() == 3u);
  BOOST_TEST(all[1].too_big);
  BOOST_TEST(all[1].octets.empty());
  BOOST_TEST(all[2].octets == "A: 3\n");
  BOOST_TEST(!all_of(from + big + "\n\n", 200'001).at(0).too_big);
  BOOST_TEST(all_of(from + big + "\n\n", 200'000).at(0).too_big);
}

BOOST_AUTO_TEST_CASE(long_lines_come_whole) {
  const auto line = std::string(300'000, 'x') + from;
  BOOST_TEST(octets_of(from + line + "\n").at(0) == line);
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_again) {
  const std::string messages[] = {"",
                                  "A: b\n\nbody\n",
                                  "A: b\n\nFrom x\n>From y\n>>From z\n" + from + "\n\n" + from,
                                  "From first\n",
                                  "\n\n\n",
                                  from,
                                  "A: b\r\n\r\nmixed\nlines\r\n"};
  const storage::FlagNames some{storage::seen | storage::draft, {"$Forwarded", "a,b"}};
  for (const auto& flags : {storage::FlagNames{}, some}) {
    std::string file;
    for (const auto& message : messages) file += mbox_entry(message, flags, monday);
    auto all = octets_of(file);
    for (auto& octets : all) {
      const auto taken = take_status(octets);
      BOOST_REQUIRE(taken.has_value());
      BOOST_TEST(taken->system == flags.system);
      BOOST_TEST(taken->keywords == flags.keywords, boost::test_tools::per_element());
    }
    BOOST_TEST(all == messages, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(flags_are_fields_at_the_end_of_the_header) {
  const storage::FlagNames flags{
      storage::seen | storage::answered | storage::flagged | storage::deleted | storage::draft,
      {"$Forwarded", "Work"}};
  BOOST_TEST(with_status("A: b\n\nbody\n", flags) ==
             "A: b\nStatus: RO\nX-Status: AFDT\nX-Keywords: $Forwarded Work\n\nbody\n");
  BOOST_TEST(with_status("A: b\r\n\r\nbody\n", {}) == "A: b\r\nStatus: O\n\r\nbody\n");
  BOOST_TEST(with_status("\nbody\n", {}) == "Status: O\n\nbody\n");
  BOOST_TEST(with_status("A: b", {}) == "A: b\nStatus: O\n");
  BOOST_TEST(with_status("A: b\r\n\r", {}) == "A: b\r\nStatus: O\n\r\n");
  BOOST_TEST(header_flags(with_status("A: b\n\nbody\n", flags)).system == flags.system);
}

BOOST_AUTO_TEST_CASE(status_fields_that_came_with_the_mail_stay_in_it) {
  for (const std::string octets :
       {"Status: RO\nA: b\n\nx\n", "A: b\n\nStatus: RO\n", "A: b\nStatus: R\n\n",
        "A: b\nX-Status: A\n\n", "A: b\nX-Status: FA\n\n", "A: b\nstatus: RO\n\n",
        "A: b\nStatus: RO\nX-Keywords: a  b\n\n", "A: b\nStatus: RO\r\n\r\n"}) {
    BOOST_TEST_CONTEXT(octets) {
      auto read = octets;
      BOOST_TEST(!take_status(read).has_value());
      BOOST_TEST(read == octets);
      auto written = with_status(octets, {});
      BOOST_TEST(take_status(written).has_value());
      BOOST_TEST(written == octets);
    }
  }
}

BOOST_AUTO_TEST_CASE(line_ends_become_crlf_only_where_there_is_none) {
  BOOST_TEST(stored("a\nb\n") == "a\r\nb\r\n");
  BOOST_TEST(stored("a\r\nb\r\n") == "a\r\nb\r\n");
  BOOST_TEST(stored("a\r\nb\n") == "a\r\nb\n");
  BOOST_TEST(stored("a\rb\n") == "a\rb\r\n");
  BOOST_TEST(stored("a") == "a");
  BOOST_TEST(stored("") == "");
}

BOOST_AUTO_TEST_CASE(line_ends_go_out_so_that_they_come_in_again) {
  BOOST_TEST(file_form("a\r\nb\r\n") == "a\nb\n");
  BOOST_TEST(file_form("a\r\nb\n") == "a\r\nb\n");
  BOOST_TEST(file_form("a\r\r\n") == "a\r\r\n");
  for (const std::string octets : {"a\r\nb\r\n", "a\r\nb\n", "a\r\r\n", "a\rb\r\n", "\r\n", "", "a",
                                   "\r", "\r\r\n\r\n", "a\r\n\r", "\n\r\n"})
    BOOST_TEST(stored(file_form(octets)) == octets);
}

BOOST_AUTO_TEST_CASE(reads_flags_from_the_header) {
  const auto flags = header_flags(
      "Status: RO\r\nX-Status: AF\r\nX-Keywords: $Label1, Work,work\r\n nope(\r\n\r\nStatus: "
      "D\r\n");
  BOOST_TEST(flags.system == (storage::seen | storage::answered | storage::flagged));
  const std::vector<std::string> names{"$Label1", "Work"};
  BOOST_TEST(flags.keywords == names, boost::test_tools::per_element());
  BOOST_TEST(header_flags("Status: O\n\nx").system == 0);
  BOOST_TEST(header_flags("X-Status: DT\n\nx").system == (storage::deleted | storage::draft));
  const auto mozilla = header_flags("X-Mozilla-Status: 1007\n\n");
  BOOST_TEST(mozilla.system == (storage::seen | storage::answered | storage::flagged));
  BOOST_TEST(mozilla.keywords.at(0) == "$Forwarded");
  BOOST_TEST(header_flags("X-Mozilla-Status: zzzz\n\n").system == 0);
}

BOOST_AUTO_TEST_SUITE_END()
