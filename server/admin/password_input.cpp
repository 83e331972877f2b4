#include "server/admin/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <fstream>
#include <istream>
#include <ostream>

#include "base/error.h"

namespace server::admin {

namespace {

class EchoOff {
 public:
  EchoOff() {
    tcgetattr(STDIN_FILENO, &before_);
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~EchoOff() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  termios before_{};
};

std::string first_line(std::istream& in) {
  std::string line;
  std::getline(in, line);
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty()) throw Error(Fault::invalid, "the password is empty", "it is the first line");
  return line;
}

std::string asked(const Invocation& call, std::string_view question) {
  call.streams.err << question << std::flush;
  const EchoOff silent;
  auto line = first_line(call.streams.in);
  call.streams.err << "\n";
  return line;
}

}  // namespace

std::string new_password(const Invocation& call) {
  if (const auto path = call.find("--password-file")) {
    std::ifstream file(*path);
    if (!file)
      throw Error(Fault::not_found, "cannot read " + *path, "is it there, and may you read it?");
    return first_line(file);
  }
  if (call.has("--password-stdin")) return first_line(call.streams.in);
  if (!isatty(STDIN_FILENO))
    throw Error(Fault::invalid, "no password is given",
                "use --password-stdin or --password-file, or a terminal");
  auto password = asked(call, "New password: ");
  if (asked(call, "Again: ") != password)
    throw Error(Fault::invalid, "the two passwords differ",
                "nothing was changed; type the same one twice");
  return password;
}

}  // namespace server::admin
