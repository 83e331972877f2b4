// Command lines through the parser, messages through the DataReader, dialogues of BDAT through the
// ChunkedMessage. What must hold: no crash, an address that was read is read the same again from
// what is written of it, chunks are what was sent, octet for octet, and how the octets were cut
// into pieces makes no difference.

#include <algorithm>
#include <cstdlib>

#include "server/smtp/chunked_message.h"
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

struct Chunked {
  std::string message, commands;
  std::uint64_t size = 0;
  bool binary = false;
  bool operator==(const Chunked&) const = default;
};

// Lines and chunks as a session reads them, until a BDAT makes no sense.
Chunked read_chunks(std::string_view octets, std::size_t step, std::uint64_t limit) {
  ChunkedMessage reader(limit);
  Chunked out;
  for (auto end = octets.find('\n'); end != octets.npos; end = octets.find('\n')) {
    const auto line = octets.substr(0, end);
    octets.remove_prefix(end + 1);
    out.commands += std::string(line) + '\n';
    if (!line.starts_with("BDAT ")) continue;
    const auto chunk = parse_chunk(line.substr(5));
    if (!chunk) break;
    reader.expect(chunk->size);
    while (!octets.empty() && !reader.done())
      octets.remove_prefix(reader.feed(octets.substr(0, step)));
    if (chunk->last) break;
  }
  out.size = reader.size();
  out.binary = reader.is_binary();
  out.message = reader.take_message();
  check(reader.too_big() ? out.message.empty() : out.message.size() == out.size);
  return out;
}

// A message comes out of chunks of any size as it went in.
void send_chunks(std::string_view message, std::size_t size) {
  std::string octets;
  for (auto rest = message; !rest.empty(); rest.remove_prefix(std::min(size, rest.size()))) {
    const auto chunk = rest.substr(0, size);
    octets += "BDAT " + std::to_string(chunk.size()) + '\n' + std::string(chunk);
  }
  const auto got = read_chunks(octets + "BDAT 0 LAST\nQUIT\n", 5, message.size());
  check(got.message == message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  parse_line(octets.substr(0, octets.find('\n')));
  const auto whole = read(octets, size + 1);
  check(whole == read(octets, 1));
  check(whole == read(octets, 7));
  const auto chunks = read_chunks(octets, size + 1, 4096);
  check(chunks == read_chunks(octets, 1, 4096));
  check(chunks == read_chunks(octets, 7, 4096));
  send_chunks(octets, 3);
  send_chunks(octets, 4096);
  return 0;
}
