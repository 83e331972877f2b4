// The search index: it never rules out what is there, and goes with what is gone.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>

#include "base/error.h"
#include "storage/search_group.h"
#include "tests/support/indexed_store.h"

using namespace storage_test;
using storage::Entry;
using storage::SearchNeedle;

namespace {

bool holds(const std::string& text, const std::string& needle) {
  return text.find(needle) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(search_index)

BOOST_AUTO_TEST_CASE(small_groups_become_a_big_one) {
  Indexed store;
  store.add_numbered(1000);
  store.index();
  BOOST_TEST(store.number("select count(*) from search_group") == 7);
  store.add_numbered(100);
  store.index();
  BOOST_TEST(store.number("select count(*) from search_group") == 1);
  BOOST_TEST(store.number("select uids from search_group") == storage::big_span);
  BOOST_TEST(store.count_out("nowhere to be found") == 1023U);
  store.reopen();
  BOOST_TEST(store.count_out("nowhere to be found") == 1023U);
}

BOOST_AUTO_TEST_CASE(headers_are_the_same_lines) {
  Indexed store;
  store.add_numbered(130);
  store.add_texts("subject: " + std::string(storage::listed_header_limit, 'x') + "\n", "");
  store.add_numbered(130);
  store.index();
  std::vector<std::string> found(store.headers.size()), subjects(found.size());
  const auto into = [](std::vector<std::string>& texts) {
    return [&](std::size_t n, std::string_view text) { texts[n] = text; };
  };
  store->header_texts(store.folder(), store.entries(), storage::all_header_parts, into(found),
                      reading);
  store->header_texts(store.folder(), store.entries(), 1, into(subjects), reading);
  for (std::size_t n = 0; n < found.size(); ++n) {
    BOOST_TEST(found[n] == store.headers[n]);
    const auto line = store.headers[n].substr(0, store.headers[n].find('\n') + 1);
    BOOST_TEST(subjects[n].starts_with(line));
  }
}

BOOST_AUTO_TEST_CASE(what_is_kept_of_summaries_comes_back) {
  Indexed store;
  std::vector<storage::NewMessage> messages;
  for (int n = 0; n < 300; ++n) {
    messages.push_back(sample_message("x"));
    messages.back().summary = "summary " + std::to_string(n);
  }
  messages[200].summary.assign(storage::listed_brief_limit, 'x');
  messages[201].summary = "unreadable";
  store->append(store.folder(), std::move(messages), reading);
  const auto briefs_of = [](std::string_view summary) {
    if (summary == "unreadable") throw Error(Fault::corrupt, "of another version");
    return sample_briefs(summary);
  };
  BOOST_TEST(store->keep_index(all, briefs_of, indexing));
  const auto found = [&](storage::Brief kind) {
    std::vector<std::string> briefs(300);
    const auto each = [&](std::size_t n, std::string_view brief) { briefs[n] = brief; };
    store->briefs(store.folder(), store.entries(), kind, each, reading);
    return briefs;
  };
  const auto dates = found(storage::Brief::date), threads = found(storage::Brief::thread);
  for (std::size_t n = 0; n < 300; ++n) {
    const bool is_kept = n < 255 && n != 200 && n != 201;  // UIDs 1 to 255 are indexed
    BOOST_TEST(dates[n] == (is_kept ? "date of summary " + std::to_string(n) : ""));
    BOOST_TEST(threads[n] == (is_kept ? "thread of summary " + std::to_string(n) : ""));
  }
}

BOOST_AUTO_TEST_CASE(rows_that_do_not_open_rule_out_nothing_and_are_made_anew) {
  const std::string damages[] = {
      "update search_part set d = zeroblob(length(d))",
      "update search_part set d = x''",
      "update search_part set d = x'' where id & 4095 >= 3072",
      "delete from search_part where id & 4095 >= 3072",
      "delete from search_part",
      "update search_group set d = zeroblob(length(d))",
      // The parts of one group in another's place, and one in its neighbour's.
      "update search_part set id = -id; update search_part set id ="
      " (select max(id) from search_group) * 4096 + (-id & 4095)"
      " where -id >> 12 = (select min(id) from search_group)",
      "update search_part set d = (select d from search_part p where p.id <> search_part.id"
      " order by p.id limit 1)",
      "update search_group set first = first + 128 where first = 128",
  };
  for (const auto& damage : damages) {
    Indexed store;
    store.add_numbered(260);
    store.index();
    BOOST_TEST(store.count_out("word5 and") > 200U);
    store.change_rows(damage);
    const auto out = store.ruled_out(
        {{SearchNeedle::In::body, {"word5 and"}}, {SearchNeedle::In::body, {"word200 and"}}});
    BOOST_TEST((out[5] & 1) == 0U, damage);
    BOOST_TEST((out[200] & 2) == 0U, damage);
    BOOST_TEST(std::ranges::all_of(store.ruled_out({{SearchNeedle::In::body, {"word"}}}),
                                   [](auto absent) { return absent == 0; }),
               damage);
    store.index();
    BOOST_TEST(store.count_out("word5 and") > 200U, damage);
  }
}

BOOST_AUTO_TEST_CASE(a_group_of_an_earlier_build_is_harmless) {
  Indexed store;
  store.add_numbered(128);
  store.index();
  store.close();
  const auto file = store.directory() / "search.db";
  std::filesystem::copy_file(file, store.directory() / "earlier");
  store.open();
  store.flag({Uid(6)}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  store.index();
  store.close();
  std::filesystem::rename(store.directory() / "earlier", file);
  store.open();
  const auto entries = store.entries();
  const auto out = store.ruled_out({{SearchNeedle::In::body, {"word7 and"}}});
  for (std::size_t n = 0; n < entries.size(); ++n)
    if (entries[n].uid == Uid(8)) BOOST_TEST(out[n] == 0U);
  BOOST_TEST(store.count_out("word7 and") == 125U);
}

BOOST_AUTO_TEST_CASE(expunged_messages_leave_the_index) {
  Indexed store;
  store.add_numbered(128);
  store.index();
  const auto before = store.number("select id from search_group");
  store.flag({Uid(5)}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  store.index();
  BOOST_TEST(store.number("select count(*) from search_group") == 1);
  BOOST_TEST(store.number("select id from search_group") != before);
  BOOST_TEST(store.number("select count(*) from search_part where id >> 12 <>"
                          " (select id from search_group)") == 0);
  BOOST_TEST(store.count_out("nowhere to be found") == 126U);
  for (std::uint32_t uid = 1; uid < 128; ++uid) store.flag({Uid(uid)}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  store.index();
  BOOST_TEST(store.number("select count(*) from search_part") == 0);
}

BOOST_AUTO_TEST_CASE(flags_alone_change_nothing) {
  Indexed store;
  store.add_numbered(128);
  store.index();
  const auto before = store.number("select id from search_group");
  store.flag({Uid(5)}, storage::seen);
  store.index();
  BOOST_TEST(store.number("select id from search_group") == before);
}

BOOST_AUTO_TEST_CASE(copies_are_indexed_where_they_are) {
  Indexed store;
  store.add_numbered(130);
  std::vector<Uid> uids;
  for (const auto& entry : store.entries()) uids.push_back(entry.uid);
  store->move(store.folder(), uids, store.folder("Archive"), storage::all_flags, reading);
  store.index();
  BOOST_TEST(store.number("select count(*) from search_group") == 1);
  BOOST_TEST(store.count_out("word7 and", "Archive") == 126U);
  store->remove_folder("Archive", reading);
  store.index();
  BOOST_TEST(store.number("select count(*) from search_group") == 0);
}

BOOST_AUTO_TEST_CASE(what_is_to_be_done_is_known_without_a_key) {
  Indexed store;
  auto& database = store.database();
  BOOST_TEST(database.behind_index().size() == 1U);
  store.add_numbered(100);
  store.index();  // too few to be indexed
  BOOST_TEST(!database.may_have_index(MailboxId(1)));
  BOOST_TEST(database.behind_index().empty());
  store.add_numbered(100);
  BOOST_TEST(database.behind_index().size() == 1U);
  store.index();
  BOOST_TEST(database.behind_index().empty());
  BOOST_TEST(database.indexed_uids(MailboxId(1)) == 128U);
  store.reopen();
  BOOST_TEST(store.database().behind_index().empty());
  store.flag({Uid(1)}, storage::deleted);
  BOOST_TEST(store.database().behind_index().size() == 1U);
  store.database().remove_index(MailboxId(1));
  BOOST_TEST(store.number("select count(*) from search_part") == 0);
  BOOST_TEST(store.database().behind_index().size() == 1U);
}

BOOST_AUTO_TEST_CASE(turns_that_are_cut_come_to_an_end) {
  Indexed store;
  store.add_numbered(600);
  std::vector<std::uint64_t> done;
  const auto one = [&](const storage::IndexProgress& now) {
    BOOST_TEST(now.of == 512U);
    done.push_back(now.done);
    return false;
  };
  while (!store->keep_index(one, sample_briefs, indexing)) BOOST_REQUIRE(done.size() < 5U);
  const std::vector<std::uint64_t> wanted{128, 256, 384, 512};
  BOOST_TEST(done == wanted, boost::test_tools::per_element());
  BOOST_TEST(store->keep_index(one, sample_briefs, indexing));  // nothing is to be done
  BOOST_TEST(done.size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_stop_leaves_a_piece_undone) {
  Indexed store;
  store.add_numbered(140);
  std::stop_source stop;
  const auto stops = [&](std::string_view summary) {
    stop.request_stop();
    return sample_briefs(summary);
  };
  BOOST_TEST(!store->keep_index(all, stops, indexing, stop.get_token()));
  BOOST_TEST(store.number("select count(*) from search_group") == 0);
  store.index();
  BOOST_TEST(store.number("select count(*) from search_group") == 1);
}

BOOST_AUTO_TEST_CASE(what_is_gone_goes_before_new_groups_come) {
  Indexed store;
  store.add_numbered(260);
  store.index();
  store.add_numbered(130);
  store.flag({Uid(200)}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  const auto before = store.number("select id from search_group where first = 128");
  BOOST_TEST(!store->keep_index([](const storage::IndexProgress&) { return false; }, sample_briefs,
                                indexing));
  BOOST_TEST(store.number("select count(*) from search_group") == 2);
  BOOST_TEST(store.number("select id from search_group where first = 128") != before);
}

BOOST_AUTO_TEST_CASE(a_group_whose_messages_cannot_be_told_goes) {
  Indexed store;
  store.add_numbered(260);
  store.index();
  store.flag({Uid(100)}, storage::deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  store.close();
  tamper(store.directory() / "store.db",
         "update folder_block set d = zeroblob(length(d)) where id & 67108863 = 0");
  store.open();
  store.index();
  BOOST_TEST(store.number("select count(*) from search_group") == 1);
  BOOST_TEST(store.number("select first from search_group") == 128);
}

BOOST_AUTO_TEST_CASE(what_is_removed_meanwhile_is_not_taken_for_kept) {
  Indexed store;
  store.add_numbered(260);
  auto& database = store.database();
  const auto removes = [&](const storage::IndexProgress&) {
    database.remove_index(MailboxId(1));
    return true;
  };
  BOOST_TEST(store->keep_index(removes, sample_briefs, indexing));
  BOOST_TEST(database.behind_index().size() == 1U);
  store.index();
  BOOST_TEST(database.behind_index().empty());
  BOOST_TEST(database.indexed_uids(MailboxId(1)) == 256U);
}

BOOST_AUTO_TEST_CASE(an_index_of_a_later_state_than_the_mail_goes) {
  Indexed store;
  store.add_numbered(130);
  store.index();
  store.change_rows("update search_kept set generation = generation + 1");
  BOOST_TEST(store.database().behind_index().size() == 1U);
  BOOST_TEST(store.number("select count(*) from search_group") == 0);
  store.index();
  store.database().pass_over_ids();
  BOOST_TEST(store.number("select count(*) from search_group") == 0);
}

BOOST_AUTO_TEST_CASE(a_new_mailbox_key_makes_it_anew) {
  Indexed store;
  store.add_numbered(128);
  store.index();
  store->seal_under({crypto::MailboxKey::generate(), 2}, reading);
  BOOST_TEST(store.count_out("word7 and") == 0U);
  store->renew(storage::Mailbox::Renew::message_keys, MessageId(0), reading);
  BOOST_TEST(store->settle());
  BOOST_TEST(store.number("select count(*) from search_part") == 0);
  store.index();
  BOOST_TEST(store.number("select epoch from search_group") == 2);
  BOOST_TEST(store.count_out("word7 and") == 126U);
}

BOOST_AUTO_TEST_CASE(it_goes_with_its_mailbox) {
  Indexed store;
  store.add_numbered(128);
  store.index();
  store.database().remove_mailbox(MailboxId(1));
  BOOST_TEST(store.number("select count(*) from search_part") == 0);
  BOOST_TEST(store.number("select count(*) from search_kept") == 0);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_damaged_or_missing_is_made_anew) {
  Indexed store;
  store.add_numbered(128);
  store.index();
  store.close();
  const auto file = store.directory() / "search.db";
  std::ofstream(file, std::ios::trunc)
      << "no database at all, but long enough to be one " << std::string(5000, 'x');
  store.open();
  BOOST_TEST(store.count_out("word7 and") == 0U);
  store.index();
  BOOST_TEST(store.count_out("word7 and") == 126U);
  store.close();
  std::filesystem::remove(file);
  store.open();
  BOOST_TEST(store.database().behind_index().size() == 1U);
  store.index();
  BOOST_TEST(store.count_out("word7 and") == 126U);
}

BOOST_AUTO_TEST_CASE(mail_goes_on_where_its_file_cannot_be_opened) {
  Indexed store;
  store.add_numbered(130);
  store.index();
  store.close();
  const auto file = store.directory() / "search.db";
  std::filesystem::remove(file);
  std::filesystem::create_directories(file / "in the way");
  store.open();
  store.add_numbered(1);
  BOOST_TEST(store.count_out("word7 and") == 0U);
  store.index();
  BOOST_TEST(store.count_out("word7 and") == 0U);
  BOOST_CHECK_EXCEPTION(store.database().remove_index(MailboxId(1)), Error, [](const Error& error) {
    return error.fault() == Fault::unavailable && holds(error.what(), "search.db");
  });
  std::filesystem::remove_all(file);
  store.database().mend_index();
  BOOST_TEST(store.database().behind_index().size() == 1U);
  store.index();
  BOOST_TEST(store.count_out("word7 and") == 126U);
}

BOOST_AUTO_TEST_CASE(damaged_pages_are_replaced_while_it_is_open) {
  Indexed store;
  store.add_numbered(260);
  store.index();
  store.close();
  const auto file = store.directory() / "search.db";
  {
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = std::filesystem::file_size(file);
    for (std::size_t at = 2 * 16384; at < size; at += 16384) {
      damage.seekp(static_cast<std::streamoff>(at));
      damage << std::string(64, '\xff');
    }
  }
  store.open();
  store.count_out("word7 and");
  store.database().mend_index();
  store.index();
  BOOST_TEST(store.count_out("word7 and") > 250U);
}

BOOST_AUTO_TEST_SUITE_END()
