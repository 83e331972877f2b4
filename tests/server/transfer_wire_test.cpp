// What travels: messages in a row, digests, and what is told of the progress.

#include "server/transfer/wire.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "crypto/digest.h"
#include "server/transfer/digests.h"
#include "server/transfer/progress.h"

using namespace server::transfer;

namespace {

struct Read {
  std::vector<Mail> mail;
  std::vector<std::uint32_t> damaged;
};

Read read(std::string_view text, std::size_t step = 1'000'000, std::uint64_t limit = 1000) {
  Read found;
  WireReader reader(limit, {.mail = [&](Mail mail) { found.mail.push_back(std::move(mail)); },
                            .damaged = [&](Uid uid) { found.damaged.push_back(uid.value); }});
  for (; !text.empty(); text.remove_prefix(std::min(step, text.size())))
    reader.feed(text.substr(0, step));
  reader.finish();
  return found;
}

const Mail full{.octets = "A: b\r\n\r\nend\nmail 1 2 3 4\n",
                .flags = {storage::seen | storage::draft, {"$Forwarded", "Work"}},
                .date = -5,
                .zone = -90};

// Not "not there": how the text is broken.
const std::string_view broken[] = {
    "",
    "mail 4 0 0 0\nA: b",
    "mail 4 0 0 0\nA: bend",
    "mail 4 0 0 0\nA: bend\nend\n",
    "mail 4 0 0\nA: bend\n",
    "mail 4 0 0 0 \nA: bend\n",
    "mail  4 0 0 0\nA: bend\n",
    "mail -4 0 0 0\nA: bend\n",
    "mail 4x 0 0 0\nA: bend\n",
    "mail 4 0 1440 0\nA: bend\n",
    "mail 4 0 0 32\nA: bend\n",
    "mail 99999999999999999999999 0 0 0\nA: bend\n",
    "post 4 0 0 0\nA: bend\n",
    "damaged\nend\n",
    "damaged x\nend\n",
    "damaged 1 2\nend\n",
    "end \n",
    "end",
    "\n",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer_wire)

BOOST_AUTO_TEST_CASE(what_is_written_is_read_however_it_is_cut) {
  const Mail empty;
  const auto text =
      wire_form(full) + wire_form(empty) + wire_damaged(Uid(7)) + std::string(wire_end);
  for (const std::size_t step : {1, 2, 5, 1'000'000}) {
    const auto found = read(text, step);
    BOOST_REQUIRE(found.mail.size() == 2u);
    BOOST_TEST((found.mail[0] == full));
    BOOST_TEST((found.mail[1] == empty));
    BOOST_TEST(found.damaged.at(0) == 7u);
  }
}

BOOST_AUTO_TEST_CASE(a_row_that_is_broken_is_refused) {
  for (const auto text : broken) BOOST_TEST_CONTEXT(text)
  BOOST_CHECK_EXCEPTION(read(text), Error,
                        [](const Error& error) { return error.fault() == Fault::invalid; });
}

BOOST_AUTO_TEST_CASE(a_row_has_its_limits) {
  const auto fault = [](Fault wanted) {
    return [wanted](const Error& error) { return error.fault() == wanted; };
  };
  BOOST_CHECK_EXCEPTION(read("mail 1001 0 0 0\n"), Error, fault(Fault::too_big));
  BOOST_CHECK_EXCEPTION(read("mail " + std::string(100'000, '1')), Error, fault(Fault::invalid));
  std::string many = "mail 0 0 0 0";
  for (int n = 0; n < 129; ++n) many += " k";
  BOOST_CHECK_EXCEPTION(read(many + "\nend\n"), Error, fault(Fault::invalid));
}

BOOST_AUTO_TEST_CASE(each_digest_is_taken_as_often_as_it_is_there) {
  const auto one = crypto::sha256(bytes_of("one")), two = crypto::sha256(bytes_of("two"));
  const auto text =
      std::string(text_of(one)) + std::string(text_of(two)) + std::string(text_of(one));
  Digests digests;
  for (const char octet : text) digests.feed({&octet, 1});
  digests.ready();
  BOOST_TEST(digests.size() == 3u);
  BOOST_TEST(digests.take(one));
  BOOST_TEST(digests.take(one));
  BOOST_TEST(!digests.take(one));
  BOOST_TEST(digests.take(two));
  BOOST_TEST(!digests.take(two));
  BOOST_TEST(!digests.take(crypto::sha256(bytes_of("three"))));
  BOOST_TEST(!digests.take({}));
  digests.feed("x");
  BOOST_CHECK_THROW(digests.ready(), Error);
}

BOOST_AUTO_TEST_CASE(progress_says_how_fast_and_how_long) {
  BOOST_TEST(progress_text({.messages = 3}) == "3 messages");
  BOOST_TEST(progress_text({.messages = 300, .octets = 25, .all = 100, .seconds = 10}) ==
             "300 messages, 25%, 30/s, 0:00:30 left");
  BOOST_TEST(progress_text({.messages = 1, .octets = 10, .all = 100'000, .seconds = 1}) ==
             "1 messages, 0%, 1/s, 2:46:39 left");
  BOOST_TEST(progress_text({.messages = 1, .octets = 300, .all = 100, .seconds = 2}) ==
             "1 messages, 100%, 0/s");
}

BOOST_AUTO_TEST_CASE(what_is_skipped_is_told_but_not_without_end) {
  std::ostringstream err;
  Progress progress(err, Progress::Show::nothing);
  const auto observer = progress.observer();
  for (int n = 0; n < 60; ++n) observer.skipped("a\033[2Jb", "it is gone");
  progress.finish();
  const auto text = err.str();
  BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 51);
  BOOST_TEST(text.starts_with("skipped: a?[2Jb: it is gone\n"));
  BOOST_TEST(text.ends_with("skipped: and 10 more\n"));
}

BOOST_AUTO_TEST_SUITE_END()
