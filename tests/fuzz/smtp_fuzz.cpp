// Command lines through the parser, messages through the DataReader. What must hold: no crash, an
// address that was read is read the same again from what is written of it, and how the octets were
// cut into pieces makes no difference.

#include <cstdlib>

#include "server/smtp/command.h"
#include "server/smtp/data_reader.h"

namespace {

using namespace server::smtp;

void check(bool holds) {
  if (!holds) std::abort();
}

void parse_line(std::string_view line) {
  try {
    const auto [verb, argument] = split_command(line);
    if (verb == "MAIL") {
      const auto dsn = parse_mail(argument).dsn;
      check(parse_mail("FROM:<>" + parameters(dsn)).dsn == dsn);
    }
    if (verb == "EHLO") check(parse_hello(argument).size() <= domain_limit);
    if (verb != "RCPT") return;
    const auto [address, dsn] = parse_recipient(argument);
    check(!address.is_null() && is_utf8(address.text()));
    const auto wire = "TO:<" + address.wire() + '>';
    if (wire.size() < path_limit) check(parse_recipient(wire).address.text() == address.text());
    check(parse_recipient("TO:<a@b>" + parameters(dsn)).dsn == dsn);
  } catch (const BadCommand& error) {
    check(error.answer().is_error() && error.answer().wire().ends_with("\r\n"));
  }
}

struct Read {
  std::string message;
  std::size_t taken = 0;
  bool malformed = false;
  bool operator==(const Read&) const = default;
};

Read read(std::string_view octets, std::size_t step) {
  DataReader reader(4096);
  Read out;
  while (out.taken < octets.size() && !reader.done())
    out.taken += reader.feed(octets.substr(out.taken, step));
  out.malformed = reader.malformed();
  out.message = reader.take_message();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  parse_line(octets.substr(0, octets.find('\n')));
  const auto whole = read(octets, size + 1);
  check(whole == read(octets, 1));
  check(whole == read(octets, 7));
  return 0;
}
