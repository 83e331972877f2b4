#pragma once
// IMAP and LMTP as the load speaks them. What is not answered by OK (LMTP: 2xx, 3xx) is thrown as
// std::runtime_error.

#include <functional>

#include "connection.h"

namespace load {

class Imap {
 public:
  // A line of an answer, or the literal that ended the line.
  using OnLine = std::function<void(std::string_view line)>;
  using OnLiteral = std::function<void(std::string_view line, std::string_view literal)>;

  explicit Imap(int port, Transport = Transport::plain);

  void login(const std::string& user, const std::string& password);

  struct Selected {
    std::size_t messages = 0, uid_next = 0;
  };
  Selected select(std::string_view folder);

  // Waits for the tagged answer. Literals with {n+} may be in the command.
  void ask(std::string_view command, const OnLine& = {}, const OnLiteral& = {});

  // IDLE, until the connection is closed.
  void idle();

  Connection& connection() { return connection_; }

 private:
  Connection connection_;
};

class Lmtp {
 public:
  explicit Lmtp(int port);

  // Returns once the server has answered for it.
  void deliver(const std::string& to, std::string_view message);

 private:
  void expect(char digit);

  Connection connection_;
};

}  // namespace load
