#include "storage/owner_lock.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "tests/support/storage_store.h"

using namespace storage_test;
using storage::OwnerLock;

namespace {

std::string refusal(const std::filesystem::path& file) {
  try {
    OwnerLock lock(file);
  } catch (const Error& error) {
    return error.fault() == Fault::unavailable ? error.what() : "another fault";
  }
  return "";
}

// Exit code of what a child process found.
template <class Work>
int in_child(Work work) {
  const auto child = fork();
  if (child == 0) _exit(work());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(owner_lock)

BOOST_AUTO_TEST_CASE(a_second_process_is_refused_and_told_who_holds_it) {
  TempDirectory directory;
  const auto file = directory.path() / "owner";
  const OwnerLock lock(file);
  const auto holder = "process " + std::to_string(getpid());
  const auto found = in_child([&] {
    const auto text = refusal(file);
    const bool told =
        text.find(file.string()) != std::string::npos && text.find(holder) != std::string::npos;
    return told ? 7 : 8;
  });
  BOOST_TEST(found == 7);
}

BOOST_AUTO_TEST_CASE(a_second_time_in_this_process_is_refused_too) {
  TempDirectory directory;
  const auto file = directory.path() / "owner";
  {
    const OwnerLock lock(file);
    BOOST_TEST(refusal(file) != "");
  }
  BOOST_TEST(refusal(file) == "");
}

BOOST_AUTO_TEST_CASE(the_lock_of_a_dead_process_is_free) {
  TempDirectory directory;
  const auto file = directory.path() / "owner";
  in_child([&] {
    new OwnerLock(file);
    return 0;
  });
  BOOST_TEST(refusal(file) == "");
}

BOOST_AUTO_TEST_CASE(a_mail_database_is_opened_once) {
  Store store;
  BOOST_CHECK_EXCEPTION(storage::MailDatabase(DatabaseId(1), store.directory()), Error,
                        [](const Error& error) { return error.fault() == Fault::unavailable; });
  store.add("the first one goes on");
}

BOOST_AUTO_TEST_SUITE_END()
