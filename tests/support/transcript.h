#pragma once
// A conversation as the RFCs print them:
//
//   C: a1 NOOP               the first client says this; what several C: lines say in a row is sent
//   C2: a1 NOOP              at once. C2 and so on are further clients.
//   S: a1 OK NOOP completed  the first client gets exactly this
//   S2: a1 OK ...            "..." stands for anything
//   S: ...                   alone: passes over lines until the next S: line comes
//   C: a2 LOGIN {3}          a literal is announced, and its lines follow; each ends with CRLF
//
// A miss throws `line 10: expected "* SEARCH 1 2", got "* SEARCH 1 3"`.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "tests/support/test_client.h"

namespace test_support {

class Transcript {
 public:
  // `connect` makes the client of that number when it is first named.
  using Connect = std::function<std::unique_ptr<TestClient>(int number)>;
  explicit Transcript(Connect connect) : connect_(std::move(connect)) {}

  void play(std::string_view text);

 private:
  struct Party {
    std::unique_ptr<TestClient> client;
    std::string unsent;
    bool skipping = false;
  };
  Party& party(int number);
  void send_all();
  void expect(Party&, std::string_view pattern);

  Connect connect_;
  std::map<int, Party> parties_;
};

// "..." in the pattern is anything.
bool line_matches(std::string_view pattern, std::string_view line);

}  // namespace test_support
