#pragma once
// A mail server with letters in ada's INBOX, and her client, which has it selected. What the client
// itself does is not counted.

#include <memory>
#include <string>
#include <string_view>

#include "tests/costs/counts.h"
#include "tests/support/mail_server.h"

namespace costs {

class ImapHouse {
 public:
  enum class Index { none, kept };
  // Letter `n` from 1 on; `said` ends every 400th.
  ImapHouse(std::size_t letters, Index, const std::string& said = "");

  // To the end of its tagged OK; throws when there is none.
  void runs(const std::string& command);
  // The same once counted, against its ceiling. What is only made the first time has been made when
  // it ran before.
  void costs(std::string_view operation, const std::string& command);
  void costs_again(std::string_view operation, const std::string& command) {
    runs(command);
    costs(operation, command);
  }
  // Of one more client, to its login.
  void login_costs(std::string_view operation);
  storage::FolderState inbox();

 private:
  void fill(std::size_t letters, const std::string& said);

  test_support::MailServer server_;
  std::unique_ptr<Uncounted> uncounted_;
  std::unique_ptr<test_support::TestClient> client_;
};

}  // namespace costs
