#pragma once
// The octets after DATA, up to the line that holds a single dot (RFC 5321 4.5.2): dots taken off,
// the end found. Fed in pieces of any size.
//
// Only CR LF "." CR LF ends the data. A CR or LF that stands alone never ends a line here, so that
// no other reading of where a message ends can smuggle commands in; a message that holds one is
// `malformed`: it is read to its end, and then refused. Octets are else taken as they are.

#include <cstdint>
#include <string>
#include <string_view>

#include "server/smtp/message_reader.h"

namespace server::smtp {

class DataReader final : public MessageReader {
 public:
  // Over `limit` octets of message, what was read is dropped, and so is the rest as it comes.
  explicit DataReader(std::uint64_t limit) : limit_(limit) {}

  std::size_t feed(std::string_view octets) override;

  bool done() const override { return at_ == At::end; }
  bool too_big() const { return size_ > limit_; }
  bool malformed() const { return malformed_; }
  std::uint64_t size() const override { return size_; }  // dots taken off

  // Without dots, with CRLF at its end. Empty when too big.
  std::string take_message() { return std::move(message_); }

 private:
  // Between octets: what came just before.
  enum class At { line_start, text, cr, dot, dot_cr, end };

  std::size_t take_plain(std::string_view octets);
  void step(char c);
  void add(std::string_view octets);

  std::uint64_t limit_;
  std::uint64_t size_ = 0;
  At at_ = At::line_start;
  bool malformed_ = false;
  std::string message_;
};

}  // namespace server::smtp
