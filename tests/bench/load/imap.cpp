#include "imap.h"

#include <charconv>
#include <stdexcept>

namespace load {

namespace {

// "{123}" at the end of a line.
std::size_t literal_after(std::string_view line) {
  if (line.empty() || line.back() != '}') return std::string_view::npos;
  const auto open = line.rfind('{');
  if (open == line.npos) return line.npos;
  std::size_t octets = 0;
  const auto [end, error] =
      std::from_chars(line.data() + open + 1, line.data() + line.size() - 1, octets);
  return error == std::errc() && end == line.data() + line.size() - 1 ? octets : line.npos;
}

std::size_t number_after(std::string_view line, std::string_view words) {
  const auto at = line.find(words);
  std::size_t number = 0;
  if (at != line.npos)
    std::from_chars(line.data() + at + words.size(), line.data() + line.size(), number);
  return number;
}

}  // namespace

Imap::Imap(int port, Transport transport) : connection_(port, transport) { connection_.line(); }

void Imap::login(const std::string& user, const std::string& password) {
  ask("LOGIN " + user + " \"" + password + '"');
}

Imap::Selected Imap::select(std::string_view folder) {
  Selected selected;
  ask("SELECT " + std::string(folder), [&](std::string_view line) {
    if (line.ends_with(" EXISTS")) selected.messages = number_after(line, "* ");
    if (line.find("[UIDNEXT ") != line.npos) selected.uid_next = number_after(line, "[UIDNEXT ");
  });
  return selected;
}

void Imap::ask(std::string_view command, const OnLine& on_line, const OnLiteral& on_literal) {
  std::string out = "t ";
  out.append(command).append("\r\n");
  connection_.send(out);
  while (true) {
    const auto line = connection_.line();
    if (line.starts_with("t ")) {
      if (line.starts_with("t OK")) return;
      throw std::runtime_error(std::string(command.substr(0, 60)) + " gave " + std::string(line));
    }
    const auto octets = literal_after(line);
    if (octets != line.npos) {
      const std::string before(line);
      const auto literal = connection_.take(octets);
      if (on_literal) on_literal(before, literal);
    } else if (on_line) {
      on_line(line);
    }
  }
}

void Imap::idle() {
  connection_.send("t IDLE\r\n");
  while (!connection_.line().starts_with("+")) continue;
}

Lmtp::Lmtp(int port) : connection_(port) {
  expect('2');
  connection_.send("LHLO load.example.net\r\n");
  while (connection_.line().substr(0, 4) != "250 ") continue;
}

void Lmtp::deliver(const std::string& to, std::string_view message) {
  connection_.send("MAIL FROM:<sender@example.net>\r\nRCPT TO:<" + to + ">\r\nDATA\r\n");
  expect('2');
  expect('2');
  expect('3');
  connection_.send(message);
  connection_.send(".\r\n");
  expect('2');
}

void Lmtp::expect(char digit) {
  while (true) {
    const auto line = connection_.line();
    if (line.empty() || line[0] != digit)
      throw std::runtime_error("LMTP answer: " + std::string(line));
    if (line.size() < 4 || line[3] != '-') return;
  }
}

}  // namespace load
