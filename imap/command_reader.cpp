#include "imap/command_reader.h"

#include <algorithm>

#include "imap/request.h"
#include "storage/annotations.h"

namespace imap {

namespace {

constexpr std::uint64_t dropped_limit = 256 << 20;              // octets of one literal
constexpr std::uint64_t dropped_limit_before_login = 64 << 10;  // we owe strangers less
constexpr std::uint64_t unasked_limit_before_login = 4096;      // LITERAL- (RFC 7888 section 5)

std::string next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return upper_ascii(word.substr(0, 12));
}

// APPEND, REPLACE and UID REPLACE: their literals may be as big as messages.
bool brings_message(std::string_view text) {
  next_word(text);
  auto name = next_word(text);
  if (name == "UID") name = next_word(text);
  return name == "APPEND" || name == "REPLACE";
}

bool sets_annotations(std::string_view text) {
  next_word(text);
  return next_word(text) == "SETMETADATA";
}

// RFC 7888 section 5, RFC 7889 section 4.
Reply too_big(std::string_view text, State state) {
  if (brings_message(text) && state != State::not_authenticated)
    return no("[TOOBIG] The message is too big");
  if (sets_annotations(text))  // RFC 5464 4.3
    return no("[METADATA MAXSIZE " + std::to_string(storage::annotation_value_limit) +
              "] The value is too big");
  return bad("[TOOBIG] The literal is too big");
}

}  // namespace

std::optional<AnnouncedLiteral> announced_literal(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  line.remove_suffix(1);
  AnnouncedLiteral literal;
  if (line.ends_with('+')) {
    literal.waits = false;
    line.remove_suffix(1);
  }
  const auto brace = line.rfind('{');
  if (brace == std::string_view::npos || brace + 1 == line.size()) return std::nullopt;
  for (const char c : line.substr(brace + 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    literal.size = std::min<std::uint64_t>(literal.size * 10 + static_cast<unsigned>(c - '0'),
                                           UINT32_MAX * std::uint64_t{10});
  }
  return literal;
}

std::uint64_t CommandReader::literal_limit(std::string_view text, State state) const {
  if (state == State::not_authenticated) return limits_.before_login;
  return brings_message(text) ? limits_.message : limits_.literal;
}

Task<std::string> CommandReader::line(std::size_t limit, std::chrono::seconds timeout) {
  if (!stream_.has_line() && !out_.empty()) {
    const auto octets = std::exchange(out_, {});
    co_await stream_.write(octets);
  }
  auto line = co_await stream_.read_line(limit, timeout);
  co_return line;
}

Task<CommandText> CommandReader::next(State state) {
  const bool is_stranger = state == State::not_authenticated;
  const auto limit = is_stranger ? limits_.before_login : limits_.line;
  const auto timeout = is_stranger ? limits_.idle_before_login : limits_.idle;
  CommandText command;
  std::optional<AnnouncedLiteral> dropped;
  try {
    while (command.text.find_first_not_of(' ') == std::string::npos)
      command.text = co_await line(limit, timeout);
    co_await read_literals(command, state);
    co_return command;
  } catch (const LineTooLong& error) {
    if (command.text.find_first_not_of(' ') == std::string::npos) command.text = error.begin();
    dropped = announced_literal(error.end());
  }
  command.refusal = bad("[TOOBIG] The command line is too long");
  co_await drop_rest(dropped, state);
  co_return command;
}

Task<> CommandReader::read_literals(CommandText& command, State state) {
  auto& text = command.text;
  const auto whole_limit = limits_.line + limits_.literal + literal_limit(text, state);
  auto literal = announced_literal(text);
  while (literal) {
    const bool unasked = state == State::not_authenticated && !literal->waits;
    const auto limit = unasked ? unasked_limit_before_login : literal_limit(text, state);
    const bool fits = literal->size <= limit && text.size() + literal->size <= whole_limit;
    if (!fits) {
      command.refusal = too_big(text, state);
      co_await drop_rest(literal, state);
      co_return;
    }
    co_await read_literal(text, *literal);
    const auto rest = co_await line(limits_.line, limits_.within_command);
    text += rest;
    literal = announced_literal(rest);
  }
}

Task<> CommandReader::read_literal(std::string& text, AnnouncedLiteral literal) {
  text += "\r\n";
  if (literal.waits) {
    out_ += "+ OK\r\n";
    const auto octets = std::exchange(out_, {});
    co_await stream_.write(octets);
  }
  const auto size = static_cast<std::size_t>(literal.size);
  co_await stream_.read_exactly(text, size, limits_.within_command);
}

// Everything the client sends without being asked, up to the end of the command.
Task<> CommandReader::drop_rest(std::optional<AnnouncedLiteral> literal, State state) {
  const auto limit = state == State::not_authenticated ? dropped_limit_before_login : dropped_limit;
  std::uint64_t dropped = 0;
  while (literal && !literal->waits) {
    dropped += literal->size;
    if (dropped > limit) throw Error(Fault::too_big, "far more was announced than is allowed");
    co_await stream_.drop_exactly(literal->size, limits_.within_command);
    std::string end;
    try {
      end = co_await line(limits_.line, limits_.within_command);
    } catch (const LineTooLong& error) {
      end = error.end();
    }
    literal = announced_literal(end);
  }
}

}  // namespace imap
