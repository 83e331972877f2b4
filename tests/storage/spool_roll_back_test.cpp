// A queue of an older state: what was in it is not sent until somebody says so.

#include <boost/test/unit_test.hpp>
#include <functional>

#include "base/error.h"
#include "storage/spool.h"
#include "tests/support/storage_store.h"

BOOST_AUTO_TEST_SUITE(spool_roll_back)

namespace {

using storage::SpoolState;

constexpr MailboxId ada(1);

struct Post {
  storage_test::Store store;
  storage_test::TempDirectory keys;
  crypto::ServiceKeys service_keys{keys.path() / "keys", store.directory()};
  storage::Anchors anchors{service_keys.path()};
  std::unique_ptr<storage::Spool> spool;

  Post() { open(); }
  void open() {
    spool = std::make_unique<storage::Spool>(store.directory(), service_keys, anchors);
  }
  // As a job does every few seconds, and at a clean end.
  void close() {
    const storage::MailboxGeneration now[] = {{storage::spool_anchor, spool->generation()}};
    storage::GenerationAnchors(anchors).raise(now, storage::Anchors::Until::on_disk);
    spool.reset();
  }
  void reopen() {
    close();
    open();
  }
  std::filesystem::path file() const { return store.directory() / "spool.db"; }
  std::filesystem::path copy() const { return keys.path() / "old.db"; }

  std::int64_t add(SpoolState state = SpoolState::waiting) {
    storage::SpoolEnvelope envelope;
    envelope.recipients = {{"bob@example.net", ""}};
    return spool->add(ada, store->delivery_public(), envelope, "octets", state);
  }
  void keep() {
    close();
    std::filesystem::copy_file(file(), copy(), std::filesystem::copy_options::overwrite_existing);
    open();
  }
  void put_back() {
    close();
    std::filesystem::copy_file(copy(), file(), std::filesystem::copy_options::overwrite_existing);
    open();
  }
  void put_back(const std::string& sql) {
    close();
    storage_test::tamper(file(), "attach '" + copy().string() + "' as old; " + sql);
    open();
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_left_is_sent) {
  Post post;
  const auto first = post.add(), second = post.add();
  post.add(SpoolState::prepared);
  post.spool->set_state(first, SpoolState::handing_over);
  post.spool->remove(second);
  for (int time = 0; time < 3; ++time) {
    post.reopen();
    BOOST_TEST(!post.spool->rolled_back());
    BOOST_TEST(!post.spool->holds_back(first));
  }
  post.spool->remove_all(ada);
  post.reopen();
  BOOST_TEST(!post.spool->rolled_back());
}

BOOST_AUTO_TEST_CASE(an_older_queue_is_held_back_and_new_mail_is_not) {
  Post post;
  const auto sent = post.add();
  post.keep();
  post.spool->remove(sent);
  post.put_back();
  for (int time = 0; time < 2; ++time) {
    BOOST_TEST(post.spool->rolled_back());
    BOOST_TEST(post.spool->holds_back(sent));
    BOOST_TEST(!post.spool->holds_back(post.add()));
    post.reopen();
  }
  post.spool->accept_roll_back();
  BOOST_TEST(!post.spool->rolled_back());
  BOOST_CHECK(post.spool->find(sent)->state == SpoolState::held);
  BOOST_CHECK(post.spool->find(sent + 1)->state == SpoolState::waiting);
  post.reopen();
  BOOST_TEST(!post.spool->rolled_back());
}

BOOST_AUTO_TEST_CASE(a_single_row_is_noticed) {
  const std::pair<std::function<void(Post&, std::int64_t)>, std::string> cases[] = {
      {[](Post& post, std::int64_t id) { post.spool->remove(id); },
       "insert into spooled select * from old.spooled;"
       "insert into spooled_body select * from old.spooled_body"},
      {[](Post& post, std::int64_t id) { post.spool->set_state(id, SpoolState::handing_over); },
       "delete from spooled; insert into spooled select * from old.spooled"},
      {[](Post&, std::int64_t) {}, "delete from spooled"},
      {[](Post& post, std::int64_t id) { post.spool->remove(id); }, "delete from generation"},
      {[](Post& post, std::int64_t id) { post.spool->remove(id); },
       "delete from generation; insert into generation select * from old.generation"},
  };
  for (const auto& [change, sql] : cases) {
    Post post;
    const auto id = post.add();
    post.keep();
    change(post, id);
    post.put_back(sql);
    BOOST_TEST(post.spool->rolled_back(), sql);
  }
}

BOOST_AUTO_TEST_CASE(one_from_before_is_believed_once) {
  Post post;
  const auto id = post.add();
  post.close();
  storage_test::tamper(post.file(), "drop table generation; pragma user_version = 1");
  storage::GenerationAnchors anchors(post.anchors);
  const MailboxId spool[] = {storage::spool_anchor};
  anchors.forget(spool);
  post.open();
  BOOST_TEST(!post.spool->rolled_back());
  BOOST_TEST(!post.spool->holds_back(id));
  post.close();
  storage_test::tamper(post.file(), "drop table generation; pragma user_version = 1");
  post.open();
  BOOST_TEST(post.spool->rolled_back());
}

BOOST_AUTO_TEST_SUITE_END()
