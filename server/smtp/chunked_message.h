#pragma once
// A message that comes in chunks of announced size (RFC 3030 2): nothing of it is looked at to find
// its end, and every octet stays as it came.

#include <cstdint>
#include <string>
#include <string_view>

#include "server/smtp/message_reader.h"

namespace server::smtp {

class ChunkedMessage final : public MessageReader {
 public:
  // Over `limit` octets, what was read is dropped, and so is the rest as it comes.
  explicit ChunkedMessage(std::uint64_t limit) : limit_(limit) {}

  void expect(std::uint64_t octets) { left_ = octets; }  // the next chunk

  std::size_t feed(std::string_view octets) override;
  bool done() const override { return left_ == 0; }  // with the chunk
  std::uint64_t size() const override { return size_; }

  bool too_big() const { return size_ > limit_; }
  // It holds a NUL, or a CR or LF that stands alone: only where octets are counted can it go on.
  bool is_binary() const { return binary_ || after_cr_; }

  std::string take_message() { return std::move(message_); }  // empty when too big

 private:
  void look_at(std::string_view octets);

  std::uint64_t limit_;
  std::uint64_t size_ = 0, left_ = 0;
  bool binary_ = false, after_cr_ = false;
  std::string message_;
};

}  // namespace server::smtp
